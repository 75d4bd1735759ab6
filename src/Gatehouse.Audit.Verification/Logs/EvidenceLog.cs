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

    /// <summary>The evidence logs in a folder, oldest first.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static IReadOnlyList<EvidenceLog> In(string directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        var logs = new List<EvidenceLog>();
        foreach (var path in Directory.EnumerateFileSystemEntries(directory, LogLayout.LogPrefix + "*"))
        {
            var name = System.IO.Path.GetFileName(path);
            if (LogLayout.LogNumber(name) is not { } number) continue;
            logs.Add(new EvidenceLog(path, name, number, FileKind.Of(path) == PathKind.Folder));
        }

        return [.. logs.OrderBy(log => log.Number).ThenBy(log => log.Name, StringComparer.Ordinal)];
    }

    /// <summary>
    /// Takes a folder as what it is: one log, or a folder of logs. An auditor may have a copy of one log only.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static IReadOnlyList<EvidenceLog> At(string directory)
    {
        var logs = In(directory);
        if (logs.Count > 0 || FileKind.Of(System.IO.Path.Join(directory, LogLayout.Checkpoint)) == PathKind.Absent) return logs;
        return [new EvidenceLog(directory, System.IO.Path.GetFileName(Full(directory)), 0, true)];
    }

    /// <summary>
    /// The names of the other logs that are beside a log, oldest first: the folder of one log is not the whole audit log. None where the folder is not
    /// that of one log, or the folder around it cannot be read.
    /// </summary>
    /// <param name="directory">The folder that was given.</param>
    /// <param name="parent">The folder around it.</param>
    internal static IReadOnlyList<string> Beside(string directory, out string parent)
    {
        var own = Full(directory);
        parent = System.IO.Path.GetDirectoryName(own) ?? own;
        if (LogLayout.LogNumber(System.IO.Path.GetFileName(own)) is null || In(directory).Count > 0) return [];
        try
        {
            return [.. In(parent).Select(log => log.Name).Where(name => name != System.IO.Path.GetFileName(own))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // a copy in a folder that the auditor may not list
        }
    }

    // A link has another name than the log, and another folder around it.
    private static string Full(string directory) => System.IO.Path.TrimEndingDirectorySeparator(
        Directory.ResolveLinkTarget(directory, returnFinalTarget: true)?.FullName ?? System.IO.Path.GetFullPath(directory));

    /// <summary>Opens the log as it is now.</summary>
    /// <exception cref="IOException">It is no folder, or cannot be read.</exception>
    public LogSnapshot Open() =>
        IsFolder ? LogSnapshot.Open(Path, Name) : throw new IOException($"{Path} is not a folder; it was not read");
}
