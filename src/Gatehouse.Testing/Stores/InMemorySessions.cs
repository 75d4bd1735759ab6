using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Testing.Stores;

/// <summary>Open sessions in memory.</summary>
internal sealed class InMemorySessions(InMemoryTable<string, OpenSessionRow> table) : ISessionStore
{
    public async ValueTask AddAsync(OpenSessionRow row, CancellationToken cancellation = default) => await table.RunAsync(
        () =>
        {
            row.Validate();
            table.Put(row.SessionUid, before => before is null ? row : before with { Until = before.Until > row.Until ? before.Until : row.Until });
            return true;
        },
        cancellation).ConfigureAwait(false);

    public ValueTask<bool> RemoveAsync(string sessionUid, CancellationToken cancellation = default) => table.RunAsync(
        () =>
        {
            StoredText.Check(sessionUid, nameof(sessionUid));
            return table.Remove(sessionUid);
        },
        cancellation);

    public ValueTask<IReadOnlyList<OpenSessionRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        table.RunAsync<IReadOnlyList<OpenSessionRow>>(
        () => [.. table.Valid(now).OrderBy(static row => row.Until).ThenBy(static row => row.SessionUid, StringComparer.Ordinal)], cancellation);

    public int CleanUp() => table.CleanUp();
}
