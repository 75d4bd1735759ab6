using System.Runtime.InteropServices;
using Gatehouse.Storage.Abstractions;
using SQLitePCL;

namespace Gatehouse.Storage;

/// <summary>The system's SQLite, loaded once. The system keeps its library patched. One that came with the program would age with it.</summary>
public static class SqliteLibrary
{
    private const string RequestedName = "e_sqlite3";

    // 3.35.0: the first with every statement used here (upsert, RETURNING).
    private const int OldestVersion = 3_035_000;

    private static readonly Lazy<string> Loaded = new(Load);

    /// <summary>The version of the library in use, such as "3.40.1".</summary>
    /// <exception cref="StoreException">The library is missing or too old; the message names the package to install.</exception>
    public static string Version => Loaded.Value;

    /// <summary>Loads the library where that was not done yet.</summary>
    /// <exception cref="StoreException">The library is missing or too old; the message names the package to install.</exception>
    public static void EnsureLoaded() => _ = Loaded.Value;

    /// <summary>Returns the first of the names that a loader knows.</summary>
    internal static nint Find(IReadOnlyList<string> names, Func<string, nint> load)
    {
        foreach (var name in names)
        {
            if (load(name) is not 0 and var handle)
                return handle;
        }

        throw new StoreException(
            $"The library SQLite ({string.Join(" or ", names)}) is missing. Install the package libsqlite3-0 (Debian, Ubuntu), "
            + "sqlite-libs (Fedora, Red Hat, Alpine) or sqlite (Arch), then start again.");
    }

    /// <exception cref="StoreException">The version is too old.</exception>
    internal static void Judge(int version, string text)
    {
        if (version < OldestVersion)
            throw new StoreException(
                $"The system's SQLite is version {text}; 3.35.0 or newer is needed. Update the package libsqlite3-0 (Debian, Ubuntu) or "
                    + $"sqlite-libs (Fedora, Red Hat, Alpine).");
    }

    private static string Load()
    {
        var handle = Find(SystemNames(), name => NativeLibrary.TryLoad(name, out var found) ? found : 0);
        var provider = typeof(SQLite3Provider_e_sqlite3).Assembly;
        NativeLibrary.SetDllImportResolver(provider, (name, _, _) => name == RequestedName ? handle : 0);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        var text = raw.sqlite3_libversion().utf8_to_string();
        Judge(raw.sqlite3_libversion_number(), text);
        return text;
    }

    private static string[] SystemNames()
    {
        if (OperatingSystem.IsWindows())
            return ["winsqlite3.dll"];
        return OperatingSystem.IsMacOS() ? ["/usr/lib/libsqlite3.dylib"] : ["libsqlite3.so.0"];
    }
}
