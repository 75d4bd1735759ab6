using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>The table of withheld results, and the statements on it.</summary>
internal static class QuarantineTable
{
    // Kept and released. The numbers are those of QuarantineState.
    private const string HasContent = "state IN (0, 1) AND expires_at > ";

    /// <summary>Releases at moment $1 until $2.</summary>
    public const string Release =
        $"""
        UPDATE quarantined_results SET state = 1, changed_at = $1, expires_at = $2, valid_until = MAX(valid_until, $2), noted = 0, released = $3
        WHERE id = $0 AND state = 0 AND {HasContent}$1
        """;

    /// <summary>Delivers at moment $1.</summary>
    public const string Deliver =
        $"UPDATE quarantined_results SET state = 2, changed_at = $1, noted = 0, content = x'' WHERE id = $0 AND state = 1 AND {HasContent}$1";

    /// <summary>Deletes at moment $1.</summary>
    public const string Delete =
        $"UPDATE quarantined_results SET state = 3, changed_at = $1, noted = 0, released = $2, content = x'' WHERE id = $0 AND {HasContent}$1";

    private const string Finished = "state >= 2 AND noted = 1 ORDER BY changed_at DESC, id LIMIT -1 OFFSET";

    private static readonly string[] Columns =
    [
        "id", "digest", "party_digest", "server", "state", "made_at", "expires_at", "valid_until", "changed_at", "size", "noted", "sealed",
        "released",
    ];

    public static RowMap<QuarantinedResultRow> Map { get; } = new("quarantined_results", 1, Columns, Read, Write);

    public static RowMap<Added> WithContent { get; } = new(
        "quarantined_results",
        1,
        [.. Columns, "content"],
        static row => new(Read(row), row.Bytes(13)),
        static added => [.. Write(added.Row), added.Content]);

    public static QuarantinedResultRow? Find(SqliteConnection connection, string id, DateTimeOffset now)
    {
        var found = Map.Select(connection, "WHERE id = $0 AND valid_until > $1", id, now.UtcTicks);
        return found.Count > 0 ? found[0] : null;
    }

    public static byte[]? Content(SqliteConnection connection, string id, DateTimeOffset now)
    {
        using var command = StoreTable.Command(
            connection, $"SELECT content FROM quarantined_results WHERE id = $0 AND {HasContent}$1", id, now.UtcTicks);
        return command.ExecuteScalar() as byte[];
    }

    public static IReadOnlyList<QuarantinedResultRow> List(SqliteConnection connection, QuarantineState? state, int most, DateTimeOffset now)
    {
        var newest = state is { } one
            ? Map.Select(connection, "WHERE valid_until > $0 AND state = $2 ORDER BY made_at DESC, id DESC LIMIT $1", now.UtcTicks, most, (int)one)
            : Map.Select(connection, "WHERE valid_until > $0 ORDER BY made_at DESC, id DESC LIMIT $1", now.UtcTicks, most);
        return [.. newest.Reverse()];
    }

    public static QuarantinedResultRow? FindReleased(SqliteConnection connection, IReadOnlyList<string> digests, DateTimeOffset now) => digests
        .SelectMany(digest => Map.Select(
            connection, "WHERE digest = $0 AND state = 1 AND expires_at > $1 ORDER BY changed_at, id LIMIT 1", digest, now.UtcTicks))
        .MinBy(static row => row.ChangedAt);

    /// <summary>Returns the row after a change; null where none was changed.</summary>
    public static QuarantinedResultRow? Changed(SqliteConnection connection, string id, int changed) =>
        changed == 1 ? Map.Select(connection, "WHERE id = $0", id)[0] : null;

    public static bool IsCrowded(SqliteConnection connection, QuarantinedResultRow row, QuarantineBounds bounds) =>
        IsBeyond(Use(connection, row.At), row, bounds.Most, bounds.MostBytes)
        || IsBeyond(Use(connection, row.At, "party_digest", StoredDigests.Hex(row.Party)), row, bounds.MostOfParty, bounds.MostBytesOfParty)
        || IsBeyond(Use(connection, row.At, "server", row.Server), row, bounds.MostOfServer, bounds.MostBytesOfServer);

