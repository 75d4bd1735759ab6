using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Testing.Stores;

/// <summary>Withheld results in memory.</summary>
internal sealed class InMemoryQuarantine(InMemoryTable<string, InMemoryResult> table) : IQuarantineStore
{
    public ValueTask<ApprovalAdding> AddAsync(
        QuarantinedResultRow row, ReadOnlyMemory<byte> content, QuarantineBounds bounds, CancellationToken cancellation = default) => table.RunAsync(
            () =>
            {
                ArgumentNullException.ThrowIfNull(row);
                ArgumentNullException.ThrowIfNull(bounds);
                row.Validate();
                bounds.Validate();
                if (row.State != QuarantineState.Kept) throw new ArgumentException("Only a kept result is added.", nameof(row));
                if (row.Size != content.Length) throw new ArgumentException("The size is not that of the content.", nameof(content));
                if (table.Contains(row.Id)) return ApprovalAdding.Exists;
                if (IsCrowded(row, bounds)) return ApprovalAdding.Crowded;
                Trim(one => Same(one.Party, row.Party), IApprovalStore.MostFinishedOfParty);
                Trim(static _ => true, IApprovalStore.MostFinished);
                table.Put(row.Id, _ => new InMemoryResult(row with { IsNoted = false }, content.ToArray()));
                return ApprovalAdding.Added;
            },
            cancellation);

