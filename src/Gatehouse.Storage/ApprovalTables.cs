using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>The tables of questions and answers, and the statements on them.</summary>
internal static class ApprovalTables
{
    /// <summary>The condition under which a row whose time is over is deleted.</summary>
    public const string MayGo = "noted = 1";

    // Threat: the entry about the end of a right says that no person granted it, because the answers went before the entry could be written.
    /// <summary>The condition under which an answer whose time is over is deleted: the entry of its question is also written.</summary>
    public const string AnswerMayGo =
        $"{MayGo} AND NOT EXISTS (SELECT 1 FROM approvals q WHERE q.key = approval_answers.approval_key AND q.noted = 0)";

    /// <summary>The rooms of questions and answers, as SQL.</summary>
    public const string Rooms = "'approval_answers', 'approvals'";

    /// <summary>A denial takes the place of the person's grant.</summary>
    public const string Again =
        """
        ON CONFLICT (key) DO UPDATE SET
          grants = excluded.grants, made_at = excluded.made_at, valid_until = excluded.valid_until, way = excluded.way, shown = excluded.shown,
          noted = 0, sealed = excluded.sealed
        """;

    /// <summary>From state $2 to state $3 at moment $4, which the question has to be before.</summary>
    public const string Change =
        "UPDATE approvals SET state = $3, changed_at = $4, noted = 0 WHERE key = $1 AND state = $2 AND expires_at > $4 AND valid_until > $4";

    /// <summary>Grants an open question at moment $2 until $3, and keeps it until $4, which is no earlier.</summary>
    public const string Grant =
        """
        UPDATE approvals SET state = 1, changed_at = $2, expires_at = $3, noted = 0,
          valid_until = CASE WHEN valid_until > $4 THEN valid_until ELSE $4 END
        WHERE key = $1 AND state = 0
        """;

    /// <summary>Keeps the answers to a question until $2.</summary>
    public const string KeepAnswers =
        "UPDATE approval_answers SET valid_until = CASE WHEN valid_until > $2 THEN valid_until ELSE $2 END WHERE approval_key = $1";

    // Open and granted. The numbers are those of ApprovalState.
    private const string IsLive = "state IN (0, 1) AND expires_at > ";

    private const string IsDenied = "state = 2";

    // Granted, whether a call used the grant or not.
    private const string IsApproved = "state IN (1, 3)";

    private const string LiveBytes = $"SELECT COALESCE(SUM(LENGTH(sealed)), 0) FROM approvals WHERE {IsLive}$1";

    private const string FinishedBytes = "SELECT COALESCE(SUM(LENGTH(sealed)), 0) FROM approvals WHERE state >= 2";

    // Finished questions whose entries are all in the log, the most useful first: a denial answers the same call for a time. Those behind the first
    // $1, and behind the first $2 bytes.
    private const string Surplus =
        """
        SELECT key FROM (
          SELECT key, ROW_NUMBER() OVER usefulness AS place, SUM(LENGTH(sealed)) OVER usefulness AS bytes FROM approvals
          WHERE state >= 2 AND noted = 1 AND NOT EXISTS (SELECT 1 FROM approval_answers a WHERE a.approval_key = approvals.key AND a.noted = 0)
        """;

    private const string BeyondBounds =
        "WINDOW usefulness AS (ORDER BY state = 2 DESC, changed_at DESC, id)) finished WHERE place > $1 OR bytes > $2";

    private const string SurplusOfParty = $"{Surplus} AND party_digest = $3 {BeyondBounds}";

    private const string SurplusOfAll = $"{Surplus} {BeyondBounds}";

