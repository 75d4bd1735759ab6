using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>The table of withheld results, and the statements on it.</summary>
internal static class QuarantineTable
{
    // Kept and released. The numbers are those of QuarantineState.
    private const string HasContent = "state IN (0, 1) AND expires_at > ";

    /// <summary>Releases at moment $2 until $3.</summary>
    public const string Release =
        $"""
        state = 1, changed_at = $2, expires_at = $3, valid_until = CASE WHEN valid_until > $3 THEN valid_until ELSE $3 END, noted = 0, released = $4
        WHERE key = $1 AND state = 0 AND {HasContent}$2
        """;

    /// <summary>Delivers at moment $2.</summary>
    public const string Deliver =
        $"UPDATE quarantined_results SET state = 2, changed_at = $2, noted = 0, content = $3 WHERE key = $1 AND state = 1 AND {HasContent}$2";

    /// <summary>Deletes at moment $2.</summary>
    public const string Delete = $"state = 3, changed_at = $2, noted = 0, released = $3, content = $4 WHERE key = $1 AND {HasContent}$2";

    private const string Finished = "state >= 2 AND noted = 1 ORDER BY changed_at DESC, id LIMIT 2147483647 OFFSET";

    private static readonly string[] Columns =
    [
        "id", "digest", "party_digest", "server", "state", "made_at", "expires_at", "valid_until", "changed_at", "size", "noted", "sealed",
        "released",
        "server_key",
    ];

    /// <summary>The table.</summary>
    public static NewTable Table { get; } = new(
        "quarantined_results",
        """
        CREATE TABLE quarantined_results (
          key BLOB NOT NULL PRIMARY KEY,
          id TEXT NOT NULL,
          digest BLOB NOT NULL,
          party_digest BLOB NOT NULL,
          server TEXT NOT NULL,
          server_key BLOB NOT NULL,
          state INTEGER NOT NULL,
          made_at INTEGER NOT NULL,
          expires_at INTEGER NOT NULL,
          valid_until INTEGER NOT NULL,
          changed_at INTEGER NOT NULL,
          size INTEGER NOT NULL,
          noted INTEGER NOT NULL,
          sealed BLOB NOT NULL,
          released BLOB NOT NULL,
          content BLOB NOT NULL
        );
        CREATE INDEX quarantined_results_digest ON quarantined_results (digest, state, changed_at);
        CREATE INDEX quarantined_results_party ON quarantined_results (party_digest, state, expires_at, size);
        CREATE INDEX quarantined_results_server ON quarantined_results (server_key, state, expires_at, size);
        CREATE INDEX quarantined_results_state ON quarantined_results (state, expires_at, size);
        CREATE INDEX quarantined_results_made ON quarantined_results (made_at);
        CREATE INDEX quarantined_results_unnoted ON quarantined_results (changed_at) WHERE noted = 0;
        """);

    public static RowMap<QuarantinedResultRow> Map { get; } =
        new("quarantined_results", Columns, Read, static row => RowKey.Of(row.Id), Write);

    public static RowMap<NewRow> WithContent { get; } = new(
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

    public static async ValueTask<QuarantinedResultRow?> FindReleasedAsync(Work work, byte[][] digests, DateTimeOffset now)
    {
        List<QuarantinedResultRow> found = [];
        foreach (var digest in digests)
        {
            found.AddRange(await Map.SelectAsync(
                work, "WHERE digest = $1 AND state = 1 AND expires_at > $2 ORDER BY changed_at, id LIMIT 1", digest, now.UtcTicks)
                .ConfigureAwait(false));
        }

        return found.MinBy(static row => row.ChangedAt);
    }

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
        await DeleteAsync(work, $"party_digest = $2 AND {Finished} $1", IApprovalStore.MostFinishedOfParty, row.Party.ToArray())
            .ConfigureAwait(false);
        if (await work.AnyAsync("SELECT 1 FROM quarantined_results WHERE state >= 2 LIMIT 1 OFFSET $1", IApprovalStore.MostFinished)
            .ConfigureAwait(false))
        {
            await DeleteAsync(work, $"{Finished} $1", IApprovalStore.MostFinished).ConfigureAwait(false);
        }
    }

    public static async ValueTask<IReadOnlyList<QuarantinedResultRow>> ExpireAsync(Work work, DateTimeOffset now)
    {
        const string Over = "SELECT key FROM quarantined_results WHERE state IN (0, 1) AND expires_at <= $1 ORDER BY expires_at, id LIMIT $2";
        var expired = await Map.UpdateAsync(
            work, $"state = 4, changed_at = $1, noted = 0, content = $3 WHERE key {work.Dialect.Among(Over)}", now.UtcTicks,
            IApprovalStore.MostExpired, Array.Empty<byte>()).ConfigureAwait(false);
        return [.. expired.OrderBy(static row => row.Expires).ThenBy(static row => row.Id, StringComparer.Ordinal)];
    }

    public static async ValueTask<IReadOnlyList<QuarantinedResultRow>> EraseAsync(Work work, byte[][] parties, DateTimeOffset now)
    {
        List<QuarantinedResultRow> deleted = [];
        foreach (var party in parties)
        {
            await work.RunAsync("UPDATE quarantined_results SET sealed = $2 WHERE party_digest = $1", party, Array.Empty<byte>())
                .ConfigureAwait(false);
            deleted.AddRange(await Map.UpdateAsync(
                work, "state = 3, changed_at = $2, noted = 0, content = $3 WHERE party_digest = $1 AND state IN (0, 1)", party, now.UtcTicks,
                Array.Empty<byte>()).ConfigureAwait(false));
        }

        return [.. deleted.OrderBy(static row => row.At).ThenBy(static row => row.Id, StringComparer.Ordinal)];
    }

    public static ValueTask<QuarantineUse> UseAsync(Work work, DateTimeOffset now) => UseAsync(work, now, "1", 1);

    private static async ValueTask<QuarantineUse> UseAsync(Work work, DateTimeOffset now, string column, object value) => (await work.SelectAsync(
        $"SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM quarantined_results WHERE {column} = $1 AND {HasContent}$2",
        static row => new QuarantineUse(row.Number(0), row.Number(1)), value, now.UtcTicks).ConfigureAwait(false))[0];

    private static ValueTask<int> DeleteAsync(Work work, string rows, params object[] values) => work.RunAsync(
        $"DELETE FROM quarantined_results WHERE key {work.Dialect.Among($"SELECT key FROM quarantined_results WHERE {rows}")}", values);

    private static bool IsBeyond(QuarantineUse use, QuarantinedResultRow row, int most, long mostBytes) =>
        use.Results >= most || use.Bytes + row.Size > mostBytes;

    private static QuarantinedResultRow Read(StoredRow row) => new(
        row.Text(0), row.Bytes(1), row.Bytes(2), row.Text(3), (QuarantineState)row.Number(4), row.Moment(5), row.Moment(6), row.Moment(7),
        row.Moment(8), (int)row.Number(9), row.Flag(10), row.Bytes(11), row.Bytes(12));

    private static object[] Write(QuarantinedResultRow row) =>
    [
        row.Id, row.Digest.ToArray(), row.Party.ToArray(), row.Server, (int)row.State, row.At.UtcTicks, row.Expires.UtcTicks, row.Until.UtcTicks,
        row.ChangedAt.UtcTicks, row.Size, row.IsNoted ? 1 : 0, row.Sealed.ToArray(), row.Release.ToArray(), RowKey.Of(row.Server),
    ];

    /// <summary>A row with its content.</summary>
    public sealed record NewRow(QuarantinedResultRow Row, byte[] Content);
}
