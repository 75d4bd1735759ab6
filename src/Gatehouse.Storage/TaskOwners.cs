using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>
/// Whose the tasks of upstream servers are, so that knowing a task's identifier gives nobody its result. Identifiers and
/// owners are stored as keyed digests: the file tells neither. Safe for concurrent use.
/// </summary>
/// <remarks>
/// The threat: one caller makes so many tasks that those of others cannot be stored (CWE-770). Once half of the table is full, a caller at
/// its part has the oldest of its own tasks forgotten for a new one. A forgotten task belongs to nobody, and nobody can ask about it.
/// </remarks>
public sealed class TaskOwners
{
    private const int ShortestDigest = 16;
    private const int LongestDigest = 64;

    // An owner is never replaced while its row counts: a server that hands out an identifier twice must not give one
    // caller the other's task.
    private const string Add =
        """
        INSERT INTO task_owners (server, task_digest, owner_digest, valid_until, caller_digest) VALUES ($0, $1, $2, $3, $5)
        ON CONFLICT (server, task_digest) DO UPDATE SET
          owner_digest = excluded.owner_digest,
          caller_digest = excluded.caller_digest,
          valid_until = CASE WHEN owner_digest = excluded.owner_digest THEN MAX(valid_until, excluded.valid_until) ELSE excluded.valid_until END
        WHERE owner_digest = excluded.owner_digest OR valid_until <= $4
        """;

    // The oldest task of a caller who has more than $1.
    private const string DeleteOldest =
        """
        DELETE FROM task_owners WHERE (server, task_digest) IN (
          SELECT server, task_digest FROM task_owners
          WHERE caller_digest = $0 AND EXISTS (SELECT 1 FROM task_owners WHERE caller_digest = $0 LIMIT 1 OFFSET $1)
          ORDER BY valid_until LIMIT 1)
        """;

    private readonly StoreTable _table;
    private readonly TimeProvider _time;

    internal TaskOwners(WriteQueue writes, ReadPool reads, int rowLimit, TimeProvider time)
    {
        RowLimit = rowLimit;
        _table = new("task_owners", writes, reads, rowLimit, time);
        _time = time;
    }

    /// <summary>The most rows.</summary>
    public int RowLimit { get; }

    /// <summary>Notes the owner of a task and returns when that is on the disk; for its owner again, the later moment counts.</summary>
    /// <param name="server">The server's name, at most 4096 bytes in UTF-8.</param>
    /// <param name="taskDigest">Keyed digest of the task's identifier, 16 to 64 bytes.</param>
    /// <param name="ownerDigest">Keyed digest of the owner, 16 to 64 bytes.</param>
    /// <param name="callerDigest">Keyed digest of whose part the row uses, 16 to 64 bytes: issuer and subject, whatever the client.</param>
    /// <param name="mostOfCaller">Rows that one caller may have once half of the table is full, 1 or more.</param>
    /// <param name="until">When the task is forgotten.</param>
    /// <returns>False when the task belongs to another owner: nothing was changed, and the caller must not give it out.</returns>
    /// <exception cref="ArgumentException">A text or digest is out of its range.</exception>
    /// <exception cref="StoreException">Nothing was added: the table is full, or the disk refused.</exception>
    public ValueTask<bool> AddAsync(string server, ReadOnlySpan<byte> taskDigest, ReadOnlySpan<byte> ownerDigest, ReadOnlySpan<byte> callerDigest, int mostOfCaller, DateTimeOffset until)
    {
        StoredText.Check(server, nameof(server));
        var task = Hex(taskDigest, nameof(taskDigest));
        var owner = Hex(ownerDigest, nameof(ownerDigest));
        var caller = Hex(callerDigest, nameof(callerDigest));
        return _table.AddAsync(
            connection => Exists(connection, server, task),
            connection => Insert(connection, server, task, owner, caller, until),
            makeOwnRoom: connection => MakeOwnRoom(connection, caller, mostOfCaller));
    }

    /// <summary>The digest of a task's owner, or null when the task is unknown or forgotten.</summary>
    /// <param name="server">The server's name.</param>
    /// <param name="taskDigest">Keyed digest of the task's identifier, 16 to 64 bytes.</param>
    /// <param name="now">A row whose moment is not later does not count.</param>
    /// <exception cref="ArgumentException">A text or digest is out of its range.</exception>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public byte[]? Find(string server, ReadOnlySpan<byte> taskDigest, DateTimeOffset now)
    {
        StoredText.Check(server, nameof(server));
        var task = Hex(taskDigest, nameof(taskDigest));
        return _table.Read(connection =>
        {
            using var command = StoreTable.Command(
                connection,
                "SELECT owner_digest FROM task_owners WHERE server = $0 AND task_digest = $1 AND valid_until > $2",
                server, task, now.UtcTicks);
            return command.ExecuteScalar() is string owner ? Convert.FromHexString(owner) : null;
        });
    }

    /// <summary>Part of a write.</summary>
    internal int CleanUp(SqliteConnection connection, DateTimeOffset now) => _table.CleanUp(connection, now);

    private static int MakeOwnRoom(SqliteConnection connection, string caller, int most)
    {
        using var command = StoreTable.Command(connection, DeleteOldest, caller, most - 1);
        return command.ExecuteNonQuery();
    }

    private bool Insert(SqliteConnection connection, string server, string task, string owner, string caller, DateTimeOffset until)
    {
        using var command = StoreTable.Command(connection, Add, server, task, owner, until.UtcTicks, _time.GetUtcNow().UtcTicks, caller);
        return command.ExecuteNonQuery() == 1;
    }

    private static bool Exists(SqliteConnection connection, string server, string task)
    {
        using var command = StoreTable.Command(connection, "SELECT 1 FROM task_owners WHERE server = $0 AND task_digest = $1", server, task);
        return command.ExecuteScalar() is not null;
    }

    private static string Hex(ReadOnlySpan<byte> digest, string name) =>
        digest.Length is >= ShortestDigest and <= LongestDigest
            ? Convert.ToHexStringLower(digest)
            : throw new ArgumentException($"The digest has {digest.Length} bytes; {ShortestDigest} to {LongestDigest} are needed.", name);
}
