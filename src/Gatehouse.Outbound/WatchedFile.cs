using Gatehouse.Isolation.Files;

namespace Gatehouse.Outbound;

/// <summary>
/// A file that another program writes and that the gateway reads again when it changes. A faulty new content never replaces a good one.
/// </summary>
/// <typeparam name="T">Type of the content.</typeparam>
internal sealed class WatchedFile<T>
    where T : class
{
    private const UnixFileMode WrittenByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly string path;
    private readonly int maxBytes;
    private readonly Func<byte[], T> read;
    private (DateTime, long) stamp;

    /// <summary>Reads the file for the first time.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read, is writable by others, or is faulty.</exception>
    public WatchedFile(string path, int maxBytes, Func<byte[], T> read)
    {
        this.path = path;
        this.maxBytes = maxBytes;
        this.read = read;
        Current = Read();
    }

    /// <summary>The last good content of the file.</summary>
    public T Current { get; private set; }

    /// <summary>Reads the file if it changed since the last attempt.</summary>
    /// <param name="fault">The reason why the new file does not count; null otherwise.</param>
    /// <returns>True when <see cref="Current"/> is new.</returns>
    public bool Refresh(out string? fault)
    {
        fault = null;
        try
        {
            if (Stamp() == stamp) return false;
            Current = Read();
            return true;
        }
        catch (InvalidDataException e)
        {
            fault = e.Message;
            return false;
        }
    }

    private T Read()
    {
        try
        {
            stamp = Stamp();
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & WrittenByOthers) != 0)
                throw new InvalidDataException($"{path} can be written by others; run: chmod go-w {path}");
            if (stamp.Item2 > maxBytes) throw new InvalidDataException($"{path} is larger than {maxBytes} bytes");
            using var file = RegularFile.OpenRead(path); // a reload would wait for the writer of a pipe
            if (file.Length > maxBytes) throw new InvalidDataException($"{path} is larger than {maxBytes} bytes");
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return read(bytes);
        }
        catch (InvalidDataException e) when (!e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path} cannot be read: {e.GetType().Name}", e);
        }
    }

    private (DateTime, long) Stamp()
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : (DateTime.MinValue, -1);
    }
}
