using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>
/// Commands that wrappers asked to start, and those that a person approved (EX-05). An approval stays until it is taken back;
/// what was only asked for is forgotten after a month, or when much else was asked for since. Safe for concurrent use.
/// </summary>
public sealed class Commands
{
    /// <summary>Commands that were asked for and are kept without an approval.</summary>
    public const int MostAsked = 256;

    private static readonly TimeSpan AskedLife = TimeSpan.FromDays(30);

    // An approval is never lost by asking again.
    private const string Ask =
        """
        INSERT INTO commands (digest, name, content, approved, made_at, valid_until) VALUES ($0, $1, $2, 0, $3, $4)
        ON CONFLICT (digest) DO UPDATE SET name = excluded.name, made_at = excluded.made_at, valid_until = excluded.valid_until WHERE approved = 0
        """;

    private const string Approve =
        """
        INSERT INTO commands (digest, name, content, approved, made_at, valid_until) VALUES ($0, $1, $2, 1, $3, $4)
        ON CONFLICT (digest) DO UPDATE SET name = excluded.name, content = excluded.content, approved = 1, made_at = excluded.made_at, valid_until = excluded.valid_until
        """;

    private const string Forget =
        "DELETE FROM commands WHERE approved = 0 AND digest NOT IN (SELECT digest FROM commands WHERE approved = 0 ORDER BY made_at DESC, digest LIMIT $0)";

    private readonly StoreTable _table;
    private readonly TimeProvider _time;

    internal Commands(WriteQueue writes, ReadPool reads, int rowLimit, TimeProvider time)
    {
        _table = new("commands", writes, reads, rowLimit, time);
        _time = time;
    }

    /// <summary>Notes that a command was asked for, and returns when that is on the disk.</summary>
    /// <exception cref="StoreException">Nothing was noted: the table is full, or the disk refused.</exception>
    public ValueTask AskAsync(string digest, string name, string content) => WriteAsync(digest, name, content, Ask, _time.GetUtcNow() + AskedLife);

    /// <summary>Notes an approval, and returns when it is on the disk.</summary>
    /// <exception cref="StoreException">Nothing was noted: the table is full, or the disk refused.</exception>
    public ValueTask ApproveAsync(string digest, string name, string content) => WriteAsync(digest, name, content, Approve, DateTimeOffset.MaxValue);

    /// <summary>Takes an approval back, or forgets that a command was asked for.</summary>
    /// <returns>False when there was none.</returns>
    /// <exception cref="StoreException">Nothing changed: the disk refused.</exception>
    public ValueTask<bool> RevokeAsync(string digest)
    {
        StoredText.Check(digest, nameof(digest));
        return _table.AddAsync(_ => true, connection =>
        {
            using var command = StoreTable.Command(connection, "DELETE FROM commands WHERE digest = $0", digest);
            return command.ExecuteNonQuery() == 1;
        });
    }

    /// <summary>The command of the digest; null when nobody asked for it lately.</summary>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public CommandRow? Find(string digest)
    {
        StoredText.Check(digest, nameof(digest));
        return Read("digest = $0 AND valid_until > $1", digest, _time.GetUtcNow().UtcTicks).FirstOrDefault();
    }

    /// <summary>All commands, the newest first.</summary>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public IReadOnlyList<CommandRow> All() => Read("valid_until > $0", _time.GetUtcNow().UtcTicks);

    /// <summary>Part of a write.</summary>
    internal int CleanUp(SqliteConnection connection, DateTimeOffset now) => _table.CleanUp(connection, now);

    private async ValueTask WriteAsync(string digest, string name, string content, string sql, DateTimeOffset until)
    {
        StoredText.Check(digest, nameof(digest));
        StoredText.Check(name, nameof(name));
        ArgumentNullException.ThrowIfNull(content);
        var now = _time.GetUtcNow().UtcTicks;
        await _table.AddAsync(connection => Exists(connection, digest), connection =>
        {
            using var command = StoreTable.Command(connection, sql, digest, name, content, now, until.UtcTicks);
            var written = command.ExecuteNonQuery();
            using var forget = StoreTable.Command(connection, Forget, MostAsked);
            forget.ExecuteNonQuery();
            return written;
        }).ConfigureAwait(false);
    }

    private List<CommandRow> Read(string where, params object[] parameters) => _table.Read(connection =>
    {
        using var command = StoreTable.Command(connection, $"SELECT digest, name, content, approved, made_at FROM commands WHERE {where} ORDER BY made_at DESC, digest", parameters);
        using var reader = command.ExecuteReader();
        List<CommandRow> rows = [];
        while (reader.Read())
            rows.Add(new(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3) == 1, new DateTimeOffset(reader.GetInt64(4), TimeSpan.Zero)));
        return rows;
    });

    private static bool Exists(SqliteConnection connection, string digest)
    {
        using var command = StoreTable.Command(connection, "SELECT 1 FROM commands WHERE digest = $0", digest);
        return command.ExecuteScalar() is not null;
    }
}
