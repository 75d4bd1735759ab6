using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>
/// The sessions that are open. A handle counts only while its session has a row, so what has ended needs none: the table is as large
/// as the number of open sessions, which is bounded, whatever was opened and ended before. Safe for concurrent use.
/// </summary>
public sealed class OpenSessions
{
    private const string Add =
        """
        INSERT INTO open_sessions (session_uid, owner_digest, valid_until) VALUES ($0, $1, $2)
        ON CONFLICT (session_uid) DO UPDATE SET valid_until = MAX(valid_until, excluded.valid_until)
        """;

    private readonly StoreTable _table;
    private readonly WriteQueue _writes;

    internal OpenSessions(WriteQueue writes, ReadPool reads, int rowLimit, TimeProvider time)
    {
        _writes = writes;
        _table = new("open_sessions", writes, reads, rowLimit, time);
    }

    /// <summary>Adds a session and returns when it is on the disk.</summary>
    /// <param name="sessionUid">The session's identifier, at most 4096 bytes in UTF-8; not its handle.</param>
    /// <param name="owner">Keyed digest of its caller, in hexadecimal.</param>
    /// <param name="until">When its handle has expired by itself; of two moments the later counts.</param>
    /// <exception cref="ArgumentException">A text is too long or no text.</exception>
    /// <exception cref="StoreException">Nothing was added: the table is full, or the disk refused.</exception>
    public async ValueTask AddAsync(string sessionUid, string owner, DateTimeOffset until)
    {
        StoredText.Check(sessionUid, nameof(sessionUid));
        StoredText.Check(owner, nameof(owner));
        await _table.AddAsync(connection => Exists(connection, sessionUid), connection => Insert(connection, sessionUid, owner, until)).ConfigureAwait(false);
    }

    /// <summary>Removes a session for good and returns when that is on the disk; needs no room.</summary>
    /// <param name="sessionUid">The session's identifier.</param>
    /// <returns>False when it had none.</returns>
    /// <exception cref="ArgumentException">The text is too long or no text.</exception>
    /// <exception cref="StoreException">The disk refused.</exception>
    public async ValueTask<bool> RemoveAsync(string sessionUid)
    {
        StoredText.Check(sessionUid, nameof(sessionUid));
        return await _writes.AddAsync(connection => _table.Remove(connection, "session_uid", sessionUid)).ConfigureAwait(false);
    }

    /// <summary>The open sessions whose handles have not expired, in the order in which they began.</summary>
    /// <param name="now">Those whose moment is not later are left out.</param>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public IReadOnlyList<OpenSessionRow> All(DateTimeOffset now) => _table.Read(connection =>
    {
        using var command = StoreTable.Command(
            connection, "SELECT session_uid, owner_digest, valid_until FROM open_sessions WHERE valid_until > $0 ORDER BY valid_until, session_uid", now.UtcTicks);
        using var reader = command.ExecuteReader();
        List<OpenSessionRow> rows = [];
        while (reader.Read())
            rows.Add(new(reader.GetString(0), reader.GetString(1), new DateTimeOffset(reader.GetInt64(2), TimeSpan.Zero)));
        return rows;
    });

    /// <summary>Part of a write.</summary>
    internal int CleanUp(SqliteConnection connection, DateTimeOffset now) => _table.CleanUp(connection, now);

    private static int Insert(SqliteConnection connection, string sessionUid, string owner, DateTimeOffset until)
    {
        using var command = StoreTable.Command(connection, Add, sessionUid, owner, until.UtcTicks);
        return command.ExecuteNonQuery();
    }

    private static bool Exists(SqliteConnection connection, string sessionUid)
    {
        using var command = StoreTable.Command(connection, "SELECT 1 FROM open_sessions WHERE session_uid = $0", sessionUid);
        return command.ExecuteScalar() is not null;
    }
}
