using Gatehouse.Cli.Output;
using Gatehouse.Files;
using Gatehouse.Integrity.Locks;

namespace Gatehouse.Cli.LockCommands;

/// <summary>The lock file of a command: read once, written as a whole or not at all.</summary>
/// <param name="path">Its path.</param>
internal sealed class LockStore(string path)
{
    private const int Largest = 16 << 20;

    private byte[]? read;

    /// <summary>Its path.</summary>
    public string Path => path;

    /// <summary>True when the file was there.</summary>
    public bool Exists => read is not null;

    /// <summary>Reads the file. Returns an empty lock when there is none, and null with the faults printed when it cannot be used.</summary>
    public LockFile? Read()
    {
        try
        {
            // The lock may be one of a repository that others write: a pipe would hold the command (CWE-400).
            read = RegularFile.ReadBytes(path, Largest);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new LockFile([]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Terminal.Fault($"{path} cannot be read: {(e is FileTooLargeException ? "it is larger than 16 MiB" : e.Message)}");
            return null;
        }

        if (LockReader.TryRead(read, out var file, out var faults)) return file;
        Terminal.Fault($"{path} cannot be used");
        foreach (var fault in faults.Take(20)) Terminal.Hint($"{fault.Path} {fault.Message} (remedy: {fault.Remedy})");
        return null;
    }

    /// <summary>Writes the file. Returns false when it cannot be written, is a link, or is another one than was read.</summary>
    public bool Write(LockFile file)
    {
        var bytes = LockWriter.Write(file);
        if (read is not null && bytes.AsSpan().SequenceEqual(read))
        {
            Terminal.NoteLine($"{path} is unchanged");
            return true;
        }

        try
        {
            Replace(bytes);
            read = bytes;
            Terminal.NoteLine($"written: {path}");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Terminal.Fault($"{path} was not written: {e.Message}");
            return false;
        }
    }

    private void Replace(byte[] bytes)
    {
        var target = new FileInfo(path);
        if (target.LinkTarget is not null) throw new IOException("it is a link; give the file itself");
        var now = target.Exists ? RegularFile.ReadBytes(path, Largest) : null;
        if (now is null != read is null || (now is not null && !now.AsSpan().SequenceEqual(read)))
            throw new IOException("another process changed it; run the command again");
        var fresh = $"{path}.{Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8))}.new";
        try
        {
            File.WriteAllBytes(fresh, bytes);
            File.Move(fresh, path, overwrite: true);
        }
        finally
        {
            File.Delete(fresh);
        }
    }
}
