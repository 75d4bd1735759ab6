using Gatehouse.Storage.Abstractions;
using SQLitePCL;

namespace Gatehouse.Storage;

/// <summary>SQLite, which comes with the program as the library <c>e_sqlite3</c>, loaded once.</summary>
public static class SqliteLibrary
{
    private static readonly Lazy<string> Loaded = new(Load);

    /// <summary>The version of the library in use, such as "3.53.4".</summary>
    /// <exception cref="StoreException">The library is missing or cannot be loaded; the message names the remedy.</exception>
    public static string Version => Loaded.Value;

    /// <summary>Loads the library where that was not done yet.</summary>
    /// <exception cref="StoreException">The library is missing or cannot be loaded; the message names the remedy.</exception>
    public static void EnsureLoaded() => _ = Loaded.Value;

    private static string Load()
    {
        try
        {
            Batteries_V2.Init();
            return raw.sqlite3_libversion().utf8_to_string();
        }
        catch (Exception fault) when (fault is DllNotFoundException or BadImageFormatException or TypeInitializationException)
        {
            throw new StoreException(
                "The library SQLite (e_sqlite3) of the program cannot be loaded. Keep all files of the package in one folder. "
                    + $"The system says: {fault.GetBaseException().Message.ReplaceLineEndings(" ")}", fault);
        }
    }
}
