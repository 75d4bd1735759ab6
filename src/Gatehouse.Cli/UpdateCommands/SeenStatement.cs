using System.Security.Cryptography;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Files;
using Gatehouse.Ipc;

namespace Gatehouse.Cli.UpdateCommands;

/// <summary>
/// The newest statement that this account accepted, as its signed bytes in the personal state folder: an older one is refused. It is verified again
/// when it is read. Each key has a memory of its own.
/// </summary>
/// <param name="folder">The folder; only this account may enter it.</param>
/// <param name="key">The key of the statements.</param>
internal sealed class SeenStatement(string folder, ReleaseKey key)
{
    private const int FingerprintInName = 16;

    private string FilePath => Path.Join(folder, $"release-seen-{key.Fingerprint[..FingerprintInName]}.txt");

    /// <summary>Returns the statement; null where none was accepted yet.</summary>
    /// <exception cref="IOException">The file cannot be read, or has no statement of the key; the message names the remedy.</exception>
    public ReleaseStatement? Read()
    {
        var path = FilePath;
        if (!File.Exists(path)) return null;
        var bytes = RegularFile.ReadBytes(path, SignedNote.MostBytes);
        return ReleaseStatement.Read(bytes, key.Key, out var fault)
            ?? throw new IOException(
                $"the statement that was accepted last cannot be used: {path}: {fault}; remove the file to start again without it");
    }

    /// <summary>Replaces the statement. The file appears whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Keep(ReadOnlySpan<byte> note)
    {
        RuntimePaths.MakePrivate(folder);
        // A name that no other process guesses, and a file that is made here: a link under a known name would be followed (CWE-59).
        var part = $"{FilePath}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.part";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new FileStream(part, options))
            {
                file.Write(note);
                file.Flush(flushToDisk: true);
            }

            File.Move(part, FilePath, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }
}
