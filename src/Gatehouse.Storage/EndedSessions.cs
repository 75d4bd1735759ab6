using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>
/// Sessions that were ended before their handles expire. A handle is sealed and needs no table to be valid; this one is what
/// makes an ended session stay ended after a restart. Safe for concurrent use.
/// </summary>
public sealed class EndedSessions
{
    private const string Add =
        """
        INSERT INTO ended_sessions (session_uid, valid_until) VALUES ($0, $1)
        ON CONFLICT (session_uid) DO UPDATE SET valid_until = MAX(valid_until, excluded.valid_until)
        """;

    private readonly StoreTable _table;

    internal EndedSessions(WriteQueue writes, ReadPool reads, int rowLimit, TimeProvider time) =>
        _table = new("ended_sessions", writes, reads, rowLimit, time);

    /// <summary>Adds a session and returns when it is on the disk.</summary>
    /// <param name="sessionUid">The session's identifier, at most 4096 bytes in UTF-8; not its handle.</param>
    /// <param name="until">When its handle has expired by itself; of two moments the later counts.</param>
    /// <exception cref="ArgumentException">The identifier is too long or no text.</exception>
    /// <exception cref="StoreException">Nothing was added: the table is full, or the disk refused.</exception>
    public async ValueTask AddAsync(string sessionUid, DateTimeOffset until)
    {
        StoredText.Check(sessionUid, nameof(sessionUid));
        await _table.AddAsync(connection => Exists(connection, sessionUid), connection => Insert(connection, sessionUid, until)).ConfigureAwait(false);
    }

    /// <summary>The ended sessions whose handles have not expired yet.</summary>
    /// <param name="now">Those whose moment is not later are left out.</param>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public IReadOnlyList<EndedSessionRow> All(DateTimeOffset now) => _table.Read(connection =>
    {
        using var command = StoreTable.Command(
            connection, "SELECT session_uid, valid_until FROM ended_sessions WHERE valid_until > $0 ORDER BY session_uid", now.UtcTicks);
        using var reader = command.ExecuteReader();
        List<EndedSessionRow> rows = [];
        while (reader.Read())
            rows.Add(new(reader.GetString(0), new DateTimeOffset(reader.GetInt64(1), TimeSpan.Zero)));
        return rows;
    });

    /// <summary>Part of a write.</summary>
    internal int CleanUp(SqliteConnection connection, DateTimeOffset now) => _table.CleanUp(connection, now);

    private static int Insert(SqliteConnection connection, string sessionUid, DateTimeOffset until)
    {
        using var command = StoreTable.Command(connection, Add, sessionUid, until.UtcTicks);
        return command.ExecuteNonQuery();
    }

    private static bool Exists(SqliteConnection connection, string sessionUid)
    {
        using var command = StoreTable.Command(connection, "SELECT 1 FROM ended_sessions WHERE session_uid = $0", sessionUid);
        return command.ExecuteScalar() is not null;
    }
}
