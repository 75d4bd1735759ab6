using System.Text;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.PostgreSql;

/// <summary>Commands and their approvals in the database.</summary>
internal sealed class PostgreSqlCommandApprovals(Database database, int rowLimit, TimeProvider time) : ICommandApprovalStore
{
    // An approval is never lost by asking again.
    private const string OnAsked =
        """
        ON CONFLICT (key) DO UPDATE SET name = excluded.name, made_at = excluded.made_at, valid_until = excluded.valid_until WHERE NOT old.approved
        """;

    private const string OnApproved =
        """
        ON CONFLICT (key) DO UPDATE SET
          name = excluded.name, content = excluded.content, approved = true, made_at = excluded.made_at, valid_until = excluded.valid_until
        """;

    private const string Forget =
        "DELETE FROM commands WHERE NOT approved AND key NOT IN (SELECT key FROM commands WHERE NOT approved ORDER BY made_at DESC, digest LIMIT $1)";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly RowMap<CommandRow> Map = new(
        "commands",
        ["digest", "name", "content", "approved", "made_at", "valid_until"],
        static row => new(row.Text(0), row.Text(1), row.Text(2), row.Flag(3), row.Moment(4)),
        static row => RowKey.Of(row.Digest),
        static row => [row.Digest, row.Name, row.Content, row.IsApproved, row.At.UtcTicks, row.Until.UtcTicks]);

    private readonly StoreTable table = new(Map.Table, database, rowLimit, time);

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
        CheckContent(row.Content);
        await table.AddAsync(
            work => Map.ExistsAsync(work, row),
            async work =>
            {
                await Map.InsertAsync(work, onConflict, row).ConfigureAwait(false);
                return await work.RunAsync(Forget, (long)ICommandApprovalStore.MostAsked).ConfigureAwait(false);
            },
            cancellation).ConfigureAwait(false);
    }

    // A content may be longer than other texts, but it has to come back as it went in as well. PostgreSQL keeps no NUL.
    private static void CheckContent(string content)
    {
        try
        {
            if (!content.Contains('\0', StringComparison.Ordinal) && Strict.GetByteCount(content) >= 0) return;
        }
        catch (EncoderFallbackException)
        {
            // A lone surrogate; the fault would quote it.
        }

        throw new ArgumentException("The content holds NUL or a lone surrogate.", nameof(content));
    }
}