    /// <summary>The table.</summary>
    public static NewTable QuestionTable { get; } = new(
        "approvals",
        """
        CREATE TABLE approvals (
          key BLOB NOT NULL PRIMARY KEY,
          id TEXT NOT NULL,
          kind INTEGER NOT NULL,
          digest BLOB NOT NULL,
          party_digest BLOB NOT NULL,
          like_digest BLOB NOT NULL,
          approver_set_digest BLOB NOT NULL,
          state INTEGER NOT NULL,
          needed INTEGER NOT NULL,
          made_at INTEGER NOT NULL,
          expires_at INTEGER NOT NULL,
          valid_until INTEGER NOT NULL,
          changed_at INTEGER NOT NULL,
          noted INTEGER NOT NULL,
          sealed BLOB NOT NULL
        );
        CREATE INDEX approvals_digest ON approvals (digest, state, expires_at);
        CREATE INDEX approvals_party ON approvals (party_digest, state, changed_at);
        CREATE INDEX approvals_approver_set ON approvals (approver_set_digest, state, expires_at, party_digest);
        CREATE INDEX approvals_like ON approvals (like_digest, state, changed_at);
        CREATE INDEX approvals_state ON approvals (state, expires_at);
        CREATE INDEX approvals_made ON approvals (made_at);
        CREATE INDEX approvals_unnoted ON approvals (changed_at) WHERE noted = 0;
        """);

    /// <summary>The table.</summary>
    public static NewTable AnswerTable { get; } = new(
        "approval_answers",
        """
        CREATE TABLE approval_answers (
          key BLOB NOT NULL PRIMARY KEY,
          approval_id TEXT NOT NULL,
          approval_key BLOB NOT NULL,
          person_digest BLOB NOT NULL,
          grants INTEGER NOT NULL,
          made_at INTEGER NOT NULL,
          valid_until INTEGER NOT NULL,
          way TEXT NOT NULL,
          shown BLOB NOT NULL,
          noted INTEGER NOT NULL,
          sealed BLOB NOT NULL
        );
        CREATE INDEX approval_answers_approval ON approval_answers (approval_key);
        CREATE INDEX approval_answers_person ON approval_answers (person_digest);
        CREATE INDEX approval_answers_unnoted ON approval_answers (made_at) WHERE noted = 0;
        """);

    public static RowMap<ApprovalRow> Questions { get; } = new(
        "approvals",
        ["id", "kind", "digest", "party_digest", "like_digest", "state", "needed", "made_at", "expires_at", "valid_until", "changed_at", "noted",
            "sealed", "approver_set_digest"],
        static row => new(
            row.Text(0), (ApprovalKind)row.Number(1), row.Bytes(2), row.Bytes(3), row.Bytes(4), (ApprovalState)row.Number(5), (int)row.Number(6),
            row.Moment(7), row.Moment(8), row.Moment(9), row.Moment(10), row.Flag(11), row.Bytes(12))
        { ApproverSet = row.Bytes(13) },
        static row => RowKey.Of(row.Id),
        static row =>
        [
            row.Id, (int)row.Kind, row.Digest.ToArray(), row.Party.ToArray(), row.Like.ToArray(), (int)row.State, row.Needed, row.At.UtcTicks,
            row.Expires.UtcTicks, row.Until.UtcTicks, row.ChangedAt.UtcTicks, row.IsNoted ? 1 : 0, row.Sealed.ToArray(),
            row.ApproverSet.ToArray(),
        ]);

    public static RowMap<ApprovalAnswerRow> Answers { get; } = new(
        "approval_answers",
        ["approval_id", "person_digest", "grants", "made_at", "valid_until", "way", "shown", "noted", "sealed", "approval_key"],
        static row => new(
            row.Text(0), row.Bytes(1), row.Flag(2), row.Moment(3), row.Moment(4), row.Text(5), row.Bytes(6), row.Bytes(8), row.Flag(7)),
        static row => AnswerKey(row.ApprovalId, row.Person),
        static row =>
        [
            row.ApprovalId, row.Person.ToArray(), row.Grants ? 1 : 0, row.At.UtcTicks, row.Until.UtcTicks, row.Way, row.Shown.ToArray(),
            row.IsNoted ? 1 : 0, row.Sealed.ToArray(), RowKey.Of(row.ApprovalId),
        ]);

    public static byte[] AnswerKey(string id, ReadOnlyMemory<byte> person) => RowKey.Of(id, Convert.ToHexStringLower(person.Span));

    public static ValueTask<ApprovalRow?> FindAsync(Work work, string id, DateTimeOffset now) =>
        Questions.FindAsync(work, "WHERE key = $1 AND valid_until > $2", RowKey.Of(id), now.UtcTicks);

