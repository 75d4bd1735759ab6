using Microsoft.Win32.SafeHandles;

namespace Gatehouse.Audit.Verification.Logs;

/// <summary>
/// The files of one folder, by their paths relative to it. No link is followed within the folder, only regular files are opened, and only for
/// reading. The threat: who may write into the folder makes a reader wait without limit, or read a file elsewhere (CWE-59, CWE-67).
/// </summary>
/// <param name="root">The folder.</param>
internal sealed class LogFiles(string root)
{
    /// <summary>The full path of a file.</summary>
    /// <param name="relative">Its path with <c>/</c>.</param>
    public string PathOf(string relative) => Path.Join(root, relative);

    /// <summary>Opens a file. Null with the reason where it is no regular file.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public SafeFileHandle? Open(string relative, out FileState state)
    {
        state = StateOf(relative);
        if (state != FileState.Read) return null;
        try
        {
            return File.OpenHandle(PathOf(relative), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            state = FileState.Absent; // deleted since: the writer of the log replaced it by a wider one
            return null;
        }
    }

    /// <summary>Reads a whole file into a buffer, which grows as needed.</summary>
    /// <param name="relative">The path.</param>
    /// <param name="most">The most bytes of such a file.</param>
    /// <param name="buffer">The buffer.</param>
    /// <param name="length">The bytes that were read.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public FileState Read(string relative, int most, ref byte[] buffer, out int length)
    {
        length = 0;
        using var file = Open(relative, out var state);
        if (file is null) return state;
        var size = RandomAccess.GetLength(file);
        if (size > most) return FileState.TooLong;
        if (buffer.Length < size) buffer = new byte[Math.Max(size, Math.Min(most, 2L * buffer.Length))];
        while (length < size && RandomAccess.Read(file, buffer.AsSpan(length, (int)size - length), length) is > 0 and var read) length += read;
        return FileState.Read;
    }

    /// <summary>The names in a folder, in order. Empty where there is none.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public IReadOnlyList<string> Names(string relative)
    {
        if (KindOf(relative) != PathKind.Folder) return [];
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(PathOf(relative)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private FileState StateOf(string relative) => KindOf(relative) switch
    {
        PathKind.File => FileState.Read,
        PathKind.Absent => FileState.Absent,
        _ => FileState.NotAFile,
    };

    // Each folder on the way is one itself: the system would follow a link there.
    private PathKind KindOf(string relative)
    {
        for (var at = relative.IndexOf('/', StringComparison.Ordinal); at >= 0; at = relative.IndexOf('/', at + 1))
        {
            if (FileKind.Of(PathOf(relative[..at])) is var kind and not PathKind.Folder) return kind == PathKind.Absent ? kind : PathKind.Other;
        }

        return FileKind.Of(PathOf(relative));
    }
}
