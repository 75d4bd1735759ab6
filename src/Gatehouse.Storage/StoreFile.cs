using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>Folder and file of a store: made only for the user, and refused when others have rights to them.</summary>
internal static class StoreFile
{
    /// <exception cref="StoreException">Folder or file cannot be made or are open to other users.</exception>
    public static void Prepare(string path)
    {
        try
        {
            PrivateFile.PrepareFolder(Path.GetDirectoryName(path)!);
            if (!File.Exists(path))
                Create(path);
            PrivateFile.RefuseOthers(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The store {path} cannot be opened: {fault.Message} Check the path and the rights of its folder.", fault);
        }
    }

    /// <summary>
    /// Creates the file here and not by SQLite, whose file would have the rights that the umask leaves. Log and index take over the file's. An
    /// existing file is never opened here: closing it would drop the locks that this process holds on it.
    /// </summary>
    private static void Create(string path)
    {
        try
        {
            PrivateFile.Create(path).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first.
        }
    }
}
