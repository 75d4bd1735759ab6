using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Testing.Stores;

/// <summary>Commands and their approvals in memory.</summary>
internal sealed class InMemoryCommandApprovals(InMemoryTable<string, CommandRow> table) : ICommandApprovalStore
{
    public async ValueTask AskAsync(string digest, string name, string content, CancellationToken cancellation = default) => await table.RunAsync(
        () => Put(new CommandRow(digest, name, content, false, table.Now),
            static (before, row) => before.IsApproved ? before : row with { Content = before.Content }),
        cancellation).ConfigureAwait(false);

    public async ValueTask ApproveAsync(string digest, string name, string content, CancellationToken cancellation = default) => await table.RunAsync(
        () => Put(new CommandRow(digest, name, content, true, table.Now), static (_, row) => row), cancellation).ConfigureAwait(false);

    public ValueTask<bool> RevokeAsync(string digest, CancellationToken cancellation = default) => table.RunAsync(
        () =>
        {
            StoredText.Check(digest, nameof(digest));
            return table.Remove(digest);
        },
        cancellation);

    public ValueTask<CommandRow?> FindAsync(string digest, CancellationToken cancellation = default) => table.RunAsync(
        () =>
        {
            StoredText.Check(digest, nameof(digest));
            return table.Find(digest) is { } row && row.Until > table.Now ? row : null;
        },
        cancellation);

    public ValueTask<IReadOnlyList<CommandRow>> ListAsync(CancellationToken cancellation = default) => table.RunAsync<IReadOnlyList<CommandRow>>(
        () => [.. NewestFirst(table.Valid(table.Now))], cancellation);

    public int CleanUp() => table.CleanUp();

    private bool Put(CommandRow row, Func<CommandRow, CommandRow, CommandRow> join)
    {
        row.Validate();
        table.Put(row.Digest, before => before is null ? row : join(before, row));
        var forgotten = NewestFirst(table.Rows().Select(static known => known.Value).Where(static known => !known.IsApproved))
            .Skip(ICommandApprovalStore.MostAsked).ToList();
        forgotten.ForEach(known => table.Remove(known.Digest));
        return true;
    }

    private static IEnumerable<CommandRow> NewestFirst(IEnumerable<CommandRow> rows) =>
        rows.OrderByDescending(static row => row.At).ThenBy(static row => row.Digest, StringComparer.Ordinal);
}
