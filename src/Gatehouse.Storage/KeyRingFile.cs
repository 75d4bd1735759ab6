using System.Security.Cryptography;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>The file of a key ring: only for the user, replaced as a whole and never written in place.</summary>
internal static class KeyRingFile
{
    /// <exception cref="KeyRingException">The file cannot be read or made.</exception>
    public static IReadOnlyList<RingKey> ReadOrCreate(string path, TimeProvider time) => Guard(path, () =>
    {
        PrivateFile.PrepareFolder(Path.GetDirectoryName(path)!);
        if (!File.Exists(path))
            Create(path, [RingKey.Generate(time.GetUtcNow())]);
        // Read back in every case: of two first starts at the same time both must continue with the file that won.
        return KeyRingFormat.Parse(Read(path), Name(path));
    });

    /// <summary>Reads a ring that is there.</summary>
    /// <exception cref="KeyRingException">The file is missing, or cannot be read.</exception>
    public static IReadOnlyList<RingKey> ReadExisting(string path) => Guard(path, () => KeyRingFormat.Parse(Read(path), Name(path)));

    /// <summary>Adds a key to the present content of the file. On return it is on the disk: a message that it seals must not outlive it.</summary>
    /// <exception cref="KeyRingException">The file cannot be read or written, or holds the most keys, or is of a newer version.</exception>
    public static IReadOnlyList<RingKey> Rotate(string path, TimeProvider time) => Guard(path, () =>
    {
        using var turn = TakeTurn(path);
        RemoveLeftovers(path);
        var json = Read(path);
        if (KeyRingFormat.ReadVersion(json, Name(path)) > KeyRingFormat.Version)
            throw new KeyRingException($"{Name(path)} was written by a newer program and would lose what only that one knows. Rotate it there.");
        var keys = WithNewKey(KeyRingFormat.Parse(json, Name(path)), time);
        var temporary = WriteTemporary(path, keys);
        try
        {
            File.Move(temporary, path, overwrite: true);
            NativeMethods.SyncFolder(Path.GetDirectoryName(path)!);
        }
        finally
        {
            // Without effect after the move; otherwise no copy of the keys stays behind.
            File.Delete(temporary);
        }

        return keys;
    });

    /// <exception cref="KeyRingException">There are the most keys already.</exception>
    public static IReadOnlyList<RingKey> WithNewKey(IReadOnlyList<RingKey> keys, TimeProvider time)
    {
        if (keys.Count >= KeyRing.MostKeys)
            throw new KeyRingException(
                $"The key ring is full ({KeyRing.MostKeys} keys). Keep a copy of its file, and restart the gateway, which seals its own keys under the "
                    + "newest key. Delete the oldest entries then. What only they open is lost, such as sessions and containments that began under "
                    + "them (docs/operators/secrets.md).");
        // A clock that was set back must not make the newest key look older.
        var now = time.GetUtcNow();
        return [.. keys, RingKey.Generate(now > keys[^1].Created ? now : keys[^1].Created)];
    }

    private static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        PrivateFile.RefuseOthers(file);
        var json = new byte[KeyRingFormat.MostBytes + 1];
        return json[..file.ReadAtLeast(json, json.Length, throwOnEndOfStream: false)];
    }

    /// <summary>
    /// Keeps other processes from rotating. Two that read the same ring would each write it with a key of their own, and the key of the first would
    /// be lost with everything that it sealed. The file stays: a lock on a file that is removed does not keep out those who make it again.
    /// </summary>
    private static FileStream TakeTurn(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            return new FileStream(path + ".lock", options);
        }
        catch (IOException fault) when (File.Exists(path + ".lock"))
        {
            throw new KeyRingException($"{Name(path)} is being rotated by another process. Run the command again when that one has ended.", fault);
        }
    }

    /// <summary>Removes what a rotation that was killed left. Such a file holds all keys.</summary>
    private static void RemoveLeftovers(string path)
    {
        foreach (var leftover in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + ".*.new")) File.Delete(leftover);
    }

    /// <summary>
    /// Gives a whole file its name where no other has it. On POSIX this is a link, which the system refuses when the name is taken. A move that looks
    /// first and renames then would let two first starts at the same time each continue with a ring of their own.
    /// </summary>
    private static void Create(string path, IReadOnlyList<RingKey> keys)
    {
        var temporary = WriteTemporary(path, keys);
        try
        {
            // A file system without links (EPERM and others) is left with the move.
            if (OperatingSystem.IsWindows() || (NativeMethods.Link(temporary, path) != 0 && !File.Exists(path)))
                File.Move(temporary, path, overwrite: false);
            NativeMethods.SyncFolder(Path.GetDirectoryName(path)!);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another start was first.
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static string WriteTemporary(string path, IReadOnlyList<RingKey> keys)
    {
        var temporary = $"{path}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}.new";
        using var file = PrivateFile.Create(temporary);
        file.Write(KeyRingFormat.Write(keys));
        // On the disk before it has the name: after a loss of power there is the old ring or the new one.
        file.Flush(flushToDisk: true);
        return temporary;
    }

    private static T Guard<T>(string path, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (StoreException refusal)
        {
            throw new KeyRingException(refusal.Message);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new KeyRingException($"{Name(path)} cannot be read or written: {fault.Message} Check the path and the rights of its folder.",
                fault);
        }
    }

    private static string Name(string path) => $"The key ring {path}";
}
