using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>Approvals of definitions that were given to a running gateway, and those that were taken back. Safe for concurrent use.</summary>
public sealed class DefinitionWords
{
    /// <summary>Most bytes of a definition.</summary>
    public const int LongestDefinition = 4 << 20;

    private const string Add =
        """
        INSERT INTO definition_words (server, source, kind, name, digest, made_by, made_at, valid_until, reason, is_revocation, definition)
        VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (server, source, kind, name, digest, made_by) DO UPDATE SET
          made_at = excluded.made_at, valid_until = excluded.valid_until, reason = excluded.reason,
          is_revocation = excluded.is_revocation, definition = excluded.definition
        """;

    private readonly StoreTable _table;
    private readonly int _reserved;

    internal DefinitionWords(WriteQueue writes, ReadPool reads, int rowLimit, TimeProvider time)
    {
        _table = new("definition_words", writes, reads, rowLimit, time);
        _reserved = rowLimit / 10;
    }

    /// <summary>
    /// Adds a person's word and returns when it is on the disk. An approval ends every revocation of the same digest; a revocation ends every
    /// approval of it. Both happen with the word, or neither does.
    /// </summary>
    /// <exception cref="ArgumentException">A text is too long or no text, or the definition is too long.</exception>
    /// <exception cref="StoreException">Nothing was added: the table is full, or the disk refused.</exception>
    public ValueTask AddAsync(DefinitionWordRow row) => AddAsync(row, reserved: 0);

    /// <summary>
    /// Adds what the gateway took by itself. The last tenth of the table stays free of it: whatever servers and callers show, people can approve
    /// and take back (CWE-770).
    /// </summary>
    /// <exception cref="ArgumentException">A text is too long or no text, or the definition is too long.</exception>
    /// <exception cref="StoreException">Nothing was added: there is no more room for it, or the disk refused.</exception>
    public ValueTask AddSeenAsync(DefinitionWordRow row) => AddAsync(row, _reserved);

    private async ValueTask AddAsync(DefinitionWordRow row, int reserved)
    {
        Check(row);
        await _table.AddAsync(connection => Exists(connection, row), connection => Insert(connection, row), reserved).ConfigureAwait(false);
    }

    /// <summary>Names the source of a server's words anew, for one that is written in another form now. Returns when it is on the disk.</summary>
    /// <param name="server">The server's name in the configuration.</param>
    /// <param name="before">The source as it was written.</param>
    /// <param name="now">The source as it is written now.</param>
    /// <exception cref="StoreException">Nothing was changed.</exception>
    public async ValueTask MoveAsync(string server, string before, string now)
    {
        StoredText.Check(now, nameof(now));
        await _table.AddAsync(static _ => true, connection =>
        {
            using var command = StoreTable.Command(connection, "UPDATE OR IGNORE definition_words SET source = $2 WHERE server = $0 AND source = $1", server, before, now);
            return command.ExecuteNonQuery();
        }).ConfigureAwait(false);
    }

    /// <summary>All words that still count, oldest first.</summary>
    /// <param name="now">Those whose end is not later are left out.</param>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public IReadOnlyList<DefinitionWordRow> All(DateTimeOffset now) => _table.Read(connection =>
    {
        using var command = StoreTable.Command(
            connection,
            "SELECT server, source, kind, name, digest, made_by, made_at, valid_until, reason, is_revocation, definition FROM definition_words WHERE valid_until > $0 ORDER BY made_at, server, kind, name, made_by",
            now.UtcTicks);
        using var reader = command.ExecuteReader();
        List<DefinitionWordRow> rows = [];
        while (reader.Read())
            rows.Add(Row(reader));
        return rows;
    });

    /// <summary>Part of a write.</summary>
    internal int CleanUp(SqliteConnection connection, DateTimeOffset now) => _table.CleanUp(connection, now);

    private static void Check(DefinitionWordRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        foreach (var text in new[] { row.Server, row.Source, row.Kind, row.Name, row.Digest, row.By, row.Reason })
            StoredText.Check(text, nameof(row));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(row.Definition.Length, LongestDefinition, nameof(row));
    }

    private static int Insert(SqliteConnection connection, DefinitionWordRow row)
    {
        using var opposite = StoreTable.Command(
            connection,
            "DELETE FROM definition_words WHERE server = $0 AND source = $1 AND kind = $2 AND name = $3 AND digest = $4 AND is_revocation <> $5",
            row.Server, row.Source, row.Kind, row.Name, row.Digest, row.IsRevocation ? 1 : 0);
        opposite.ExecuteNonQuery();
        using var command = StoreTable.Command(
            connection, Add, row.Server, row.Source, row.Kind, row.Name, row.Digest, row.By, row.At.UtcTicks, row.Until.UtcTicks, row.Reason,
            row.IsRevocation ? 1 : 0, row.Definition.ToArray());
        return command.ExecuteNonQuery();
    }

    private static bool Exists(SqliteConnection connection, DefinitionWordRow row)
    {
        using var command = StoreTable.Command(
            connection,
            "SELECT 1 FROM definition_words WHERE server = $0 AND source = $1 AND kind = $2 AND name = $3 AND digest = $4 AND made_by = $5",
            row.Server, row.Source, row.Kind, row.Name, row.Digest, row.By);
        return command.ExecuteScalar() is not null;
    }

    private static DefinitionWordRow Row(SqliteDataReader reader) => new(
        reader.GetString(0),
        reader.GetString(1),
        reader.GetString(2),
        reader.GetString(3),
        reader.GetString(4),
        reader.GetString(5),
        new DateTimeOffset(reader.GetInt64(6), TimeSpan.Zero),
        new DateTimeOffset(reader.GetInt64(7), TimeSpan.Zero),
        reader.GetString(8),
        reader.GetInt64(9) != 0,
        reader.GetFieldValue<byte[]>(10));
}
