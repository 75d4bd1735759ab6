using System.Security.Cryptography;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Audit.Search;

/// <summary>
/// A part of the keys of an index that is in a file beside it, 0600, and is overwritten before the index is deleted.
/// </summary>
/// <remarks>
/// The threat: the index has facts about persons, sealed under keys that follow from the key ring. A backup of its file, and blocks of the deleted
/// file and of its write-ahead log, would open for as long as the ring is there, also after an erasure (DP-03). Without this part they do not.
/// </remarks>
internal sealed class IndexSecret(string path)
{
    /// <summary>Its bytes.</summary>
    public const int Bytes = 32;

    private const string Remedy = "see that the state folder can be written, then run the command again";

    /// <summary>Returns the bytes. Makes them where there are none: then no index that is there can be opened.</summary>
    /// <exception cref="StoreException">The file cannot be read or made.</exception>
    public byte[] ReadOrMake()
    {
        try
        {
            if (File.Exists(path) && File.ReadAllBytes(path) is { Length: Bytes } found && found.AsSpan().ContainsAnyExcept((byte)0)) return found;
            Destroy();
            var made = RandomNumberGenerator.GetBytes(Bytes);
            using var file = new FileStream(path, Options(FileMode.CreateNew));
            file.Write(made);
            file.Flush(flushToDisk: true);
            return made;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The key of the index, {path}, cannot be read or made: {fault.Message} To continue, {Remedy}.", fault);
        }
    }

    /// <summary>Overwrites the bytes in their place, and deletes the file. Without effect where there is none.</summary>
    /// <exception cref="StoreException">The file cannot be overwritten.</exception>
    public void Destroy()
    {
        try
        {
            if (!File.Exists(path)) return;
            using (var file = new FileStream(path, Options(FileMode.Open)))
            {
                file.Write(new byte[Bytes]);
                file.Flush(flushToDisk: true);
            }

            File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The key of the index, {path}, cannot be overwritten: {fault.Message} To continue, {Remedy}.", fault);
        }
    }

    private static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode == FileMode.CreateNew) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
