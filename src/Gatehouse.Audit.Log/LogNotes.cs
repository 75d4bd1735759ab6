using System.Text;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Log;

/// <summary>Small files of the logs of a folder, as they are on disk. Nothing in them is verified.</summary>
internal sealed class LogNotes(ILogFolder folder)
{
    /// <summary>Returns the origin that <c>log.vkeys</c> of a log names; null where the file is absent or damaged.</summary>
    /// <param name="name">The folder of the log.</param>
    public string? OriginOf(string name)
    {
        if (Read($"{name}/{LogLayout.Keys}") is not { } bytes) return null;
        var first = Encoding.UTF8.GetString(bytes).Split('\n')[0];
        return NoteKey.TryParse(first, out var key, out _) ? key.Name : null;
    }

    /// <summary>Returns the lines of <c>log.vkeys</c> of a log; empty where the file is absent or too long.</summary>
    /// <param name="name">The folder of the log.</param>
    public IReadOnlyList<string> KeysOf(string name) =>
        Read($"{name}/{LogLayout.Keys}") is { } bytes ? Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];

    /// <summary>Returns the bytes of the file of the checkpoint; null where it is absent or too long.</summary>
    /// <param name="name">The folder of the log.</param>
    public byte[]? CheckpointFile(string name) => Read($"{name}/{LogLayout.Checkpoint}");

    private byte[]? Read(string path)
    {
        using var file = folder.Open(path);
        if (file is null || file.Length > SignedNote.MostBytes) return null;
        var bytes = new byte[file.Length];
        return file.Read(0, bytes) == bytes.Length ? bytes : null;
    }
}
