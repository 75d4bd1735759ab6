using Gatehouse.Storage;

namespace Gatehouse.Testing;

/// <summary>
/// A place for a store: a SQLite file in a temporary folder, whose commits do not wait for the disk. It is deleted at the end of the process at the
/// latest. Several stores may have it open, as several processes may have one file.
/// </summary>
public sealed class TemporaryStore
{
    private static readonly Lazy<string> Root = new(MakeRoot);
    private static int places;

    private readonly string folder = System.IO.Path.Combine(
        Root.Value, Interlocked.Increment(ref places).ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The file.</summary>
    public string Path => System.IO.Path.Combine(folder, "store.db");

    /// <summary>Opens the store of the place, and makes it at the first time.</summary>
    /// <param name="time">The clock by which rows expire.</param>
    /// <param name="options">Its limits; the usual ones by default.</param>
    public Store Open(TimeProvider time, StoreOptions? options = null) => Store.Open(Path, time, (options ?? new()) with { IsDurable = false });

    /// <summary>Deletes the place, whose stores are closed.</summary>
    public void Delete()
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private static string MakeRoot()
    {
        var root = Directory.CreateTempSubdirectory("gatehouse-stores-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(root, recursive: true);
        return root;
    }
}
