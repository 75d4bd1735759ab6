namespace Gatehouse.Audit.Log;

/// <summary>
/// The folder of the log, as its writer sees it. A seam for tests that make disks fail or lose what was not synced. Paths are relative and use
/// <c>/</c>.
/// </summary>
public interface ILogFolder : IDisposable
{
    /// <summary>Takes the folder for this process until it is disposed of.</summary>
    /// <exception cref="IOException">Another process writes here, or the folder cannot be made.</exception>
    void Acquire();

    /// <summary>Returns names and lengths of the files directly in a folder, in the order of their names; none where it is absent.</summary>
    IReadOnlyList<LogFileInfo> Files(string folder);

    /// <summary>Returns the names of the folders directly in a folder, in order; none where it is absent.</summary>
    IReadOnlyList<string> Folders(string folder);

    /// <summary>Creates a file that must not exist, and the folders above it.</summary>
    ILogFile Create(string path);

    /// <summary>Opens a file for reading; null where it is absent.</summary>
    ILogFile? Open(string path);

    /// <summary>
    /// Puts a whole file in place in one step: a reader sees the old one or the new one. Where <paramref name="isDurable"/> is true, it is on stable
    /// storage under its name when this returns.
    /// </summary>
    void Put(string path, ReadOnlySpan<byte> bytes, bool isDurable);

    /// <summary>Gives a file another name, and replaces the file that has it. It is on stable storage after <see cref="Sync"/>.</summary>
    /// <exception cref="IOException">It cannot be done, or the file is absent.</exception>
    void Move(string path, string to);

    /// <summary>Deletes a file that may be absent.</summary>
    void Delete(string path);

    /// <summary>Returns when these files, which were put or moved and are not durable yet, are on stable storage under their names.</summary>
    /// <exception cref="IOException">One of them may be lost. Writing the same bytes again to a new file is the only remedy.</exception>
    void Sync(IReadOnlyCollection<string> paths);

    /// <summary>Returns when the names in a folder are on stable storage.</summary>
    void SyncNames(string folder);

    /// <summary>Returns the bytes and the number of all files, in folders below as well.</summary>
    (long Bytes, int Files) Usage();

    /// <summary>Returns the free bytes on the volume.</summary>
    long FreeBytes();
}
