using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>What was revoked before its time. Safe for concurrent use.</summary>
public sealed class Revocations
{
    private const string Add =
        """
        INSERT INTO revocations (kind, issuer, value, made_at, valid_until, reason, made_by) VALUES ($0, $1, $2, $3, $4, $5, $6)
        ON CONFLICT (kind, issuer, value) DO UPDATE SET
          made_at = MAX(made_at, excluded.made_at),
          valid_until = MAX(valid_until, excluded.valid_until),
          reason = excluded.reason,
          made_by = excluded.made_by
        """;

    private readonly StoreTable _table;

    internal Revocations(WriteQueue writes, ReadPool reads, int rowLimit, TimeProvider time) =>
        _table = new("revocations", writes, reads, rowLimit, time);

    /// <summary>Adds a revocation and returns when it is on the disk; of two for the same kind, issuer and value the later and longer one counts.</summary>
    /// <exception cref="ArgumentException">A text is too long or no text.</exception>
    /// <exception cref="StoreException">Nothing was revoked: the table is full, or the disk refused.</exception>
    public async ValueTask AddAsync(RevocationRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        StoredText.Check(row.Kind, nameof(row));
        StoredText.Check(row.Issuer, nameof(row));
        StoredText.Check(row.Value, nameof(row));
        StoredText.Check(row.Reason, nameof(row));
        StoredText.Check(row.By, nameof(row));
        await _table.AddAsync(connection => Exists(connection, row), connection => Insert(connection, row)).ConfigureAwait(false);
    }

    /// <summary>The revocations that still count, oldest first.</summary>
    /// <param name="now">Those whose <see cref="RevocationRow.Until"/> is not later are left out.</param>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public IReadOnlyList<RevocationRow> All(DateTimeOffset now) => _table.Read(connection =>
    {
        using var command = StoreTable.Command(
            connection,
            "SELECT kind, issuer, value, made_at, valid_until, reason, made_by FROM revocations WHERE valid_until > $0 ORDER BY made_at, kind, issuer, value",
            now.UtcTicks);
        using var reader = command.ExecuteReader();
        List<RevocationRow> rows = [];
        while (reader.Read())
            rows.Add(Row(reader));
        return rows;
    });

    /// <summary>Part of a write.</summary>
    internal int CleanUp(SqliteConnection connection, DateTimeOffset now) => _table.CleanUp(connection, now);

    private static int Insert(SqliteConnection connection, RevocationRow row)
    {
        using var command = StoreTable.Command(
            connection, Add, row.Kind, row.Issuer, row.Value, row.At.UtcTicks, row.Until.UtcTicks, row.Reason, row.By);
        return command.ExecuteNonQuery();
    }

    private static bool Exists(SqliteConnection connection, RevocationRow row)
    {
        using var command = StoreTable.Command(
            connection, "SELECT 1 FROM revocations WHERE kind = $0 AND issuer = $1 AND value = $2", row.Kind, row.Issuer, row.Value);
        return command.ExecuteScalar() is not null;
    }

    private static RevocationRow Row(SqliteDataReader reader) => new(
        reader.GetString(0),
        reader.GetString(1),
        reader.GetString(2),
        new DateTimeOffset(reader.GetInt64(3), TimeSpan.Zero),
        new DateTimeOffset(reader.GetInt64(4), TimeSpan.Zero),
        reader.GetString(5),
        reader.GetString(6));
}