    public static async ValueTask<ApprovalRow?> FindByDigestAsync(Work work, byte[][] digests, DateTimeOffset now)
    {
        foreach (var digest in digests)
        {
            var live = await Questions.FindAsync(work, $"WHERE digest = $1 AND {IsLive}$2 LIMIT 1", digest, now.UtcTicks).ConfigureAwait(false);
            if (live is not null) return live;
        }

        return await LatestAsync(work, "digest", IsDenied, digests, now).ConfigureAwait(false);
    }

    public static ValueTask<ApprovalRow?> FindLikeAsync(Work work, byte[][] likes, DateTimeOffset now) =>
        LatestAsync(work, "like_digest", IsApproved, likes, now);

    public static async ValueTask<IReadOnlyList<ApprovalRow>> ListAsync(
        Work work, ApprovalState? state, ApprovalKind? kind, ApprovalRow? before, int most, DateTimeOffset now)
    {
        var newest = await Questions.SelectAsync(
            work,
            """
            WHERE valid_until > $1 AND (made_at, id) < ($3, $4) AND state BETWEEN $5 AND $6 AND kind BETWEEN $7 AND $8
            ORDER BY made_at DESC, id DESC LIMIT $2
            """,
            now.UtcTicks, most, before?.At.UtcTicks ?? long.MaxValue, before?.Id ?? "", (int)(state ?? 0), (int?)state ?? int.MaxValue,
            (int)(kind ?? 0), (int?)kind ?? int.MaxValue).ConfigureAwait(false);
        return [.. newest.Reverse()];
    }

    public static ValueTask<bool> HasLiveAsync(Work work, ApprovalRow row) => work.AnyAsync(
        $"SELECT 1 FROM approvals WHERE digest = $1 AND {IsLive}$2 LIMIT 1", row.Digest.ToArray(), row.At.UtcTicks);

    public static async ValueTask<bool> IsCrowdedAsync(Work work, ApprovalRow row, ApprovalBounds bounds)
    {
        var (now, party) = (row.At.UtcTicks, row.Party.ToArray());
        return await work.AnyAsync(
                "SELECT 1 FROM approvals WHERE state = 0 AND expires_at > $1 LIMIT 1 OFFSET $2", now, bounds.MostOpen - 1)
                .ConfigureAwait(false)
            || await work.AnyAsync(
                "SELECT 1 FROM approvals WHERE party_digest = $3 AND state = 0 AND expires_at > $1 LIMIT 1 OFFSET $2", now,
                bounds.MostOpenOfParty - 1, party).ConfigureAwait(false)
            || (!row.ApproverSet.IsEmpty && await IsFullApproverSetAsync(work, row, bounds).ConfigureAwait(false))
            || await work.NumberAsync(LiveBytes, now).ConfigureAwait(false) > bounds.MostBytes - row.Sealed.Length
            || await work.NumberAsync($"{LiveBytes} AND party_digest = $2", now, party).ConfigureAwait(false)
                > bounds.MostBytesOfParty - row.Sealed.Length;
    }

    private static async ValueTask<bool> IsFullApproverSetAsync(Work work, ApprovalRow row, ApprovalBounds bounds)
    {
        const string Open = "SELECT 1 FROM approvals WHERE approver_set_digest = $3 AND state = 0 AND expires_at > $1";
        var (now, approverSet) = (row.At.UtcTicks, row.ApproverSet.ToArray());
        return await work.AnyAsync($"{Open} LIMIT 1 OFFSET $2", now, bounds.MostOpenOfApproverSet - 1, approverSet).ConfigureAwait(false)
            || await work.AnyAsync(
                    $"{Open} AND party_digest = $4 LIMIT 1 OFFSET $2", now, bounds.MostOpenOfPartyInApproverSet - 1, approverSet,
                    row.Party.ToArray())
                .ConfigureAwait(false);
    }

    /// <summary>Deletes the finished questions beyond the bounds, and their answers.</summary>
    public static async ValueTask TrimAsync(Work work, ApprovalRow row, ApprovalBounds bounds)
    {
        await DeleteAsync(work, SurplusOfParty, IApprovalStore.MostFinishedOfParty, bounds.MostBytesOfParty, row.Party.ToArray())
            .ConfigureAwait(false);
        // All of them are sorted only where there are too many.
        if (await work.AnyAsync("SELECT 1 FROM approvals WHERE state >= 2 LIMIT 1 OFFSET $1", IApprovalStore.MostFinished)
                .ConfigureAwait(false)
            || await work.NumberAsync(FinishedBytes).ConfigureAwait(false) > bounds.MostBytes)
            await DeleteAsync(work, SurplusOfAll, IApprovalStore.MostFinished, bounds.MostBytes).ConfigureAwait(false);
    }