    /// <summary>Deletes the finished rows beyond the bounds.</summary>
    public static void Trim(SqliteConnection connection, QuarantinedResultRow row)
    {
        StoreTable.Run(
            connection,
            $"DELETE FROM quarantined_results WHERE id IN (SELECT id FROM quarantined_results WHERE party_digest = $0 AND {Finished} $1)",
            StoredDigests.Hex(row.Party), IApprovalStore.MostFinishedOfParty);
        if (StoreTable.Any(connection, "SELECT 1 FROM quarantined_results WHERE state >= 2 LIMIT 1 OFFSET $0", IApprovalStore.MostFinished))
        {
            StoreTable.Run(
                connection, $"DELETE FROM quarantined_results WHERE id IN (SELECT id FROM quarantined_results WHERE {Finished} $0)",
                IApprovalStore.MostFinished);
        }
    }

    public static IReadOnlyList<QuarantinedResultRow> Expire(SqliteConnection connection, DateTimeOffset now)
    {
        var over = Map.Select(
            connection, "WHERE state IN (0, 1) AND expires_at <= $0 ORDER BY expires_at, id LIMIT $1", now.UtcTicks, IApprovalStore.MostExpired);
        foreach (var row in over)
        {
            StoreTable.Run(
                connection, "UPDATE quarantined_results SET state = 4, changed_at = $1, noted = 0, content = x'' WHERE id = $0", row.Id,
                now.UtcTicks);
        }

        return [.. over.Select(row => row with { State = QuarantineState.Expired, ChangedAt = now, IsNoted = false })];
    }

    public static IReadOnlyList<QuarantinedResultRow> Erase(SqliteConnection connection, IReadOnlyList<string> parties, DateTimeOffset now)
    {
        List<QuarantinedResultRow> deleted = [];
        foreach (var party in parties)
        {
            deleted.AddRange(Map.Select(connection, "WHERE party_digest = $0 AND state IN (0, 1)", party));
            StoreTable.Run(
                connection,
                "UPDATE quarantined_results SET state = 3, changed_at = $1, noted = 0, content = x'' WHERE party_digest = $0 AND state IN (0, 1)",
                party, now.UtcTicks);
            StoreTable.Run(connection, "UPDATE quarantined_results SET sealed = x'' WHERE party_digest = $0", party);
        }

        return
        [
            .. deleted.Select(row => row with { State = QuarantineState.Deleted, ChangedAt = now, IsNoted = false, Sealed = default })
                .OrderBy(static row => row.At).ThenBy(static row => row.Id, StringComparer.Ordinal),
        ];
    }

    public static QuarantineUse Use(SqliteConnection connection, DateTimeOffset now) => Use(connection, now, "1", 1);

    private static QuarantineUse Use(SqliteConnection connection, DateTimeOffset now, string column, object value)
    {
        using var command = StoreTable.Command(
            connection, $"SELECT COUNT(*), COALESCE(SUM(size), 0) FROM quarantined_results WHERE {column} = $1 AND {HasContent}$0", now.UtcTicks,
            value);
        using var reader = command.ExecuteReader();
        reader.Read();
        return new QuarantineUse(reader.GetInt64(0), reader.GetInt64(1));
    }

    private static bool IsBeyond(QuarantineUse use, QuarantinedResultRow row, int most, long mostBytes) =>
        use.Results >= most || use.Bytes + row.Size > mostBytes;

    private static QuarantinedResultRow Read(StoredRow row) => new(
        row.Text(0), row.Digest(1), row.Digest(2), row.Text(3), (QuarantineState)row.Number(4), row.Moment(5), row.Moment(6), row.Moment(7),
        row.Moment(8), (int)row.Number(9), row.Flag(10), row.Bytes(11), row.Bytes(12));

    private static object[] Write(QuarantinedResultRow row) =>
    [
        row.Id, StoredDigests.Hex(row.Digest), StoredDigests.Hex(row.Party), row.Server, (int)row.State, row.At.UtcTicks, row.Expires.UtcTicks,
        row.Until.UtcTicks, row.ChangedAt.UtcTicks, row.Size, row.IsNoted ? 1 : 0, row.Sealed.ToArray(), row.Release.ToArray(),
    ];

    /// <summary>A row with its content.</summary>
    public sealed record Added(QuarantinedResultRow Row, byte[] Content);
}
