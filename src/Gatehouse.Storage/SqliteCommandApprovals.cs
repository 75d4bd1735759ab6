using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>Commands and their approvals in the file.</summary>
internal sealed class SqliteCommandApprovals(WriteQueue writes, ReadQueue reads, int rowLimit, TimeProvider time) : ICommandApprovalStore
{
    // An approval is never lost by asking again.
    private const string OnAsked =
        """
        ON CONFLICT (digest) DO UPDATE SET name = excluded.name, made_at = excluded.made_at, valid_until = excluded.valid_until WHERE approved = 0
        """;

    private const string OnApproved =
        """
        ON CONFLICT (digest) DO UPDATE SET
          name = excluded.name, content = excluded.content, approved = 1, made_at = excluded.made_at, valid_until = excluded.valid_until
        """;

    private const string Forget =
        "DELETE FROM commands WHERE approved = 0 AND digest NOT IN (SELECT digest FROM commands WHERE approved = 0 ORDER BY made_at DESC, digest "
            + "LIMIT $0)";

    private static readonly RowMap<CommandRow> Map = new(
        "commands",
        1,
        ["digest", "name", "content", "approved", "made_at", "valid_until"],
        static row => new(row.Text(0), row.Text(1), row.Text(2), row.Flag(3), row.Moment(4)),
        static row => [row.Digest, row.Name, row.Content, row.IsApproved ? 1 : 0, row.At.UtcTicks, row.Until.UtcTicks]);

    private readonly StoreTable table = new(Map.Table, writes, reads, rowLimit, time);

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
        return await table.WriteAsync(connection => table.Remove(connection, "digest", digest), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<CommandRow?> FindAsync(string digest, CancellationToken cancellation = default)
    {
        StoredText.Check(digest, nameof(digest));
        var now = time.GetUtcNow().UtcTicks;
        var found = await table.ReadAsync(connection => Map.Select(connection, "WHERE digest = $0 AND valid_until > $1", digest, now),
            cancellation).ConfigureAwait(false);
        return found.Count > 0 ? found[0] : null;
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<CommandRow>> ListAsync(CancellationToken cancellation = default)
    {
        var now = time.GetUtcNow().UtcTicks;
        return table.ReadAsync(connection => Map.Select(connection, "WHERE valid_until > $0 ORDER BY made_at DESC, digest", now), cancellation);
    }

    /// <summary>Removes expired rows, as a part of a write.</summary>
    public int CleanUp(SqliteConnection connection, DateTimeOffset now) => table.CleanUp(connection, now);

    private async ValueTask WriteAsync(CommandRow row, string onConflict, CancellationToken cancellation)
    {
        row.Validate();
        await table.AddAsync(connection => Map.Exists(connection, row), connection => Insert(connection, row, onConflict),
            cancellation).ConfigureAwait(false);
    }

    private static int Insert(SqliteConnection connection, CommandRow row, string onConflict)
    {
        Map.Insert(connection, onConflict, row);
        using var forget = StoreTable.Command(connection, Forget, ICommandApprovalStore.MostAsked);
        return forget.ExecuteNonQuery();
    }
}