    /// <summary>Returns why an answer changes nothing; null where it counts.</summary>
    public static async ValueTask<AnswerResult?> RefusalAsync(Work work, ApprovalAnswerRow answer, DateTimeOffset now)
    {
        if (await FindAsync(work, answer.ApprovalId, now).ConfigureAwait(false) is not { } row)
            return new AnswerResult(AnswerOutcome.Unknown, null, 0);
        if (row.State != ApprovalState.Open || row.Expires <= now)
            return new AnswerResult(AnswerOutcome.Over, row, await GrantedAsync(work, row.Id).ConfigureAwait(false));
        return answer.Grants && await Answers.ExistsAsync(work, answer).ConfigureAwait(false)
            ? new AnswerResult(AnswerOutcome.SamePerson, row, await GrantedAsync(work, row.Id).ConfigureAwait(false))
            : null;
    }

    public static async ValueTask<int> GrantedAsync(Work work, string id) => (int)await work.NumberAsync(
        "SELECT COUNT(*) FROM approval_answers WHERE approval_key = $1 AND grants = 1", RowKey.Of(id)).ConfigureAwait(false);

    public static async ValueTask<IReadOnlyList<string>> ExpireAsync(Work work, DateTimeOffset now)
    {
        const string Over = "SELECT key FROM approvals WHERE state IN (0, 1) AND expires_at <= $1 ORDER BY expires_at, id LIMIT $2";
        var expired = await Questions.UpdateAsync(
            work, $"state = 4, changed_at = $1, noted = 0 WHERE key {work.Dialect.Among(Over)}", now.UtcTicks, IApprovalStore.MostExpired)
            .ConfigureAwait(false);
        return [.. expired.OrderBy(static row => row.Expires).ThenBy(static row => row.Id, StringComparer.Ordinal).Select(static row => row.Id)];
    }

    public static async ValueTask<IReadOnlyList<ApprovalRow>> EraseAsync(Work work, byte[][] parties, byte[][] persons, DateTimeOffset now)
    {
        List<ApprovalRow> closed = [];
        foreach (var party in parties)
        {
            await work.RunAsync("UPDATE approvals SET sealed = $2 WHERE party_digest = $1", party, Array.Empty<byte>()).ConfigureAwait(false);
            closed.AddRange(await Questions.UpdateAsync(
                work, "state = 5, changed_at = $2, noted = 0 WHERE party_digest = $1 AND state IN (0, 1)", party, now.UtcTicks)
                .ConfigureAwait(false));
        }

        foreach (var person in persons)
        {
            await work.RunAsync("UPDATE approval_answers SET sealed = $2 WHERE person_digest = $1", person, Array.Empty<byte>())
                .ConfigureAwait(false);
        }

        return [.. closed.OrderBy(static row => row.At).ThenBy(static row => row.Id, StringComparer.Ordinal)];
    }

    private static async ValueTask DeleteAsync(Work work, string questions, params object[] values)
    {
        await work.RunAsync($"DELETE FROM approval_answers WHERE approval_key {work.Dialect.Among(questions)}", values).ConfigureAwait(false);
        await work.RunAsync($"DELETE FROM approvals WHERE key {work.Dialect.Among(questions)}", values).ConfigureAwait(false);
    }

    private static async ValueTask<ApprovalRow?> LatestAsync(Work work, string column, string isWanted, byte[][] digests, DateTimeOffset now)
    {
        List<ApprovalRow> found = [];
        foreach (var digest in digests)
        {
            found.AddRange(await Questions.SelectAsync(
                work, $"WHERE {column} = $1 AND {isWanted} AND valid_until > $2 ORDER BY changed_at DESC, id DESC LIMIT 1", digest, now.UtcTicks)
                .ConfigureAwait(false));
        }

        return found.MaxBy(static row => row.ChangedAt);
    }
}
