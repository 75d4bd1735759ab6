using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.PostgreSql;

/// <summary>The table of withheld results, and the statements on it.</summary>
internal static class QuarantineTable
{
    // Kept and released. The numbers are those of QuarantineState.
    private const string HasContent = "state IN (0, 1) AND expires_at > ";

    /// <summary>Releases at moment $2 until $3.</summary>
    public const string Release =
        $"""
        UPDATE quarantined_results
        SET state = 1, changed_at = $2, expires_at = $3, valid_until = GREATEST(valid_until, $3), noted = false, released = $4
        WHERE key = $1 AND state = 0 AND {HasContent}$2
        """;

    /// <summary>Delivers at moment $2.</summary>
    public const string Deliver =
        $"UPDATE quarantined_results SET state = 2, changed_at = $2, noted = false, content = '' WHERE key = $1 AND state = 1 AND {HasContent}$2";

    /// <summary>Deletes at moment $2.</summary>
    public const string Delete =
        $"UPDATE quarantined_results SET state = 3, changed_at = $2, noted = false, released = $3, content = '' WHERE key = $1 AND {HasContent}$2";

    private const string Finished = "state >= 2 AND noted ORDER BY changed_at DESC, id OFFSET";

    private static readonly string[] Columns =
    [
        "id", "digest", "party_digest", "server", "state", "made_at", "expires_at", "valid_until", "changed_at", "size", "noted", "sealed",
        "released",
        "server_key",
    ];

    public static RowMap<QuarantinedResultRow> Map { get; } =
        new("quarantined_results", Columns, Read, static row => RowKey.Of(row.Id), Write);

    public static RowMap<Added> WithContent { get; } = new(
        "quarantined_results",
        [.. Columns, "content"],
        static row => new(Read(row), row.Bytes(14)),
        static added => RowKey.Of(added.Row.Id),
        static added => [.. Write(added.Row), added.Content]);

    public static async ValueTask<byte[]?> ContentAsync(Work work, string id, DateTimeOffset now)
    {
        var found = await work.SelectAsync(
            $"SELECT content FROM quarantined_results WHERE key = $1 AND {HasContent}$2", static row => row.Bytes(0), RowKey.Of(id), now.UtcTicks)
            .ConfigureAwait(false);
        return found.Count > 0 ? found[0] : null;
    }

    public static async ValueTask<IReadOnlyList<QuarantinedResultRow>> ListAsync(Work work, QuarantineState? state, int most, DateTimeOffset now)
    {
        var newest = state is { } one
            ? await Map.SelectAsync(
                work, "WHERE valid_until > $1 AND state = $3 ORDER BY made_at DESC, id DESC LIMIT $2", now.UtcTicks, most, (int)one)
                    .ConfigureAwait(false)
            : await Map.SelectAsync(
                work, "WHERE valid_until > $1 ORDER BY made_at DESC, id DESC LIMIT $2", now.UtcTicks, most).ConfigureAwait(false);
        return [.. newest.Reverse()];
    }

    public static ValueTask<QuarantinedResultRow?> FindReleasedAsync(Work work, byte[][] digests, DateTimeOffset now) => Map.FindAsync(
        work, "WHERE digest = ANY($1) AND state = 1 AND expires_at > $2 ORDER BY changed_at, id LIMIT 1", digests, now.UtcTicks);

    /// <summary>Returns the row after a change; null where none was changed.</summary>
    public static async ValueTask<QuarantinedResultRow?> ChangedAsync(Work work, string id, int changed) =>
        changed == 1 ? await Map.FindAsync(work, "WHERE key = $1", RowKey.Of(id)).ConfigureAwait(false) : null;

    public static async ValueTask<bool> IsCrowdedAsync(Work work, QuarantinedResultRow row, QuarantineBounds bounds) =>
        IsBeyond(await UseAsync(work, row.At).ConfigureAwait(false), row, bounds.Most, bounds.MostBytes)
        || IsBeyond(
            await UseAsync(work, row.At, "party_digest", row.Party.ToArray()).ConfigureAwait(false), row, bounds.MostOfParty, bounds.MostBytesOfParty)
        || IsBeyond(
            await UseAsync(work, row.At, "server_key", RowKey.Of(row.Server)).ConfigureAwait(false), row, bounds.MostOfServer,
            bounds.MostBytesOfServer);

