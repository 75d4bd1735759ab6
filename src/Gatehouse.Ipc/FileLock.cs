namespace Gatehouse.Ipc;

/// <summary>A lock that ends with its holder: the system releases it when the process is gone, however that happened.</summary>
public static class FileLock
{
    /// <summary>Takes the lock.</summary>
    /// <returns>The lock to be disposed of; null when another process holds it.</returns>
    public static IDisposable? TryTake(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException or FileNotFoundException))
        {
            return null;
        }
    }
}
