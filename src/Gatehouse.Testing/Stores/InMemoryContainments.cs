using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Testing.Stores;

/// <summary>Containments in memory.</summary>
internal sealed class InMemoryContainments(InMemoryTable<string, ContainmentRow> table) : IContainmentStore
{
    public ValueTask<ApprovalAdding> AddAsync(ContainmentRow row, int most, CancellationToken cancellation = default) => table.RunAsync(
        () =>
        {
            ArgumentNullException.ThrowIfNull(row);
            row.Validate();
            ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
            if (row.IsReleased) throw new ArgumentException("A released containment is not added.", nameof(row));
            var inForce = InForce(row.At).ToList();
            if (inForce.Exists(one => one.Target.Span.SequenceEqual(row.Target.Span))) return ApprovalAdding.Exists;
            if (table.Contains(row.Id)) throw new ArgumentException("The identifier is there already.", nameof(row));
            if (inForce.Count >= most) return ApprovalAdding.Crowded;
            table.Put(row.Id, _ => row with { IsNoted = false });
            return ApprovalAdding.Added;
        },
        cancellation);

    public ValueTask<IReadOnlyList<ContainmentRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        table.RunAsync<IReadOnlyList<ContainmentRow>>(() => [.. Ordered(InForce(now))], cancellation);

    public ValueTask<ContainmentRow?> ReleaseAsync(
        string id, ReadOnlyMemory<byte> release, DateTimeOffset now, CancellationToken cancellation = default) => table.RunAsync(
            () =>
            {
                StoredText.Check(id, nameof(id));
                ContainmentRow.CheckRelease(release);
                if (InForce(now).FirstOrDefault(row => row.Id == id) is not { } found) return null;
                var released = found with { IsReleased = true, IsNoted = false, Release = release.ToArray() };
                table.Set(id, released);
                return released;
            },
            cancellation);

    public async ValueTask NoteAsync(string id, bool isReleased, CancellationToken cancellation = default) => await table.RunAsync(
        () =>
        {
            StoredText.Check(id, nameof(id));
            if (table.Find(id) is not { } row || row.IsReleased != isReleased) return false;
            if (isReleased) return table.Remove(id);
            table.Set(id, row with { IsNoted = true });
            return true;
        },
        cancellation).ConfigureAwait(false);

    public ValueTask<IReadOnlyList<ContainmentRow>> UnnotedAsync(CancellationToken cancellation = default) =>
        table.RunAsync<IReadOnlyList<ContainmentRow>>(
            () => [.. Ordered(table.Rows().Select(static pair => pair.Value).Where(static row => !row.IsNoted))], cancellation);

    public int CleanUp() => table.CleanUp();

    private IEnumerable<ContainmentRow> InForce(DateTimeOffset now) => table.Valid(now).Where(static row => !row.IsReleased);

    private static IEnumerable<ContainmentRow> Ordered(IEnumerable<ContainmentRow> rows) =>
        rows.OrderBy(static row => row.At).ThenBy(static row => row.Id, StringComparer.Ordinal);
}
