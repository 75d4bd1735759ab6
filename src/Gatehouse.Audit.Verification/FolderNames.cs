using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// Names in the folder of the logs that no log has. The threat: a log is given another name, and neither the reader of the folder nor its verdict
/// misses it (CWE-778).
/// </summary>
/// <param name="findings">Takes what is wrong.</param>
/// <param name="facts">Takes what a reader has to know, and is no fault.</param>
internal sealed class FolderNames(FindingCollector findings, List<string> facts)
{
    private const string Lock = "lock";
    private const string OfVolume = "lost+found";

    /// <summary>Lists a folder.</summary>
    internal Func<string, IEnumerable<string>> List { get; init; } = Directory.EnumerateFileSystemEntries;

    /// <summary>Returns whether a folder belongs to the administrator of the machine.</summary>
    internal Func<string, bool> IsOfAdministrator { get; init; } = FileKind.IsOfRoot;

    /// <summary>Reports each name that is neither a log nor a file of the writer.</summary>
    /// <param name="directory">The folder of the logs.</param>
    /// <param name="hasLogs">
    /// False where no log has its name in the folder. Then only folders with a checkpoint are reported: a folder that never had a log
    /// is not the place of a finding for each of its files, and the only log of a folder can have been given another name.
    /// </param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public void Check(string directory, bool hasLogs)
    {
        foreach (var path in List(directory).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            if (IsKnown(path, name) || (hasLogs && name == OfVolume && IsOfVolume(path))) continue;
            var origin = OriginIn(path);
            if (origin is null && !hasLogs) continue;
            findings.Add(new LogPosition(path), AuditFindingKind.UnknownName, origin is not null
                ? $"it has a checkpoint of the log {origin}: that log was given another name, or a copy of it was put here. It was not checked: check it by itself, or give it its name back"
                : "no log has this name, and it was not checked: if it was a log, give it its name back; otherwise move it elsewhere");
        }
    }

    private static bool IsKnown(string path, string name) =>
        LogLayout.LogNumber(name) is not null || (name == Lock && FileKind.Of(path) == PathKind.File);

    // The folder that a volume has at its root belongs to the administrator of the machine, and no other account can read it. The threat: another
    // account makes a folder of this name, puts a log into it, and closes it. So a closed one is known only if it is the administrator's, and is
    // reported then too.
    private bool IsOfVolume(string path)
    {
        if (FileKind.Of(path) != PathKind.Folder) return false;
        try
        {
            return !List(path).Any();
        }
        catch (UnauthorizedAccessException) when (IsOfAdministrator(path))
        {
            facts.Add($"{path} cannot be read by this account, so it was not checked. It belongs to the administrator of the machine, as that of a volume does: have the administrator check that it is empty");
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    // A help for the reader of the finding: nothing in the file is verified.
    private static string? OriginIn(string path)
    {
        if (FileKind.Of(path) != PathKind.Folder) return null;
        byte[] bytes = [];
        var state = new LogFiles(path).Read(LogLayout.Checkpoint, SignedNote.MostBytes, ref bytes, out var length);
        return state == FileState.Read && SignedNote.Parse(bytes.AsSpan(0, length)) is { } note && Checkpoint.TryParse(note.Text, out var checkpoint)
            ? checkpoint.Origin : null;
    }
}
