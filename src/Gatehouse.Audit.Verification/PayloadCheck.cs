using System.Security.Cryptography;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// Kept payloads of one log: each that an entry names is there and is the one named, unless a later entry <c>payload.erased</c> names it as well, and
/// there is no other. That entry may be in a later log.
/// </summary>
internal sealed class PayloadCheck(LogSnapshot log, FindingCollector findings)
{
    private const string Folder = "payloads";

    // Listed before an entry is read: a payload is there before its entry.
    private readonly HashSet<string> unnamed = [.. from part in log.Files.Names(Folder) from name in log.Files.Names($"{Folder}/{part}") select $"{Folder}/{part}/{name}"];
    private readonly Dictionary<string, LogPosition> missing = new(StringComparer.Ordinal);

    /// <summary>An entry names a payload.</summary>
    public void Named(LogPosition place, string payload)
    {
        var paths = LogSnapshot.PayloadFiles(payload);
        if (paths.Count == 0) return;
        foreach (var path in paths) unnamed.Remove(path);
        foreach (var path in paths)
        {
            if (IsThere(place, path, payload)) return;
        }

        missing.TryAdd(payload, place);
    }

    /// <summary>An entry of this log or of a later one says that a payload was erased.</summary>
    public void Erased(string payload)
    {
        missing.Remove(payload);
        if (LogSnapshot.PayloadFile(payload) is { } path) unnamed.Remove(path);
    }

    /// <summary>The log ends here.</summary>
    /// <param name="isWhole">True where all its entries were read.</param>
    /// <param name="isNewest">True for the log that a writer may be writing: the entry of a new payload may be still to come.</param>
    public void End(bool isWhole, bool isNewest)
    {
        if (!isWhole) return;
        foreach (var path in unnamed.Where(path => !isNewest || !IsNew(path)).Order(StringComparer.Ordinal))
            findings.Add(new LogPosition(log.Files.PathOf(path), 0, log.Name), AuditFindingKind.PayloadUnnamed, "no entry names this payload");
    }

    /// <summary>Reports the payloads that are absent, after all logs were read.</summary>
    /// <param name="isOneLog">True where the folder of this log was given, without those of later logs.</param>
    public void ReportMissing(bool isOneLog)
    {
        var where = isOneLog ? "no entry of this log says that it was erased; one of a later log may" : "no entry says that it was erased";
        foreach (var (payload, place) in missing) findings.Add(place, AuditFindingKind.PayloadMissing, $"the payload {payload} is not there, and {where}", "payload");
    }

    private bool IsThere(LogPosition place, string path, string payload)
    {
        using var file = log.Files.Open(path, out var state);
        if (state == FileState.NotAFile)
            findings.Add(place with { File = log.Files.PathOf(path) }, AuditFindingKind.NotAFile, "it is not a regular file; it was not read");
        else if (file is not null && payload != $"sha256:{Digests.Of(file, long.MaxValue)}")
            findings.Add(place with { File = log.Files.PathOf(path), Offset = null, Length = null }, AuditFindingKind.PayloadAltered,
                "the payload is not the one that the entry names");
        return file is not null || state == FileState.NotAFile;
    }

    private static bool IsNew(string path) => path.StartsWith(LogLayout.NewPayloads, StringComparison.Ordinal);
}
