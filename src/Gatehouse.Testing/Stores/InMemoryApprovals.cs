using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Testing.Stores;

/// <summary>Questions and answers in memory.</summary>
internal sealed class InMemoryApprovals(
    InMemoryTable<string, ApprovalRow> table, InMemoryTable<(string Id, string Person), ApprovalAnswerRow> answers) : IApprovalStore
{
    public ValueTask<ApprovalAdding> AddAsync(
        ApprovalRow row, ApprovalBounds bounds, CancellationToken cancellation = default) => table.RunAsync(
            () =>
            {
                ArgumentNullException.ThrowIfNull(row);
                row.Validate();
                ArgumentNullException.ThrowIfNull(bounds);
                bounds.Validate();
                if (row.State != ApprovalState.Open) throw new ArgumentException("Only an open question is added.", nameof(row));
                var live = table.Valid(row.At).Where(one => IsLive(one, row.At)).ToList();
                if (live.Exists(one => Same(one.Digest, row.Digest))) return ApprovalAdding.Exists;
                if (table.Contains(row.Id)) throw new ArgumentException("The identifier is there already.", nameof(row));
                var mine = live.Where(one => Same(one.Party, row.Party)).ToList();
                if (IsBeyond(live, row, bounds.MostOpen, bounds.MostBytes)
                    || IsBeyond(mine, row, bounds.MostOpenOfParty, bounds.MostBytesOfParty)) return ApprovalAdding.Crowded;
                var approverSet = live.Where(one => !row.ApproverSet.IsEmpty && Same(one.ApproverSet, row.ApproverSet)).ToList();
                if (IsFull(approverSet, bounds.MostOpenOfApproverSet)
                    || IsFull([.. approverSet.Where(one => Same(one.Party, row.Party))], bounds.MostOpenOfPartyInApproverSet))
                    return ApprovalAdding.Crowded;
                Trim(one => Same(one.Party, row.Party), IApprovalStore.MostFinishedOfParty, bounds.MostBytesOfParty);
                Trim(static _ => true, IApprovalStore.MostFinished, bounds.MostBytes);
                table.Put(row.Id, _ => row with { IsNoted = false });
                return ApprovalAdding.Added;
            },
            cancellation);

    public ValueTask<ApprovalRow?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellation = default) => table.RunAsync(
        () =>
        {
            StoredText.Check(id, nameof(id));
            return Kept(id, now);
        },
        cancellation);

    public ValueTask<ApprovalRow?> FindByDigestAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> digests, DateTimeOffset now, CancellationToken cancellation = default) => table.RunAsync(
            () =>
            {
                foreach (var digest in digests) StoredText.CheckDigest(digest, nameof(digests));
                var all = table.Valid(now).Where(row => digests.Any(digest => Same(digest, row.Digest))).ToList();
                return digests.Select(digest => all.Find(row => IsLive(row, now) && Same(digest, row.Digest)))
                    .FirstOrDefault(static row => row is not null)
                    ?? all.Where(static row => row.State == ApprovalState.Denied).MaxBy(static row => row.ChangedAt);
            },
            cancellation);

    public ValueTask<ApprovalRow?> FindLikeAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> likes, DateTimeOffset now, CancellationToken cancellation = default) => table.RunAsync(
            () =>
            {
                foreach (var like in likes) StoredText.CheckDigest(like, nameof(likes));
                return table.Valid(now)
                    .Where(row => row.State is ApprovalState.Granted or ApprovalState.Spent && likes.Any(like => Same(like, row.Like)))
                    .OrderBy(static row => row.ChangedAt).ThenBy(static row => row.Id, StringComparer.Ordinal).LastOrDefault();
            },
            cancellation);

    public ValueTask<IReadOnlyList<ApprovalRow>> ListAsync(
        ApprovalState? state, ApprovalKind? kind, ApprovalRow? before, int most, DateTimeOffset now, CancellationToken cancellation = default) =>
        table.RunAsync<IReadOnlyList<ApprovalRow>>(
            () =>
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
                return
                [
                    .. table.Valid(now)
                        .Where(row => (state is null || row.State == state) && (kind is null || row.Kind == kind) && IsBefore(row, before))
                        .OrderBy(static row => row.At).ThenBy(static row => row.Id, StringComparer.Ordinal).TakeLast(most),
                ];
            },
            cancellation);

    public ValueTask<IReadOnlyList<ApprovalAnswerRow>> AnswersAsync(string id, DateTimeOffset now, CancellationToken cancellation = default) =>
        table.RunAsync<IReadOnlyList<ApprovalAnswerRow>>(
            () =>
            {
                StoredText.Check(id, nameof(id));
                return
                [
                    .. answers.Valid(now).Where(row => row.ApprovalId == id)
                        .OrderBy(static row => row.At).ThenBy(static row => Hex(row.Person), StringComparer.Ordinal),
                ];
            },
            cancellation);

    public ValueTask<AnswerResult> AnswerAsync(
        ApprovalAnswerRow answer, DateTimeOffset grantExpires, DateTimeOffset now, CancellationToken cancellation = default) => table.RunAsync(
            () =>
            {
                ArgumentNullException.ThrowIfNull(answer);
                answer.Validate();
                if (Kept(answer.ApprovalId, now) is not { } row) return new AnswerResult(AnswerOutcome.Unknown, null, 0);
                if (row.State != ApprovalState.Open || !IsLive(row, now)) return new AnswerResult(AnswerOutcome.Over, row, Granted(row.Id));
                var key = (row.Id, Hex(answer.Person));
                if (answer.Grants && answers.Contains(key)) return new AnswerResult(AnswerOutcome.SamePerson, row, Granted(row.Id));
                answers.Put(key, _ => answer with { IsNoted = false });
                if (answer.Grants && Granted(row.Id) < row.Needed) return new AnswerResult(AnswerOutcome.Counted, row, Granted(row.Id));
                return new AnswerResult(AnswerOutcome.Decided, Decide(row, answer, grantExpires, now), Granted(row.Id));
            },
            cancellation);

    public ValueTask<bool> ChangeAsync(
        string id, ApprovalState from, ApprovalState to, DateTimeOffset now, CancellationToken cancellation = default) => table.RunAsync(
            () =>
            {
                StoredText.Check(id, nameof(id));
                var isKnown = (from, to) is (ApprovalState.Granted, ApprovalState.Spent)
                    or (ApprovalState.Open or ApprovalState.Granted, ApprovalState.Closed);
                if (!isKnown) throw new ArgumentException($"There is no change from {from} to {to}.", nameof(to));
                if (Kept(id, now) is not { } row || row.State != from || !IsLive(row, now)) return false;
                table.Set(id, row with { State = to, ChangedAt = now, IsNoted = false });
                return true;
            },
            cancellation);

    public ValueTask<bool> WithdrawAsync(
        ApprovalAnswerRow act, ApprovalState from, DateTimeOffset now, CancellationToken cancellation = default) => table.RunAsync(
            () =>
            {
                ArgumentNullException.ThrowIfNull(act);
                act.ValidateWithdrawal(from);
                if (Kept(act.ApprovalId, now) is not { } row || row.State != from || !IsLive(row, now)) return false;
                table.Set(row.Id, row with { State = ApprovalState.Closed, ChangedAt = now, IsNoted = false });
                answers.Set((row.Id, Hex(act.Person)), act with { IsNoted = false });
                return true;
            },
            cancellation);

    public ValueTask<IReadOnlyList<string>> ExpireAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        table.RunAsync<IReadOnlyList<string>>(
            () =>
            {
                var over = table.Rows().Select(static pair => pair.Value)
                    .Where(row => row.State is ApprovalState.Open or ApprovalState.Granted && row.Expires <= now)
                    .OrderBy(static row => row.Expires).ThenBy(static row => row.Id, StringComparer.Ordinal).Take(IApprovalStore.MostExpired)
                    .Select(row => row with { State = ApprovalState.Expired, ChangedAt = now, IsNoted = false }).ToList();
                over.ForEach(row => table.Set(row.Id, row));
                return [.. over.Select(static row => row.Id)];
            },
            cancellation);

    public async ValueTask NoteAsync(string id, ApprovalState state, CancellationToken cancellation = default) => await table.RunAsync(
        () =>
        {
            StoredText.Check(id, nameof(id));
            if (table.Find(id) is { } row && row.State == state) table.Set(id, row with { IsNoted = true });
            return true;
        },
        cancellation).ConfigureAwait(false);

    public async ValueTask NoteAnswerAsync(string id, ReadOnlyMemory<byte> person, CancellationToken cancellation = default) => await table.RunAsync(
        () =>
        {
            StoredText.Check(id, nameof(id));
            StoredText.CheckDigest(person, nameof(person));
            if (answers.Find((id, Hex(person))) is { } row) answers.Set((id, Hex(person)), row with { IsNoted = true });
            return true;
        },
        cancellation).ConfigureAwait(false);

    public ValueTask<IReadOnlyList<ApprovalRow>> EraseAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons, DateTimeOffset now,
        CancellationToken cancellation = default) => table.RunAsync<IReadOnlyList<ApprovalRow>>(
            () =>
            {
                foreach (var digest in parties) StoredText.CheckDigest(digest, nameof(parties));
                foreach (var digest in persons) StoredText.CheckDigest(digest, nameof(persons));
                foreach (var (key, row) in answers.Rows().ToList())
                    if (persons.Any(person => Same(person, row.Person))) answers.Set(key, row with { Sealed = default });
                List<ApprovalRow> closed = [];
                foreach (var row in table.Rows().Select(static pair => pair.Value).Where(row => parties.Any(one => Same(one, row.Party))).ToList())
                {
                    var isLive = row.State is ApprovalState.Open or ApprovalState.Granted;
                    var erased = isLive
                        ? row with { State = ApprovalState.Closed, ChangedAt = now, IsNoted = false, Sealed = default }
                        : row with { Sealed = default };
                    table.Set(row.Id, erased);
                    if (isLive) closed.Add(erased);
                }

                return [.. closed.OrderBy(static row => row.At).ThenBy(static row => row.Id, StringComparer.Ordinal)];
            },
            cancellation);

    public ValueTask<IReadOnlyList<string>> UnnotedAsync(CancellationToken cancellation = default) => table.RunAsync<IReadOnlyList<string>>(
        () => [.. table.Rows().Select(static pair => pair.Value).Where(static row => !row.IsNoted)
            .OrderBy(static row => row.ChangedAt).ThenBy(static row => row.Id, StringComparer.Ordinal).Select(static row => row.Id)],
        cancellation);

    public ValueTask<IReadOnlyList<string>> UnnotedAnswersAsync(CancellationToken cancellation = default) =>
        table.RunAsync<IReadOnlyList<string>>(
            () => [.. answers.Rows().Select(static pair => pair.Value).Where(static row => !row.IsNoted)
                .OrderBy(static row => row.At).ThenBy(static row => row.ApprovalId, StringComparer.Ordinal)
                .Select(static row => row.ApprovalId).Distinct(StringComparer.Ordinal)],
            cancellation);

    public int CleanUp() => table.CleanUp() + answers.CleanUp();

    private void Trim(Func<ApprovalRow, bool> ofWhom, int most, long mostBytes)
    {
        var unnoted = answers.Rows().Where(static pair => !pair.Value.IsNoted).Select(static pair => pair.Key.Id).ToHashSet(StringComparer.Ordinal);
        var finished = table.Rows().Select(static pair => pair.Value)
            .Where(row => row.State >= ApprovalState.Denied && row.IsNoted && !unnoted.Contains(row.Id) && ofWhom(row))
            .OrderByDescending(static row => row.State == ApprovalState.Denied).ThenByDescending(static row => row.ChangedAt)
            .ThenBy(static row => row.Id, StringComparer.Ordinal).ToList();
        var surplus = new HashSet<string>(StringComparer.Ordinal);
        var bytes = 0L;
        for (var place = 0; place < finished.Count; place++)
        {
            bytes += finished[place].Sealed.Length;
            if (place >= most || bytes > mostBytes) surplus.Add(finished[place].Id);
        }

        foreach (var key in answers.Rows().Select(static pair => pair.Key).Where(key => surplus.Contains(key.Id)).ToList()) answers.Remove(key);
        foreach (var id in surplus) table.Remove(id);
    }

    private ApprovalRow Decide(ApprovalRow row, ApprovalAnswerRow answer, DateTimeOffset grantExpires, DateTimeOffset now)
    {
        if (answer.Grants)
        {
            foreach (var (key, given) in answers.Rows().Where(pair => pair.Key.Id == row.Id).ToList())
                answers.Set(key, given with { Until = Later(given.Until, answer.Until) });
        }

        var decided = answer.Grants
            ? row with
            {
                State = ApprovalState.Granted,
                ChangedAt = now,
                IsNoted = false,
                Expires = grantExpires,
                Until = Later(row.Until, Later(grantExpires, answer.Until)),
            }
            : row with { State = ApprovalState.Denied, ChangedAt = now, IsNoted = false };
        table.Set(row.Id, decided);
        return decided;
    }

    private static bool IsFull(List<ApprovalRow> live, int mostOpen) => live.Count(static one => one.State == ApprovalState.Open) >= mostOpen;

    private static bool IsBeyond(List<ApprovalRow> live, ApprovalRow row, int mostOpen, long mostBytes) =>
        IsFull(live, mostOpen) || live.Sum(static one => (long)one.Sealed.Length) > mostBytes - row.Sealed.Length;

    private ApprovalRow? Kept(string id, DateTimeOffset now) => table.Find(id) is { } row && row.Until > now ? row : null;

    private int Granted(string id) => answers.Rows().Count(pair => pair.Key.Id == id && pair.Value.Grants);

    private static bool IsLive(ApprovalRow row, DateTimeOffset now) =>
        row.State is ApprovalState.Open or ApprovalState.Granted && row.Expires > now;

    private static bool IsBefore(ApprovalRow row, ApprovalRow? other) => other is null || row.At < other.At
        || (row.At == other.At && string.CompareOrdinal(row.Id, other.Id) < 0);

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static bool Same(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other) => one.Span.SequenceEqual(other.Span);

    private static string Hex(ReadOnlyMemory<byte> digest) => Convert.ToHexStringLower(digest.Span);
}
