using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Files;
using Gatehouse.Storage;

namespace Gatehouse.Gateway.Configurations;

/// <summary>
/// Files of one folder (0700), each 0600 and sealed by the key ring under its name. A file is written under another name, brought to the disk and
/// renamed, so that there is the old file or the new one after a loss of power.
/// </summary>
internal sealed class SealedFolder(string folder, KeyRing keys)
{
    private const string Purpose = "configuration/file";
    private const string Unfinished = ".new";
    private const int LengthBytes = 4;
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Brings the names in a folder to the disk; false where that failed.</summary>
    public Func<string, bool> Sync { get; init; } = PosixFile.SyncFolder;

    /// <summary>The folder.</summary>
    public string Path => folder;

    /// <summary>The files by name, with their lengths in bytes. Empty where there is no folder.</summary>
    public IReadOnlyList<(string Name, long Bytes)> Files() => Directory.Exists(folder)
        ? [.. new DirectoryInfo(folder).EnumerateFiles().Where(file => file.Extension != Unfinished).OrderBy(file => file.LastWriteTimeUtc)
            .Select(file => (file.Name, file.Length))]
        : [];

    /// <summary>Returns the whole path of a file.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(folder, name);

    /// <summary>Writes a file. Its content is on the disk; its name is where the folder can be brought there.</summary>
    /// <exception cref="IOException">It cannot be written; then the file of before is there.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    public void Write(string name, ReadOnlySpan<byte> content)
    {
        Replace(name, content);
        _ = Sync(folder); // the new file is there, whether or not a loss of power takes it back
    }

    /// <summary>Writes a file, and returns when it is on the disk with its name: no loss of power takes it back.</summary>
    /// <exception cref="NotOnDiskException">It is written, and whether its name is on the disk is not known.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    public void WriteDurably(string name, ReadOnlySpan<byte> content)
    {
        Replace(name, content);
        // The folder may be new as well.
        if (!Sync(folder) || !Sync(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(folder))!))
            throw new NotOnDiskException($"{PathOf(name)} was written, and {folder} could not be brought to the disk");
    }

    private void Replace(string name, ReadOnlySpan<byte> content)
    {
        Make();
        var temporary = $"{PathOf(name)}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}{Unfinished}";
        try
        {
            using (var file = Create(temporary))
            {
                WritePieces(file, name, content);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, PathOf(name), overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Reads a file. Returns null where there is none.</summary>
    /// <param name="name">The name.</param>
    /// <param name="largest">The most bytes of the content.</param>
    /// <exception cref="InvalidDataException">The key ring does not open it: it is damaged, was exchanged, or the key is gone.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public byte[]? Read(string name, int largest)
    {
        byte[] bytes;
        try
        {
            using var file = RegularFile.OpenRead(PathOf(name));
            if (file.Length > SealedLength(largest)) throw Damaged(name);
            bytes = new byte[file.Length];
            file.ReadExactly(bytes);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        return Open(name, bytes);
    }

    /// <summary>Returns the bytes of a file with a content of this length.</summary>
    public static long SealedLength(long content) => LengthBytes + content + (Pieces(content) * (LengthBytes + KeyRing.SealedOverhead));

    /// <summary>Removes a file, where it is there.</summary>
    public void Delete(string name) => File.Delete(PathOf(name));

    /// <summary>Removes a file, where it is there, and returns when that is on the disk: it does not come back after a loss of power.</summary>
    /// <exception cref="IOException">It cannot be removed, or whether that is on the disk is not known.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    public void DeleteDurably(string name)
    {
        if (!Directory.Exists(folder)) return;
        File.Delete(PathOf(name));
        if (!Sync(folder)) throw new IOException($"{PathOf(name)} was removed, and {folder} could not be brought to the disk");
    }

    /// <summary>Returns whether a killed process left files that it did not finish.</summary>
    public bool HasUnfinished() => Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*" + Unfinished).Any();

    /// <summary>Removes files that a killed process did not finish.</summary>
    public void DeleteUnfinished()
    {
        if (!Directory.Exists(folder)) return;
        foreach (var path in Directory.EnumerateFiles(folder, "*" + Unfinished)) File.Delete(path);
    }

    private static long Pieces(long content) => Math.Max(1, (content + KeyRing.MostPlaintextBytes - 1) / KeyRing.MostPlaintextBytes);

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerFile;
        return new FileStream(path, options);
    }

    // The name and the number of pieces are bound to each piece: no piece fits another file, and none can be left out.
    private static byte[] Bound(string name, int piece, int pieces) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name}|{piece}|{pieces}"));

    private void Make()
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OwnerFile | UnixFileMode.UserExecute);
    }

    private void WritePieces(FileStream file, string name, ReadOnlySpan<byte> content)
    {
        var pieces = (int)Pieces(content.Length);
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteInt32BigEndian(length, pieces);
        file.Write(length);
        for (var piece = 0; piece < pieces; piece++)
        {
            var rest = content[(piece * KeyRing.MostPlaintextBytes)..];
            var box = keys.Seal(Purpose, Bound(name, piece, pieces), rest[..Math.Min(rest.Length, KeyRing.MostPlaintextBytes)]);
            BinaryPrimitives.WriteInt32BigEndian(length, box.Length);
            file.Write(length);
            file.Write(box);
        }
    }

    private byte[] Open(string name, ReadOnlySpan<byte> bytes)
    {
        var pieces = TakeLength(name, ref bytes, int.MaxValue);
        var content = new MemoryStream();
        for (var piece = 0; piece < pieces; piece++)
        {
            var length = TakeLength(name, ref bytes, bytes.Length);
            if (!keys.TryOpen(Purpose, Bound(name, piece, pieces), bytes[..length], out var plain)) throw Damaged(name);
            content.Write(plain);
            bytes = bytes[length..];
        }

        return bytes.IsEmpty && pieces > 0 ? content.ToArray() : throw Damaged(name);
    }

    private int TakeLength(string name, ref ReadOnlySpan<byte> bytes, int most)
    {
        if (bytes.Length < LengthBytes || BinaryPrimitives.ReadInt32BigEndian(bytes) is var length && (length < 0 || length > most - LengthBytes))
            throw Damaged(name);
        bytes = bytes[LengthBytes..];
        return length;
    }

    private InvalidDataException Damaged(string name) =>
        new($"{PathOf(name)} does not open with the key ring: it is damaged, was exchanged, or its key is gone");
}

/// <summary>A file is written, and whether it is there after a loss of power is not known.</summary>
/// <param name="message">The file and the folder.</param>
internal sealed class NotOnDiskException(string message) : IOException(message);