    public ValueTask<QuarantinedResultRow?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellation = default) => table.RunAsync(
        () =>
        {
            StoredText.Check(id, nameof(id));
            return table.Find(id) is { } found && found.Row.Until > now ? found.Row : null;
        },
        cancellation);

    public ValueTask<byte[]?> ContentAsync(string id, DateTimeOffset now, CancellationToken cancellation = default) => table.RunAsync(
        () =>
        {
            StoredText.Check(id, nameof(id));
            return table.Find(id) is { } found && HasContent(found.Row, now) ? found.Content : null;
        },
        cancellation);

    public ValueTask<IReadOnlyList<QuarantinedResultRow>> ListAsync(
        QuarantineState? state, int most, DateTimeOffset now, CancellationToken cancellation = default) =>
        table.RunAsync<IReadOnlyList<QuarantinedResultRow>>(
            () =>
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
                return
                [
                    .. table.Valid(now).Select(static one => one.Row).Where(row => state is null || row.State == state)
                        .OrderBy(static row => row.At).ThenBy(static row => row.Id, StringComparer.Ordinal).TakeLast(most),
                ];
            },
            cancellation);

    public ValueTask<QuarantinedResultRow?> FindReleasedAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> digests, DateTimeOffset now, CancellationToken cancellation = default) => table.RunAsync(
            () =>
            {
                foreach (var digest in digests) StoredText.CheckDigest(digest, nameof(digests));
                return Rows().Where(row => row.State == QuarantineState.Released && row.Expires > now && digests.Any(one => Same(one, row.Digest)))
                    .OrderBy(static row => row.ChangedAt).ThenBy(static row => row.Id, StringComparer.Ordinal).FirstOrDefault();
            },
            cancellation);

    public ValueTask<QuarantinedResultRow?> ReleaseAsync(
        string id, ReadOnlyMemory<byte> release, DateTimeOffset expires, DateTimeOffset now, CancellationToken cancellation = default) =>
        table.RunAsync(
            () =>
            {
                StoredText.Check(id, nameof(id));
                QuarantinedResultRow.CheckRelease(release);
                if (table.Find(id) is not { } found || found.Row.State != QuarantineState.Kept || !HasContent(found.Row, now)) return null;
                var until = found.Row.Until > expires ? found.Row.Until : expires;
                return Set(
                    found.Row with
                    {
                        State = QuarantineState.Released,
                        ChangedAt = now,
                        Expires = expires,
                        Until = until,
                        Release = release.ToArray(),
                    },
                    found.Content);
            },
            cancellation);

    public ValueTask<byte[]?> DeliverAsync(string id, DateTimeOffset now, CancellationToken cancellation = default) => table.RunAsync(
        () =>
        {
            StoredText.Check(id, nameof(id));
            if (table.Find(id) is not { } found || found.Row.State != QuarantineState.Released || !HasContent(found.Row, now)) return null;
            Set(found.Row with { State = QuarantineState.Delivered, ChangedAt = now }, []);
            return found.Content;
        },
        cancellation);

    public ValueTask<QuarantinedResultRow?> DeleteAsync(
        string id, ReadOnlyMemory<byte> release, DateTimeOffset now, CancellationToken cancellation = default) => table.RunAsync(
            () =>
            {
                StoredText.Check(id, nameof(id));
                QuarantinedResultRow.CheckRelease(release);
                return table.Find(id) is { } found && HasContent(found.Row, now)
                    ? Set(found.Row with { State = QuarantineState.Deleted, ChangedAt = now, Release = release.ToArray() }, [])
                    : null;
            },
            cancellation);

    public ValueTask<IReadOnlyList<QuarantinedResultRow>> ExpireAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        table.RunAsync<IReadOnlyList<QuarantinedResultRow>>(
            () =>
            [
                .. Rows().Where(row => IsLeft(row) && row.Expires <= now).OrderBy(static row => row.Expires)
                    .ThenBy(static row => row.Id, StringComparer.Ordinal).Take(IApprovalStore.MostExpired).ToList()
                    .Select(row => Set(row with { State = QuarantineState.Expired, ChangedAt = now }, [])),
            ],
            cancellation);

    public ValueTask<IReadOnlyList<QuarantinedResultRow>> EraseAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, DateTimeOffset now, CancellationToken cancellation = default) =>
        table.RunAsync<IReadOnlyList<QuarantinedResultRow>>(
            () =>
            {
                foreach (var digest in parties) StoredText.CheckDigest(digest, nameof(parties));
                var ofPerson = Rows().Where(row => parties.Any(one => Same(one, row.Party))).OrderBy(static row => row.At)
                    .ThenBy(static row => row.Id, StringComparer.Ordinal).ToList();
                foreach (var row in ofPerson.Where(static row => !IsLeft(row))) table.Set(row.Id, new(row with { Sealed = default }, []));
                return
                [
                    .. ofPerson.Where(IsLeft)
                        .Select(row => Set(row with { State = QuarantineState.Deleted, ChangedAt = now, Sealed = default }, [])),
                ];
            },
            cancellation);

    public async ValueTask NoteAsync(string id, QuarantineState state, CancellationToken cancellation = default) => await table.RunAsync(
        () =>
        {
            StoredText.Check(id, nameof(id));
            if (table.Find(id) is { } found && found.Row.State == state) table.Set(id, found with { Row = found.Row with { IsNoted = true } });
            return true;
        },
        cancellation).ConfigureAwait(false);

    public ValueTask<IReadOnlyList<QuarantinedResultRow>> UnnotedAsync(CancellationToken cancellation = default) =>
        table.RunAsync<IReadOnlyList<QuarantinedResultRow>>(
            () => [.. Rows().Where(static row => !row.IsNoted).OrderBy(static row => row.ChangedAt)
                .ThenBy(static row => row.Id, StringComparer.Ordinal)],
            cancellation);

    public ValueTask<QuarantineUse> UseAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        table.RunAsync(() => Use(now, static _ => true), cancellation);

    public int CleanUp() => table.CleanUp();

    private bool IsCrowded(QuarantinedResultRow row, QuarantineBounds bounds) =>
        IsBeyond(Use(row.At, static _ => true), row, bounds.Most, bounds.MostBytes)
        || IsBeyond(Use(row.At, one => Same(one.Party, row.Party)), row, bounds.MostOfParty, bounds.MostBytesOfParty)
        || IsBeyond(Use(row.At, one => one.Server == row.Server), row, bounds.MostOfServer, bounds.MostBytesOfServer);

    private void Trim(Func<QuarantinedResultRow, bool> ofWhom, int most)
    {
        var surplus = Rows().Where(row => !IsLeft(row) && row.IsNoted && ofWhom(row)).OrderByDescending(static row => row.ChangedAt)
            .ThenBy(static row => row.Id, StringComparer.Ordinal).Skip(most).ToList();
        surplus.ForEach(row => table.Remove(row.Id));
    }

    private QuarantineUse Use(DateTimeOffset now, Func<QuarantinedResultRow, bool> ofWhom)
    {
        var used = Rows().Where(row => HasContent(row, now) && ofWhom(row)).ToList();
        return new QuarantineUse(used.Count, used.Sum(static row => (long)row.Size));
    }

    private QuarantinedResultRow Set(QuarantinedResultRow row, byte[] content)
    {
        var changed = row with { IsNoted = false };
        table.Set(row.Id, new InMemoryResult(changed, content));
        return changed;
    }

    private IEnumerable<QuarantinedResultRow> Rows() => table.Rows().Select(static pair => pair.Value.Row);

    private static bool IsBeyond(QuarantineUse use, QuarantinedResultRow row, int most, long mostBytes) =>
        use.Results >= most || use.Bytes + row.Size > mostBytes;

    private static bool IsLeft(QuarantinedResultRow row) => row.State is QuarantineState.Kept or QuarantineState.Released;

    private static bool HasContent(QuarantinedResultRow row, DateTimeOffset now) => IsLeft(row) && row.Expires > now;

    private static bool Same(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other) => one.Span.SequenceEqual(other.Span);
}
