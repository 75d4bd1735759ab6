using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>The tables of questions and answers, and the statements on them.</summary>
internal static class ApprovalTables
{
    /// <summary>The condition under which a row whose time is over is deleted.</summary>
    public const string MayGo = "noted = 1";

    /// <summary>A denial takes the place of the person's grant.</summary>
    public const string Again =
        """
        ON CONFLICT (approval_id, person_digest) DO UPDATE SET
          grants = excluded.grants, made_at = excluded.made_at, valid_until = excluded.valid_until, way = excluded.way, shown = excluded.shown,
          noted = 0, sealed = excluded.sealed
        """;

    /// <summary>From state $1 to state $2 at moment $3, which the question has to be before.</summary>
    public const string Change =
        "UPDATE approvals SET state = $2, changed_at = $3, noted = 0 WHERE id = $0 AND state = $1 AND expires_at > $3 AND valid_until > $3";

    /// <summary>Grants an open question at moment $1 until $2, and keeps it until $3.</summary>
    public const string Grant =
        """
        UPDATE approvals SET state = 1, changed_at = $1, expires_at = $2, valid_until = MAX(valid_until, $2, $3), noted = 0
        WHERE id = $0 AND state = 0
        """;

    /// <summary>Keeps the answers to a question until $1.</summary>
    public const string KeepAnswers = "UPDATE approval_answers SET valid_until = MAX(valid_until, $1) WHERE approval_id = $0";

    // Open and granted. The numbers are those of ApprovalState.
    private const string IsLive = "state IN (0, 1) AND expires_at > ";

    private const string IsDenied = "state = 2";

    // Granted, whether a call used the grant or not.
    private const string IsApproved = "state IN (1, 3)";

    // The length of a blob is in the head of its row, so that none of them is read.
    private const string LiveBytes = $"SELECT COALESCE(SUM(LENGTH(sealed)), 0) FROM approvals WHERE {IsLive}$0";

    private const string FinishedBytes = "SELECT COALESCE(SUM(LENGTH(sealed)), 0) FROM approvals WHERE state >= 2";

    // Finished questions whose entries are all in the log, the most useful first: a denial answers the same call for a time. Those behind the first
    // $0, and behind the first $1 bytes.
    private const string Surplus =
        """
        SELECT id FROM (
          SELECT id, ROW_NUMBER() OVER usefulness AS place, SUM(LENGTH(sealed)) OVER usefulness AS bytes FROM approvals
          WHERE state >= 2 AND noted = 1 AND NOT EXISTS (SELECT 1 FROM approval_answers WHERE approval_id = approvals.id AND noted = 0)
        """;

    private const string BeyondBounds =
        "WINDOW usefulness AS (ORDER BY state = 2 DESC, changed_at DESC, id)) WHERE place > $0 OR bytes > $1";

    private const string SurplusOfParty = $"{Surplus} AND party_digest = $2 {BeyondBounds}";

    private const string SurplusOfAll = $"{Surplus} {BeyondBounds}";

    public static RowMap<ApprovalRow> Questions { get; } = new(
        "approvals",
        1,
        ["id", "kind", "digest", "party_digest", "like_digest", "state", "needed", "made_at", "expires_at", "valid_until", "changed_at", "noted",
            "sealed", "approver_set_digest"],
        static row => new(
            row.Text(0), (ApprovalKind)row.Number(1), row.Digest(2), row.Digest(3), row.Digest(4), (ApprovalState)row.Number(5), (int)row.Number(6),
            row.Moment(7), row.Moment(8), row.Moment(9), row.Moment(10), row.Flag(11), row.Bytes(12))
        { ApproverSet = row.Digest(13) },
        static row =>
        [
            row.Id, (int)row.Kind, StoredDigests.Hex(row.Digest), StoredDigests.Hex(row.Party), StoredDigests.Hex(row.Like), (int)row.State,
            row.Needed,
            row.At.UtcTicks, row.Expires.UtcTicks, row.Until.UtcTicks, row.ChangedAt.UtcTicks, row.IsNoted ? 1 : 0, row.Sealed.ToArray(),
            StoredDigests.Hex(row.ApproverSet),
        ]);

