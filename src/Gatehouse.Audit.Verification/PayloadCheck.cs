using System.Globalization;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// Kept payloads of one log: each that an entry names is there and is the one named, unless another entry says why it is not
/// (<see cref="MissingPayloads"/>), and there is no other.
/// </summary>
internal sealed class PayloadCheck
{
    /// <summary>Files of payloads that are held to the entries. Those beyond are counted.</summary>
    internal const int MostFiles = 4_000_000;

    private const string Folder = "payloads";

    private readonly LogSnapshot log;
    private readonly FindingCollector findings;
    private readonly MissingPayloads missing;
    private readonly HashSet<string> unnamed = new(StringComparer.Ordinal);
    private readonly int most;
    private readonly long notCompared;

    /// <summary>Lists the payloads of a log. It is made before an entry is read: a payload is there before its entry.</summary>
    /// <param name="log">The log.</param>
    /// <param name="findings">Takes what is wrong.</param>
    /// <param name="missing">Takes payloads that are not there.</param>
    /// <param name="most">The most files that are held to the entries.</param>
    public PayloadCheck(LogSnapshot log, FindingCollector findings, MissingPayloads missing, int most = MostFiles)
    {
        (this.log, this.findings, this.missing, this.most) = (log, findings, missing, most);
        foreach (var part in log.Files.Names(Folder))
        {
            foreach (var name in log.Files.Names($"{Folder}/{part}"))
            {
                if (unnamed.Count < most) unnamed.Add($"{Folder}/{part}/{name}");
                else notCompared++;
            }
        }
    }

    /// <summary>An entry names a payload.</summary>
    /// <param name="place">The entry.</param>
    /// <param name="payload">The name.</param>
    /// <param name="at">The time of the entry; null where it has none.</param>
    public void Named(LogPosition place, string payload, DateTimeOffset? at)
    {
        var paths = LogSnapshot.PayloadFiles(payload);
        if (paths.Count == 0) return;
        foreach (var path in paths) unnamed.Remove(path);
        foreach (var path in paths)
        {
            if (IsThere(place, path, payload)) return;
        }

        missing.Add(place, payload, at);
    }

    /// <summary>An entry of this log or of a later one says that a payload was erased.</summary>
    public void Erased(string payload)
    {
        missing.Erased(payload);
        if (LogSnapshot.PayloadFile(payload) is { } path) unnamed.Remove(path);
    }

    /// <summary>The log ends here.</summary>
    /// <param name="hasUnread">True where entries are archived, absent or could not be read: they may name payloads.</param>
    /// <param name="isNewest">True for the log that a writer may be writing: the entry of a new payload may be still to come.</param>
    /// <param name="isSucceeded">True where a later log names this one as the log before it.</param>
    /// <returns>What the report states.</returns>
    public IEnumerable<string> End(bool hasUnread, bool isNewest, bool isSucceeded)
    {
        var facts = new List<string>();
        // A process wrote them ahead of entries that it did not write any more. The start after it deletes such payloads, unless that start had lost
        // the key and left the log as it was. A payload that ever had an entry on stable storage has another name.
        var waiting = unnamed.Count(IsNew);
        if (notCompared > 0) facts.Add(string.Create(CultureInfo.InvariantCulture,
            $"{log.Name}: kept requests that were not compared with the entries: {notCompared}. At most {most} files are held to the entries"));
        if (isSucceeded && waiting > 0)
            facts.Add($"{log.Name}: kept requests in {LogLayout.NewPayloads} without an entry: {waiting}. The log ended before their entries were written, and nothing vouches for them");
        var others = unnamed.Where(path => !(isNewest || isSucceeded) || !IsNew(path)).ToList();
        if (hasUnread)
        {
            if (others.Count > 0) facts.Add(string.Create(CultureInfo.InvariantCulture,
                $"{log.Name}: kept requests that no entry here names: {others.Count}. ")
                + "Their entries may be archived, or could not be read, so they were not judged");
            return facts;
        }

        foreach (var path in others.Order(StringComparer.Ordinal))
            findings.Add(new LogPosition(log.Files.PathOf(path), log.Name), AuditFindingKind.PayloadUnnamed, "no entry names this payload");
        return facts;
    }

    private bool IsThere(LogPosition place, string path, string payload)
    {
        using var file = log.Files.Open(path, out var state);
        if (state == FileState.NotAFile)
            findings.Add(place with { File = log.Files.PathOf(path) }, AuditFindingKind.NotAFile, "it is not a regular file; it was not read");
        else if (file is not null && payload != $"sha256:{Digests.Of(file, AuditEntryFormat.MostSealed + 1)}")
            findings.Add(place with { File = log.Files.PathOf(path), Offset = null, Length = null }, AuditFindingKind.PayloadAltered,
                "the entry names another payload");
        return file is not null || state == FileState.NotAFile;
    }

    private static bool IsNew(string path) => path.StartsWith(LogLayout.NewPayloads + "/", StringComparison.Ordinal);
}