    /// <summary>Deletes the finished rows beyond the bounds.</summary>
    public static async ValueTask TrimAsync(Work work, QuarantinedResultRow row)
    {
        await work.RunAsync(
            $"DELETE FROM quarantined_results WHERE key = ANY(ARRAY(SELECT key FROM quarantined_results WHERE party_digest = $1 AND {Finished} $2))",
            row.Party.ToArray(), (long)IApprovalStore.MostFinishedOfParty).ConfigureAwait(false);
        var most = (long)IApprovalStore.MostFinished;
        if (await work.AnyAsync("SELECT 1 FROM quarantined_results WHERE state >= 2 LIMIT 1 OFFSET $1", most).ConfigureAwait(false))
        {
            await work.RunAsync(
                $"DELETE FROM quarantined_results WHERE key = ANY(ARRAY(SELECT key FROM quarantined_results WHERE {Finished} $1))", most)
                .ConfigureAwait(false);
        }
    }

    public static async ValueTask<IReadOnlyList<QuarantinedResultRow>> ExpireAsync(Work work, DateTimeOffset now)
    {
        var over = await Map.SelectAsync(
            work, "WHERE state IN (0, 1) AND expires_at <= $1 ORDER BY expires_at, id LIMIT $2", now.UtcTicks, IApprovalStore.MostExpired)
            .ConfigureAwait(false);
        await work.RunAsync(
            "UPDATE quarantined_results SET state = 4, changed_at = $2, noted = false, content = '' WHERE key = ANY($1)",
            ApprovalTables.Keys(over.Select(static row => row.Id)), now.UtcTicks).ConfigureAwait(false);
        return [.. over.Select(row => row with { State = QuarantineState.Expired, ChangedAt = now, IsNoted = false })];
    }

    public static async ValueTask<IReadOnlyList<QuarantinedResultRow>> EraseAsync(Work work, byte[][] parties, DateTimeOffset now)
    {
        var left = await Map.SelectAsync(
            work, "WHERE party_digest = ANY($1) AND state IN (0, 1) ORDER BY made_at, id", (object)parties).ConfigureAwait(false);
        await work.RunAsync(
            """
            UPDATE quarantined_results SET state = 3, changed_at = $2, noted = false, content = '' WHERE party_digest = ANY($1) AND state IN (0, 1)
            """,
            parties, now.UtcTicks).ConfigureAwait(false);
        await work.RunAsync("UPDATE quarantined_results SET sealed = '' WHERE party_digest = ANY($1)", (object)parties).ConfigureAwait(false);
        return [.. left.Select(row => row with { State = QuarantineState.Deleted, ChangedAt = now, IsNoted = false, Sealed = default })];
    }

    public static ValueTask<QuarantineUse> UseAsync(Work work, DateTimeOffset now) => UseAsync(work, now, "1", 1);

    private static async ValueTask<QuarantineUse> UseAsync(Work work, DateTimeOffset now, string column, object value) => (await work.SelectAsync(
        $"SELECT COUNT(*), COALESCE(SUM(size), 0)::bigint FROM quarantined_results WHERE {column} = $1 AND {HasContent}$2",
        static row => new QuarantineUse(row.Number(0), row.Number(1)), value, now.UtcTicks).ConfigureAwait(false))[0];

    private static bool IsBeyond(QuarantineUse use, QuarantinedResultRow row, int most, long mostBytes) =>
        use.Results >= most || use.Bytes + row.Size > mostBytes;

    private static QuarantinedResultRow Read(StoredRow row) => new(
        row.Text(0), row.Bytes(1), row.Bytes(2), row.Text(3), (QuarantineState)row.Number(4), row.Moment(5), row.Moment(6), row.Moment(7),
        row.Moment(8), (int)row.Number(9), row.Flag(10), row.Bytes(11), row.Bytes(12));

    private static object[] Write(QuarantinedResultRow row) =>
    [
        row.Id, row.Digest.ToArray(), row.Party.ToArray(), row.Server, (int)row.State, row.At.UtcTicks, row.Expires.UtcTicks, row.Until.UtcTicks,
        row.ChangedAt.UtcTicks, row.Size, row.IsNoted, row.Sealed.ToArray(), row.Release.ToArray(), RowKey.Of(row.Server),
    ];

    /// <summary>A row with its content.</summary>
    public sealed record Added(QuarantinedResultRow Row, byte[] Content);
}
