using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Verification.Logs;

/// <summary>One evidence log: a folder <c>log-0001</c> in the folder of the audit log.</summary>
public sealed class EvidenceLog
{
    private EvidenceLog(string path, string name, int number, bool isFolder) => (Path, Name, Number, IsFolder) = (path, name, number, isFolder);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The name of the folder.</summary>
    public string Name { get; }

    /// <summary>The number in the name. Logs follow each other by it.</summary>
    public int Number { get; }

    /// <summary>False where the name belongs to a link or a file: it is not read.</summary>
    public bool IsFolder { get; }

    /// <summary>
    /// False where entries of the folder are no part of an answer: the name belongs to a link or a file, or its number is further ahead of the log
    /// before it than any log can be (<see cref="LogLayout.MostAhead"/>). The threat: whoever can make a name in the folder stops every search, or
    /// adds entries to it (CWE-400). The first folder may have any number, because logs before it may be archived.
    /// </summary>
    public bool IsRead { get; private init; } = true;

    /// <summary>The evidence logs in a folder, oldest first, also those that are not read.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static IReadOnlyList<EvidenceLog> In(string directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        var found = new List<EvidenceLog>();
        foreach (var path in Directory.EnumerateFileSystemEntries(directory, LogLayout.LogPrefix + "*"))
        {
            var name = System.IO.Path.GetFileName(path);
            if (LogLayout.LogNumber(name) is not { } number) continue;
            found.Add(new EvidenceLog(path, name, number, FileKind.Of(path) == PathKind.Folder));
        }

        var (logs, before) = (new List<EvidenceLog>(), (int?)null);
        foreach (var log in found.OrderBy(log => log.Number))
        {
            var isRead = log.IsFolder && !(log.Number - before > LogLayout.MostAhead);
            if (isRead) before = log.Number;
            logs.Add(new EvidenceLog(log.Path, log.Name, log.Number, log.IsFolder) { IsRead = isRead });
        }

        return logs;
    }

    /// <summary>
    /// Takes a folder as what it is: one log, or a folder of logs. An auditor may have a copy of one log only.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static IReadOnlyList<EvidenceLog> At(string directory)
    {
        var logs = In(directory);
        if (logs.Count > 0 || FileKind.Of(System.IO.Path.Join(directory, LogLayout.Checkpoint)) == PathKind.Absent) return logs;
        return [new EvidenceLog(directory, System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(directory)), 0, true)];
    }

    /// <summary>Opens the log as it is now.</summary>
    /// <exception cref="IOException">It is no folder, or cannot be read.</exception>
    public LogSnapshot Open() =>
        IsFolder ? LogSnapshot.Open(Path, Name) : throw new IOException($"{Path} is not a folder; it was not read");
}
