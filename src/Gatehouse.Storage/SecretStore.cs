using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>Sealed secrets in the store.</summary>
internal sealed class SecretStore(Database database, int rowLimit, TimeProvider time) : ISecretStore
{
    private const string OnSet =
        """
        ON CONFLICT (key) DO UPDATE SET
          sealed_key = excluded.sealed_key, made_at = excluded.made_at, valid_until = excluded.valid_until, sealed_value = excluded.sealed_value
        """;

    private const string OfOthers = "SELECT COUNT(*) FROM secrets WHERE owner_key = $1 AND key <> $2 AND valid_until > $3";

    // Only the row that was listed: a value that was set since has a key of its own.
    private const string ReplaceKey = "UPDATE secrets SET sealed_key = $1 WHERE key = $2 AND sealed_key = $3 AND valid_until > $4";

    /// <summary>The table.</summary>
    public static NewTable Table { get; } = new(
        "secrets",
        """
        CREATE TABLE secrets (
          key BLOB NOT NULL PRIMARY KEY,
          purpose TEXT NOT NULL,
          owner_digest TEXT NOT NULL,
          name TEXT NOT NULL,
          owner_key BLOB NOT NULL,
          sealed_key BLOB NOT NULL,
          made_at INTEGER NOT NULL,
          valid_until INTEGER NOT NULL,
          sealed_value BLOB NOT NULL
        );
        CREATE INDEX secrets_owner ON secrets (owner_key);
        """);

    private static readonly RowMap<SecretRow> Map = new(
        "secrets",
        ["purpose", "owner_digest", "name", "sealed_key", "made_at", "valid_until", "sealed_value", "owner_key"],
        static row => new(row.Text(0), row.Text(1), row.Text(2), row.Bytes(3), row.Bytes(6), row.Moment(4), row.Moment(5)),
        static row => RowKey.Of(row.Purpose, row.Owner, row.Name),
        static row =>
        [
            row.Purpose, row.Owner, row.Name, row.SealedKey.ToArray(), row.At.UtcTicks, row.Until.UtcTicks, row.SealedValue.ToArray(), OwnerKey(row),
        ]);

    // Without the value: a list of all secrets reads some hundred bytes of each.
    private const string Heads =
        "SELECT purpose, owner_digest, name, sealed_key, made_at FROM secrets WHERE valid_until > $1 ORDER BY purpose, owner_digest, name";

    private readonly StoreTable table = database.Table(Map.Table, rowLimit, time);

    /// <inheritdoc />
    public async ValueTask<bool> PutAsync(SecretRow row, int mostOfOwner, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        return await table.AddAsync(work => Map.ExistsAsync(work, row), work => PutAsync(work, row, mostOfOwner), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<bool> ReplaceKeyAsync(SecretHead head, ReadOnlyMemory<byte> sealedKey, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(head);
        var key = Key(head.Purpose, head.Owner, head.Name);
        SecretRow.CheckSealed(sealedKey, SecretRow.MostOverhead, nameof(sealedKey));
        return await table.WriteAsync(
            work => work.RunAsync(ReplaceKey, sealedKey.ToArray(), key, head.SealedKey.ToArray(), table.Now), cancellation)
            .ConfigureAwait(false) == 1;
    }

    /// <inheritdoc />
    public async ValueTask<bool> RemoveAsync(string purpose, string owner, string name, CancellationToken cancellation = default) =>
        await table.RemoveAsync(Key(purpose, owner, name), cancellation).ConfigureAwait(false);

    /// <inheritdoc />
    public async ValueTask<SecretRow?> FindAsync(string purpose, string owner, string name, CancellationToken cancellation = default)
    {
        var key = Key(purpose, owner, name);
        return await table.ReadAsync(
            work => Map.FindAsync(work, "WHERE key = $1 AND valid_until > $2", key, table.Now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<SecretHead>> ListAsync(CancellationToken cancellation = default) => table.ReadAsync(
        work => work.SelectAsync(
            Heads, static row => new SecretHead(row.Text(0), row.Text(1), row.Text(2), row.Bytes(3), row.Moment(4)), table.Now),
        cancellation);

    private async ValueTask<bool> PutAsync(Work work, SecretRow row, int mostOfOwner) =>
        await work.NumberAsync(OfOthers, OwnerKey(row), RowKey.Of(row.Purpose, row.Owner, row.Name), table.Now).ConfigureAwait(false) < mostOfOwner
        && await Map.InsertAsync(work, OnSet, row).ConfigureAwait(false);

    private static byte[] OwnerKey(SecretRow row) => RowKey.Of(row.Purpose, row.Owner);

    private static byte[] Key(string purpose, string owner, string name)
    {
        StoredText.Check(purpose, nameof(purpose));
        StoredText.Check(owner, nameof(owner));
        StoredText.Check(name, nameof(name));
        return RowKey.Of(purpose, owner, name);
    }
}
