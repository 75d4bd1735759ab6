using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Testing.Stores;

/// <summary>Remembered answers in memory.</summary>
internal sealed class InMemoryRememberedApprovals(InMemoryTable<string, RememberedApprovalRow> table) : IRememberedApprovalStore
{
    public ValueTask<ApprovalAdding> AddAsync(
        RememberedApprovalRow row, int mostOfParty, int most, CancellationToken cancellation = default) => table.RunAsync(
            () =>
            {
                ArgumentNullException.ThrowIfNull(row);
                row.Validate();
                ArgumentOutOfRangeException.ThrowIfLessThan(mostOfParty, 1);
                ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
                if (row.IsForgotten) throw new ArgumentException("A forgotten answer is not added.", nameof(row));
                var kept = Kept(row.At).ToList();
                if (kept.Exists(one => Same(one.Scope, row.Scope))) return ApprovalAdding.Exists;
                if (table.Contains(row.Id)) throw new ArgumentException("The identifier is there already.", nameof(row));
                if (kept.Count >= most || kept.Count(one => Same(one.Party, row.Party)) >= mostOfParty) return ApprovalAdding.Crowded;
                table.Put(row.Id, _ => row with { IsNoted = false });
                return ApprovalAdding.Added;
            },
            cancellation);

    public ValueTask<RememberedApprovalRow?> FindAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> scopes, DateTimeOffset now, CancellationToken cancellation = default) => table.RunAsync(
            () =>
            {
                Check(scopes, nameof(scopes));
                return scopes.SelectMany(scope => Kept(now).Where(row => Same(row.Scope, scope))).FirstOrDefault();
            },
            cancellation);

    public ValueTask<IReadOnlyList<RememberedApprovalRow>> ListAsync(int most, DateTimeOffset now, CancellationToken cancellation = default) =>
        table.RunAsync<IReadOnlyList<RememberedApprovalRow>>(
            () =>
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
                return [.. Ordered(Kept(now)).TakeLast(most)];
            },
            cancellation);

    public ValueTask<IReadOnlyList<RememberedApprovalRow>> ListOfAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, DateTimeOffset now, CancellationToken cancellation = default) =>
        table.RunAsync<IReadOnlyList<RememberedApprovalRow>>(
            () =>
            {
                Check(parties, nameof(parties));
                return [.. Ordered(Kept(now).Where(row => IsOf(row, parties, [])))];
            },
            cancellation);

    public ValueTask<RememberedApprovalRow?> ForgetAsync(string id, DateTimeOffset now, CancellationToken cancellation = default) => table.RunAsync(
        () =>
        {
            StoredText.Check(id, nameof(id));
            return Kept(now).Where(row => row.Id == id).Select(Forget).FirstOrDefault();
        },
        cancellation);

    public ValueTask<IReadOnlyList<RememberedApprovalRow>> ForgetAllAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons, DateTimeOffset now,
        CancellationToken cancellation = default) => table.RunAsync(() => ForgetAll(parties, persons, now), cancellation);

    public ValueTask<IReadOnlyList<RememberedApprovalRow>> EraseAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons, DateTimeOffset now,
        CancellationToken cancellation = default) => table.RunAsync<IReadOnlyList<RememberedApprovalRow>>(
            () =>
            {
                var forgotten = ForgetAll(parties, persons, now);
                foreach (var row in table.Rows().Select(static pair => pair.Value).Where(row => IsOf(row, parties, persons)).ToList())
                    table.Set(row.Id, row with { Sealed = default });
                return [.. forgotten.Select(static row => row with { Sealed = default })];
            },
            cancellation);

    public async ValueTask NoteAsync(string id, bool isForgotten, CancellationToken cancellation = default) => await table.RunAsync(
        () =>
        {
            StoredText.Check(id, nameof(id));
            if (table.Find(id) is not { } row || row.IsForgotten != isForgotten) return false;
            if (isForgotten) return table.Remove(id);
            table.Set(id, row with { IsNoted = true });
            return true;
        },
        cancellation).ConfigureAwait(false);

    public ValueTask<IReadOnlyList<RememberedApprovalRow>> UnnotedAsync(CancellationToken cancellation = default) =>
        table.RunAsync<IReadOnlyList<RememberedApprovalRow>>(
            () => [.. Ordered(table.Rows().Select(static pair => pair.Value).Where(static row => !row.IsNoted))], cancellation);

    public int CleanUp() => table.CleanUp();

    private IReadOnlyList<RememberedApprovalRow> ForgetAll(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons, DateTimeOffset now)
    {
        Check(parties, nameof(parties));
        Check(persons, nameof(persons));
        return [.. Ordered(Kept(now).Where(row => IsOf(row, parties, persons)).ToList()).Select(Forget)];
    }

    private RememberedApprovalRow Forget(RememberedApprovalRow row)
    {
        var forgotten = row with { IsForgotten = true, IsNoted = false };
        table.Set(row.Id, forgotten);
        return forgotten;
    }

    private IEnumerable<RememberedApprovalRow> Kept(DateTimeOffset now) => table.Valid(now).Where(static row => !row.IsForgotten);

    private static IEnumerable<RememberedApprovalRow> Ordered(IEnumerable<RememberedApprovalRow> rows) =>
        rows.OrderBy(static row => row.At).ThenBy(static row => row.Id, StringComparer.Ordinal);

    private static bool IsOf(
        RememberedApprovalRow row, IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons) =>
        parties.Any(party => Same(party, row.Party)) || persons.Any(person => Same(person, row.Person));

    private static void Check(IReadOnlyList<ReadOnlyMemory<byte>> digests, string name)
    {
        foreach (var digest in digests) StoredText.CheckDigest(digest, name);
    }

    private static bool Same(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other) => one.Span.SequenceEqual(other.Span);
}
