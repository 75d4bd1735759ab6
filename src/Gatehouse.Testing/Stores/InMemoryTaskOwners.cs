using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Testing.Stores;

/// <summary>Owners of tasks in memory.</summary>
internal sealed class InMemoryTaskOwners(InMemoryTable<(string Server, string Task), TaskOwnerRow> table) : ITaskOwnerStore
{
    public int RowLimit => table.RowLimit;

    public ValueTask<bool> AddAsync(TaskOwnerRow row, int mostOfCaller, CancellationToken cancellation = default) => table.RunAsync(
        () =>
        {
            row.Validate();
            var key = (row.Server, Hex(row.Task));
            if (table.Find(key) is { } before && !Same(before.Owner, row.Owner) && before.Until > table.Now) return false;
            if (table.Count * 2 >= table.RowLimit && !table.Contains(key)) MakeOwnRoom(row.Caller, mostOfCaller);
            table.Put(key, known => known is not null && Same(known.Owner, row.Owner) && known.Until > row.Until
                ? row with { Until = known.Until } : row);
            return true;
        },
        cancellation);

    public ValueTask<byte[]?> FindAsync(string server, ReadOnlyMemory<byte> task, DateTimeOffset now, CancellationToken cancellation = default) =>
        table.RunAsync(
        () =>
        {
            StoredText.Check(server, nameof(server));
            StoredText.CheckDigest(task, nameof(task));
            return table.Find((server, Hex(task))) is { } row && row.Until > now ? row.Owner.ToArray() : null;
        },
        cancellation);

    public int CleanUp() => table.CleanUp();

    // The oldest task of a caller who is at its part.
    private void MakeOwnRoom(ReadOnlyMemory<byte> caller, int most)
    {
        var own = table.Rows().Where(row => Same(row.Value.Caller, caller)).OrderBy(static row => row.Value.Until).ToList();
        if (own.Count >= most) table.Remove(own[0].Key);
    }

    private static bool Same(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other) => one.Span.SequenceEqual(other.Span);

    private static string Hex(ReadOnlyMemory<byte> digest) => Convert.ToHexStringLower(digest.Span);
}
