using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>What was used of the quotas of a day, so that a restart does not give it again. Safe for concurrent use.</summary>
public sealed class QuotaDays
{
    // Of two counts of one day the larger holds: nothing that was counted is given back by a late write.
    private const string Add =
        """
        INSERT INTO quota_days (digest, day, requests, bytes, valid_until) VALUES ($0, $1, $2, $3, $4)
        ON CONFLICT (digest) DO UPDATE SET
          requests = CASE WHEN day = excluded.day THEN MAX(requests, excluded.requests) ELSE excluded.requests END,
          bytes = CASE WHEN day = excluded.day THEN MAX(bytes, excluded.bytes) ELSE excluded.bytes END,
          day = excluded.day,
          valid_until = excluded.valid_until
        WHERE excluded.day >= day
        """;

    private readonly StoreTable _table;

    internal QuotaDays(WriteQueue writes, ReadPool reads, int rowLimit, TimeProvider time) =>
        _table = new("quota_days", writes, reads, rowLimit, time);

    /// <summary>Notes what a party used and returns when that is on the disk.</summary>
    /// <param name="row">The row; its digest has at most 4096 bytes.</param>
    /// <exception cref="ArgumentException">The digest is too long or no text.</exception>
    /// <exception cref="StoreException">Nothing was noted: the table is full, or the disk refused.</exception>
    public async ValueTask SaveAsync(QuotaDayRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        StoredText.Check(row.Digest, nameof(row));
        await _table.AddAsync(connection => Exists(connection, row.Digest), connection => Insert(connection, row)).ConfigureAwait(false);
    }

    /// <summary>What is known of a day.</summary>
    /// <param name="day">Days since 0001-01-01 UTC.</param>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public IReadOnlyList<QuotaDayRow> Of(int day) => _table.Read(connection =>
    {
        using var command = StoreTable.Command(connection, "SELECT digest, requests, bytes FROM quota_days WHERE day = $0 ORDER BY digest", day);
        using var reader = command.ExecuteReader();
        List<QuotaDayRow> rows = [];
        while (reader.Read()) rows.Add(new(reader.GetString(0), day, reader.GetInt64(1), reader.GetInt64(2)));
        return rows;
    });

    /// <summary>Part of a write.</summary>
    internal int CleanUp(SqliteConnection connection, DateTimeOffset now) => _table.CleanUp(connection, now);

    private static int Insert(SqliteConnection connection, QuotaDayRow row)
    {
        var until = (row.Day + 1) * TimeSpan.TicksPerDay;
        using var command = StoreTable.Command(connection, Add, row.Digest, row.Day, row.Requests, row.Bytes, until);
        return command.ExecuteNonQuery();
    }

    private static bool Exists(SqliteConnection connection, string digest)
    {
        using var command = StoreTable.Command(connection, "SELECT 1 FROM quota_days WHERE digest = $0", digest);
        return command.ExecuteScalar() is not null;
    }
}
