using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Audit.Privacy;

/// <summary>The keys of the audit log's subjects in a state folder.</summary>
public static class StoredSubjectKeys
{
    private const string TableName = "audit-subject-keys.db";
    private const string ListName = "audit-destroyed-keys";
    private const string RingName = "keyring.json";

    /// <summary>Returns the file of the table of keys.</summary>
    public static string Table(string state) => Path.Combine(state, TableName);

    /// <summary>Returns the file of the list of destroyed keys.</summary>
    public static string List(string state) => Path.Combine(state, ListName);

    /// <summary>
    /// Opens the keys of a state folder, and makes them where there are none. A table that the ring does not open is put aside, so that it can be put
    /// back together with its ring.
    /// </summary>
    /// <param name="state">The folder.</param>
    /// <param name="ring">The key ring.</param>
    /// <param name="time">The clock, for the name of a table that is put aside.</param>
    /// <param name="aside">The path where an old table is now; null where it was opened, or there was none.</param>
    /// <exception cref="StoreException">The table cannot be opened.</exception>
    /// <exception cref="IOException">The list of destroyed keys cannot be read, or a table cannot be put aside.</exception>
    public static SubjectKeys Open(string state, KeyRing ring, TimeProvider time, out string? aside)
    {
        ArgumentNullException.ThrowIfNull(time);
        aside = null;
        if (Opened(SubjectKeyFile.Open(Table(state)), store => SubjectKeys.TryOpen(store, ring, List(state))) is { } keys) return keys;
        aside = $"{Table(state)}.{time.GetUtcNow():yyyyMMddHHmmss}";
        foreach (var end in (string[])["", "-wal", "-shm"])
        {
            if (File.Exists(Table(state) + end)) File.Move(Table(state) + end, aside + end);
        }

        return Opened(SubjectKeyFile.Open(Table(state)), store => SubjectKeys.TryOpen(store, ring, List(state)))!;
    }

    /// <summary>
    /// Opens the keys that belong to a log by its place, for reading: those of the folder that the folder of the log is in. Another process may be
    /// the
    /// writer.
    /// </summary>
    /// <param name="log">The folder of the log.</param>
    /// <param name="time">The clock.</param>
    /// <returns>Null where there is no table, or the ring beside it does not open it: entries are read then without what they say about
    /// persons.</returns>
    /// <exception cref="StoreException">The table cannot be read.</exception>
    /// <exception cref="KeyRingException">The ring cannot be read.</exception>
    /// <exception cref="IOException">The list of destroyed keys cannot be read.</exception>
    public static SubjectKeys? Beside(string log, TimeProvider time)
    {
        var state = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(log)));
        if (state is null || !File.Exists(Table(state)) || !File.Exists(Path.Combine(state, RingName))) return null;
        var ring = KeyRing.OpenOrCreate(Path.Combine(state, RingName), time);
        return Opened(SubjectKeyFile.OpenToRead(Table(state)), store => SubjectKeys.TryOpenToRead(store, ring, List(state)));
    }

    // A table that is not opened is closed: its files may be moved then.
    private static SubjectKeys? Opened(SubjectKeyFile store, Func<SubjectKeyFile, SubjectKeys?> open)
    {
        SubjectKeys? keys = null;
        try
        {
            return keys = open(store);
        }
        finally
        {
            if (keys is null) store.Dispose();
        }
    }
}
