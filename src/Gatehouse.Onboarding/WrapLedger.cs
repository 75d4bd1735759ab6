using System.Security.Cryptography;
using Gatehouse.Files;
using Gatehouse.Inventory.Checks;

namespace Gatehouse.Onboarding;

/// <summary>
/// The servers that were made to run through Gatehouse. An account that could write it could choose the text that <c>undo</c> writes into
/// configurations, so it is read only where no other account has a right to it.
/// </summary>
public sealed class WrapLedger
{
    /// <summary>Largest file, in bytes.</summary>
    public const int MostBytes = 8 * 1024 * 1024;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly byte[]? bytes;

    private WrapLedger(string folder, byte[]? bytes, IReadOnlyList<WrapRecord> records)
    {
        Folder = folder;
        this.bytes = bytes;
        Records = records;
    }

    /// <summary>Servers that run through Gatehouse, as far as the ledger knows.</summary>
    public IReadOnlyCollection<WrappedEntry> Wrapped =>
        [.. Records.Where(record => record.IsDone)
            .Select(record => new WrappedEntry(record.File, record.Server) { Container = record.Container, Launcher = record.Launcher })];

    /// <summary>The file.</summary>
    public string Path => FileOf(Folder);

    internal string Folder { get; }

    internal IReadOnlyList<WrapRecord> Records { get; }

    /// <summary>Reads the ledger of a folder. Returns an empty one where there is none.</summary>
    /// <param name="folder">The state folder, absolute.</param>
    /// <exception cref="LedgerException">It cannot be read, others have rights to it, or it is of a later version.</exception>
    public static WrapLedger Open(string folder) => Open(folder, new FileSystem());

    internal static WrapLedger Open(string folder, IFileSystem acts)
    {
        var path = FileOf(folder);
        try
        {
            if (acts.Read(path) is not { } bytes) return new WrapLedger(folder, null, []);
            if (new FileInfo(path).LinkTarget is not null) throw new LedgerException($"{path} is a link. Replace it with the file itself.");
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
                throw new LedgerException($"{path} is open to other accounts. Check its content, then run: chmod 600 {path}");
            if (PosixFile.UserOf(path) is { } owner && owner != PosixFile.CurrentUser) throw new LedgerException($"{path} belongs to account {owner}.");
            return new WrapLedger(folder, bytes, LedgerFormat.Read(bytes, path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new LedgerException($"{path} cannot be read.", fault);
        }
    }

    internal WrapRecord? Find(string file, IReadOnlyList<string> container, string server) =>
        Records.FirstOrDefault(record => record.IsOf(file, container, server));

    /// <summary>Returns whether the file still holds the content that was read.</summary>
    internal bool IsCurrent(IFileSystem acts)
    {
        var now = acts.Read(Path);
        return bytes is null ? now is null : now is not null && now.AsSpan().SequenceEqual(bytes);
    }

    /// <summary>Writes other records in one step.</summary>
    internal WrapLedger With(IReadOnlyList<WrapRecord> records, IFileSystem acts)
    {
        var bytes = LedgerFormat.Write(records);
        if (bytes.Length > MostBytes) throw new IOException($"{Path} would be larger than 8 MiB");
        var temporary = $"{Path}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}.new";
        try
        {
            acts.Create(temporary, bytes, like: null);
            acts.Replace(temporary, Path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            acts.Delete(temporary);
            throw;
        }

        return new WrapLedger(Folder, bytes, records);
    }

    private static string FileOf(string folder) => System.IO.Path.Join(folder, "wrapped.json");
}
