using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// Names in the folder of the logs that no log has. The threat: a log is given another name, and neither the reader of the folder nor its verdict
/// misses it (CWE-778).
/// </summary>
internal static class FolderNames
{
    private const string Lock = "lock";
    private const string Unfinished = ".unfinished"; // a process that ended while it put a file in place
    private const string OfVolume = "lost+found";

    /// <summary>Reports each name that is neither a log nor a segment of an earlier build nor a file of the writer.</summary>
    /// <param name="directory">The folder of the logs.</param>
    /// <param name="findings">Takes what is wrong.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static void Check(string directory, FindingCollector findings)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(directory).Order(StringComparer.Ordinal))
        {
            if (IsKnown(path, Path.GetFileName(path))) continue;
            findings.Add(new LogPosition(path, 0), AuditFindingKind.UnknownName, OriginIn(path) is { } origin
                ? $"it has a checkpoint of the log {origin}: that log was given another name, or a copy of it was put here. It was not checked: check it by itself, or give it its name back"
                : "no log has this name, and it was not checked: if it was a log, give it its name back; otherwise move it elsewhere");
        }
    }

    private static bool IsKnown(string path, string name) =>
        LogLayout.LogNumber(name) is not null || LogLayout.IsEarlierSegment(name)
        || (name == Lock && FileKind.Of(path) == PathKind.File)
        || (name.EndsWith(Unfinished, StringComparison.Ordinal) && LogLayout.IsEarlierSegment(name[..^Unfinished.Length]))
        || (name == OfVolume && IsEmptyOrClosed(path));

    // The folder that a volume has at its root. Only the administrator of the machine can read it. One that can be read could hide a log.
    private static bool IsEmptyOrClosed(string path)
    {
        if (FileKind.Of(path) != PathKind.Folder) return false;
        try
        {
            return !Directory.EnumerateFileSystemEntries(path).Any();
        }
        catch (UnauthorizedAccessException)
        {
            return true;
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
