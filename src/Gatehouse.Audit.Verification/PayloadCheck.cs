using System.Security.Cryptography;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// Kept payloads of one log: each that an entry names is there and is the one named, unless an entry <c>payload.erased</c> names it as well, and
/// there is no other.
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
        if (LogSnapshot.PayloadFile(payload) is not { } path) return;
        unnamed.Remove(path);
        using var file = log.Files.Open(path, out var state);
        if (state == FileState.NotAFile) findings.Add(place with { File = log.Files.PathOf(path) }, AuditFindingKind.NotAFile, "it is not a regular file; it was not read");
        else if (file is null) missing.TryAdd(payload, place);
        else if (payload != $"sha256:{Digests.Of(file, long.MaxValue)}")
            findings.Add(place with { File = log.Files.PathOf(path), Offset = null, Length = null }, AuditFindingKind.PayloadAltered, "the payload is not the one that the entry names");
    }

    /// <summary>An entry says that a payload was erased.</summary>
    public void Erased(string payload)
    {
        missing.Remove(payload);
        if (LogSnapshot.PayloadFile(payload) is { } path) unnamed.Remove(path);
    }

    /// <summary>The log ends here.</summary>
    /// <param name="isWhole">True where all its entries were read.</param>
    public void End(bool isWhole)
    {
        foreach (var (payload, place) in missing)
            findings.Add(place, AuditFindingKind.PayloadMissing, $"the payload {payload} is not there, and no entry says that it was erased", "payload");
        if (!isWhole) return;
        foreach (var path in unnamed.Order(StringComparer.Ordinal))
            findings.Add(new LogPosition(log.Files.PathOf(path), 0, log.Name), AuditFindingKind.PayloadUnnamed, "no entry names this payload");
    }
}