    public static RowMap<ApprovalAnswerRow> Answers { get; } = new(
        "approval_answers",
        2,
        ["approval_id", "person_digest", "grants", "made_at", "valid_until", "way", "shown", "noted", "sealed"],
        static row => new(
            row.Text(0), row.Digest(1), row.Flag(2), row.Moment(3), row.Moment(4), row.Text(5), row.Digest(6), row.Bytes(8), row.Flag(7)),
        static row =>
        [
            row.ApprovalId, StoredDigests.Hex(row.Person), row.Grants ? 1 : 0, row.At.UtcTicks, row.Until.UtcTicks, row.Way,
            StoredDigests.Hex(row.Shown), row.IsNoted ? 1 : 0, row.Sealed.ToArray(),
        ]);

    public static ApprovalRow? Find(SqliteConnection connection, string id, DateTimeOffset now) =>
        First(Questions.Select(connection, "WHERE id = $0 AND valid_until > $1", id, now.UtcTicks));

    public static ApprovalRow? FindByDigest(SqliteConnection connection, IReadOnlyList<string> digests, DateTimeOffset now) =>
        digests.Select(digest => First(Questions.Select(connection, $"WHERE digest = $0 AND {IsLive}$1 LIMIT 1", digest, now.UtcTicks)))
            .FirstOrDefault(static row => row is not null)
        ?? Latest(connection, "digest", IsDenied, digests, now);

    public static ApprovalRow? FindLike(SqliteConnection connection, IReadOnlyList<string> likes, DateTimeOffset now) =>
        Latest(connection, "like_digest", IsApproved, likes, now);

    public static IReadOnlyList<ApprovalRow> List(
        SqliteConnection connection, ApprovalState? state, ApprovalKind? kind, ApprovalRow? before, int most, DateTimeOffset now)
    {
        var newest = Questions.Select(
            connection,
            """
            WHERE valid_until > $0 AND (made_at, id) < ($2, $3) AND state BETWEEN $4 AND $5 AND kind BETWEEN $6 AND $7
            ORDER BY made_at DESC, id DESC LIMIT $1
            """,
            now.UtcTicks, most, before?.At.UtcTicks ?? long.MaxValue, before?.Id ?? "", (int)(state ?? 0), (int?)state ?? int.MaxValue,
            (int)(kind ?? 0), (int?)kind ?? int.MaxValue);
        return [.. newest.Reverse()];
    }

    public static bool HasLive(SqliteConnection connection, ApprovalRow row) => StoreTable.Any(
        connection, $"SELECT 1 FROM approvals WHERE digest = $0 AND {IsLive}$1", StoredDigests.Hex(row.Digest), row.At.UtcTicks);

    public static bool IsCrowded(SqliteConnection connection, ApprovalRow row, ApprovalBounds bounds)
    {
        var (now, party) = (row.At.UtcTicks, StoredDigests.Hex(row.Party));
        return StoreTable.Any(
                connection, "SELECT 1 FROM approvals WHERE state = 0 AND expires_at > $0 LIMIT 1 OFFSET $1", now, bounds.MostOpen - 1)
            || StoreTable.Any(
                connection, "SELECT 1 FROM approvals WHERE party_digest = $2 AND state = 0 AND expires_at > $0 LIMIT 1 OFFSET $1", now,
                bounds.MostOpenOfParty - 1, party)
            || (!row.ApproverSet.IsEmpty && IsFullApproverSet(connection, row, bounds))
            || StoreTable.Number(connection, LiveBytes, now) > bounds.MostBytes - row.Sealed.Length
            || StoreTable.Number(connection, $"{LiveBytes} AND party_digest = $1", now, party) > bounds.MostBytesOfParty - row.Sealed.Length;
    }

    private static bool IsFullApproverSet(SqliteConnection connection, ApprovalRow row, ApprovalBounds bounds)
    {
        const string Open = "SELECT 1 FROM approvals WHERE approver_set_digest = $2 AND state = 0 AND expires_at > $0";
        var (now, approverSet) = (row.At.UtcTicks, StoredDigests.Hex(row.ApproverSet));
        return StoreTable.Any(connection, $"{Open} LIMIT 1 OFFSET $1", now, bounds.MostOpenOfApproverSet - 1, approverSet)
            || StoreTable.Any(
                connection, $"{Open} AND party_digest = $3 LIMIT 1 OFFSET $1", now, bounds.MostOpenOfPartyInApproverSet - 1, approverSet,
                StoredDigests.Hex(row.Party));
    }

