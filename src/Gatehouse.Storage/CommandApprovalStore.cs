using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>Commands and their approvals in the store.</summary>
internal sealed class CommandApprovalStore(Database database, int rowLimit, TimeProvider time) : ICommandApprovalStore
{
    // An approval is never lost by asking again.
    private const string OnAsked =
        """
        ON CONFLICT (key) DO UPDATE SET name = excluded.name, made_at = excluded.made_at, valid_until = excluded.valid_until WHERE old.approved = 0
        """;

    private const string OnApproved =
        """
        ON CONFLICT (key) DO UPDATE SET
          name = excluded.name, content = excluded.content, approved = 1, made_at = excluded.made_at, valid_until = excluded.valid_until
        """;

    private const string Forget =
        "DELETE FROM commands WHERE approved = 0 AND key NOT IN (SELECT key FROM commands WHERE approved = 0 ORDER BY made_at DESC, digest LIMIT $1)";

    /// <summary>The table.</summary>
    public static NewTable Table { get; } = new(
        "commands",
        """
        CREATE TABLE commands (
          key BLOB NOT NULL PRIMARY KEY,
          digest TEXT NOT NULL,
          name TEXT NOT NULL,
          content TEXT NOT NULL,
          approved INTEGER NOT NULL,
          made_at INTEGER NOT NULL,
          valid_until INTEGER NOT NULL
        ) WITHOUT ROWID;
        """);

    private static readonly RowMap<CommandRow> Map = new(
        "commands",
        ["digest", "name", "content", "approved", "made_at", "valid_until"],
        static row => new(row.Text(0), row.Text(1), row.Text(2), row.Flag(3), row.Moment(4)),
        static row => RowKey.Of(row.Digest),
        static row => [row.Digest, row.Name, row.Content, row.IsApproved ? 1 : 0, row.At.UtcTicks, row.Until.UtcTicks]);

    private readonly StoreTable table = database.Table(Map.Table, rowLimit, time);

    /// <inheritdoc />
    public ValueTask AskAsync(string digest, string name, string content, CancellationToken cancellation = default) =>
        WriteAsync(new CommandRow(digest, name, content, false, time.GetUtcNow()), OnAsked, cancellation);

    /// <inheritdoc />
    public ValueTask ApproveAsync(string digest, string name, string content, CancellationToken cancellation = default) =>
        WriteAsync(new CommandRow(digest, name, content, true, time.GetUtcNow()), OnApproved, cancellation);

    /// <inheritdoc />
    public async ValueTask<bool> RevokeAsync(string digest, CancellationToken cancellation = default)
    {
        StoredText.Check(digest, nameof(digest));
        return await table.RemoveAsync(RowKey.Of(digest), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<CommandRow?> FindAsync(string digest, CancellationToken cancellation = default)
    {
        StoredText.Check(digest, nameof(digest));
        return await table.ReadAsync(
            work => Map.FindAsync(work, "WHERE key = $1 AND valid_until > $2", RowKey.Of(digest), table.Now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<CommandRow>> ListAsync(CancellationToken cancellation = default) => table.ReadAsync(
        work => Map.SelectAsync(work, "WHERE valid_until > $1 ORDER BY made_at DESC, digest", table.Now), cancellation);

    private async ValueTask WriteAsync(CommandRow row, string onConflict, CancellationToken cancellation)
    {
        row.Validate();
        await table.AddAsync(
            work => Map.ExistsAsync(work, row),
            async work =>
            {
                await Map.InsertAsync(work, onConflict, row).ConfigureAwait(false);
                return await work.RunAsync(Forget, ICommandApprovalStore.MostAsked).ConfigureAwait(false);
            },
            cancellation).ConfigureAwait(false);
    }
}
