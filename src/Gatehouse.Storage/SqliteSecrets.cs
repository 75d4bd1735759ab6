using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>Sealed secrets in the file.</summary>
internal sealed class SqliteSecrets(WriteQueue writes, ReadQueue reads, int rowLimit, TimeProvider time) : ISecretStore
{
    private const string OnSet =
        """
        ON CONFLICT (purpose, owner_digest, name) DO UPDATE SET
          sealed_key = excluded.sealed_key, made_at = excluded.made_at, valid_until = excluded.valid_until, sealed_value = excluded.sealed_value
        """;

    private const string OfOthers =
        "SELECT COUNT(*) FROM secrets WHERE purpose = $0 AND owner_digest = $1 AND name <> $2 AND valid_until > $3";

    // Only the row that was listed: a value that was set since has a key of its own.
    private const string ReplaceKey =
        "UPDATE secrets SET sealed_key = $0 WHERE purpose = $1 AND owner_digest = $2 AND name = $3 AND sealed_key = $4 AND valid_until > $5";

    private const string Delete = "DELETE FROM secrets WHERE purpose = $0 AND owner_digest = $1 AND name = $2";

    private static readonly RowMap<SecretRow> Map = new(
        "secrets",
        3,
        ["purpose", "owner_digest", "name", "sealed_key", "made_at", "valid_until", "sealed_value"],
        static row => new(row.Text(0), row.Text(1), row.Text(2), row.Bytes(3), row.Bytes(6), row.Moment(4), row.Moment(5)),
        static row => [row.Purpose, row.Owner, row.Name, row.SealedKey.ToArray(), row.At.UtcTicks, row.Until.UtcTicks, row.SealedValue.ToArray()]);

    // Without the value: a list of all secrets reads some hundred bytes of each.
    private static readonly RowMap<SecretHead> Heads = new(
        "secrets",
        3,
        ["purpose", "owner_digest", "name", "sealed_key", "made_at"],
        static row => new(row.Text(0), row.Text(1), row.Text(2), row.Bytes(3), row.Moment(4)),
        static head => [head.Purpose, head.Owner, head.Name, head.SealedKey.ToArray(), head.At.UtcTicks]);

    private readonly StoreTable table = new(Map.Table, writes, reads, rowLimit, time);

    /// <inheritdoc />
    public async ValueTask<bool> PutAsync(SecretRow row, int mostOfOwner, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        return await table.AddAsync(connection => Map.Exists(connection, row), connection => Put(connection, row, mostOfOwner),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<bool> ReplaceKeyAsync(SecretHead head, ReadOnlyMemory<byte> sealedKey, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(head);
        Check(head.Purpose, head.Owner, head.Name);
        SecretRow.CheckSealed(sealedKey, SecretRow.MostOverhead, nameof(sealedKey));
        var now = time.GetUtcNow().UtcTicks;
        return await table.WriteAsync(
            connection =>
            {
                using var command = StoreTable.Command(
                    connection, ReplaceKey, sealedKey.ToArray(), head.Purpose, head.Owner, head.Name, head.SealedKey.ToArray(), now);
                return command.ExecuteNonQuery() == 1;
            },
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<bool> RemoveAsync(string purpose, string owner, string name, CancellationToken cancellation = default)
    {
        Check(purpose, owner, name);
        return await table.WriteAsync(
            connection =>
            {
                using var command = StoreTable.Command(connection, Delete, purpose, owner, name);
                return command.ExecuteNonQuery() == 1;
            },
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<SecretRow?> FindAsync(string purpose, string owner, string name, CancellationToken cancellation = default)
    {
        Check(purpose, owner, name);
        var now = time.GetUtcNow().UtcTicks;
        var found = await table.ReadAsync(
            connection => Map.Select(
                connection, "WHERE purpose = $0 AND owner_digest = $1 AND name = $2 AND valid_until > $3", purpose, owner, name, now),
            cancellation).ConfigureAwait(false);
        return found.Count > 0 ? found[0] : null;
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<SecretHead>> ListAsync(CancellationToken cancellation = default)
    {
        var now = time.GetUtcNow().UtcTicks;
        return table.ReadAsync(
            connection => Heads.Select(connection, "WHERE valid_until > $0 ORDER BY purpose, owner_digest, name", now), cancellation);
    }

    /// <summary>Removes expired rows, as a part of a write.</summary>
    public int CleanUp(SqliteConnection connection, DateTimeOffset now) => table.CleanUp(connection, now);

    private bool Put(SqliteConnection connection, SecretRow row, int mostOfOwner)
    {
        using var others = StoreTable.Command(connection, OfOthers, row.Purpose, row.Owner, row.Name, time.GetUtcNow().UtcTicks);
        return Convert.ToInt64(others.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture) < mostOfOwner
            && Map.Insert(connection, OnSet, row);
    }

    private static void Check(string purpose, string owner, string name)
    {
        StoredText.Check(purpose, nameof(purpose));
        StoredText.Check(owner, nameof(owner));
        StoredText.Check(name, nameof(name));
    }
}