    /// <summary>Deletes the finished questions beyond the bounds, and their answers.</summary>
    public static void Trim(SqliteConnection connection, ApprovalRow row, ApprovalBounds bounds)
    {
        Delete(connection, SurplusOfParty, IApprovalStore.MostFinishedOfParty, bounds.MostBytesOfParty, StoredDigests.Hex(row.Party));
        // All of them are sorted only where there are too many.
        if (StoreTable.Any(connection, "SELECT 1 FROM approvals WHERE state >= 2 LIMIT 1 OFFSET $0", IApprovalStore.MostFinished)
            || StoreTable.Number(connection, FinishedBytes) > bounds.MostBytes)
            Delete(connection, SurplusOfAll, IApprovalStore.MostFinished, bounds.MostBytes);
    }

    /// <summary>Returns why an answer changes nothing; null where it counts.</summary>
    public static AnswerResult? Refusal(SqliteConnection connection, ApprovalAnswerRow answer, DateTimeOffset now)
    {
        if (Find(connection, answer.ApprovalId, now) is not { } row) return new AnswerResult(AnswerOutcome.Unknown, null, 0);
        if (row.State != ApprovalState.Open || row.Expires <= now) return new AnswerResult(AnswerOutcome.Over, row, Granted(connection, row.Id));
        return answer.Grants && Answers.Exists(connection, answer)
            ? new AnswerResult(AnswerOutcome.SamePerson, row, Granted(connection, row.Id))
            : null;
    }

    public static int Granted(SqliteConnection connection, string id) =>
        (int)StoreTable.Number(connection, "SELECT COUNT(*) FROM approval_answers WHERE approval_id = $0 AND grants = 1", id);

    public static IReadOnlyList<string> Expire(SqliteConnection connection, DateTimeOffset now)
    {
        var over = StoreTable.Texts(
            connection, "SELECT id FROM approvals WHERE state IN (0, 1) AND expires_at <= $0 ORDER BY expires_at, id LIMIT $1", now.UtcTicks,
            IApprovalStore.MostExpired);
        foreach (var id in over)
            StoreTable.Run(connection, "UPDATE approvals SET state = 4, changed_at = $1, noted = 0 WHERE id = $0", id, now.UtcTicks);
        return over;
    }

    public static IReadOnlyList<ApprovalRow> Erase(
        SqliteConnection connection, IReadOnlyList<string> parties, IReadOnlyList<string> persons, DateTimeOffset now)
    {
        List<ApprovalRow> closed = [];
        foreach (var party in parties)
        {
            var live = Questions.Select(connection, "WHERE party_digest = $0 AND state IN (0, 1)", party);
            StoreTable.Run(
                connection, "UPDATE approvals SET state = 5, changed_at = $1, noted = 0 WHERE party_digest = $0 AND state IN (0, 1)", party,
                now.UtcTicks);
            StoreTable.Run(connection, "UPDATE approvals SET sealed = x'' WHERE party_digest = $0", party);
            closed.AddRange(live.Select(row => row with { State = ApprovalState.Closed, ChangedAt = now, IsNoted = false, Sealed = default }));
        }

        foreach (var person in persons) StoreTable.Run(connection, "UPDATE approval_answers SET sealed = x'' WHERE person_digest = $0", person);
        return [.. closed.OrderBy(static row => row.At).ThenBy(static row => row.Id, StringComparer.Ordinal)];
    }

    private static void Delete(SqliteConnection connection, string questions, params ReadOnlySpan<object> parameters)
    {
        StoreTable.Run(connection, $"DELETE FROM approval_answers WHERE approval_id IN ({questions})", parameters);
        StoreTable.Run(connection, $"DELETE FROM approvals WHERE id IN ({questions})", parameters);
    }

    private static ApprovalRow? Latest(
        SqliteConnection connection, string column, string isWanted, IReadOnlyList<string> digests, DateTimeOffset now) => digests
        .SelectMany(digest => Questions.Select(
            connection, $"WHERE {column} = $0 AND {isWanted} AND valid_until > $1 ORDER BY changed_at DESC, id DESC LIMIT 1", digest, now.UtcTicks))
        .MaxBy(static row => row.ChangedAt);

    private static ApprovalRow? First(IReadOnlyList<ApprovalRow> rows) => rows.Count > 0 ? rows[0] : null;
}
