using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Testing.Stores;

/// <summary>Use of quotas in memory.</summary>
internal sealed class InMemoryQuotas(InMemoryTable<string, QuotaDayRow> table) : IQuotaStore
{
    public async ValueTask SaveAsync(QuotaDayRow row, CancellationToken cancellation = default) => await table.RunAsync(
        () =>
        {
            row.Validate();
            table.Put(row.Digest, before => before is null || before.Day < row.Day ? row : Larger(before, row));
            return true;
        },
        cancellation).ConfigureAwait(false);

    public ValueTask<IReadOnlyList<QuotaDayRow>> ListAsync(int day, CancellationToken cancellation = default) =>
        table.RunAsync<IReadOnlyList<QuotaDayRow>>(
        () => [.. table.Rows().Select(static row => row.Value).Where(row => row.Day == day)
            .OrderBy(static row => row.Digest, StringComparer.Ordinal)], cancellation);

    public int CleanUp() => table.CleanUp();

    private static QuotaDayRow Larger(QuotaDayRow before, QuotaDayRow row) => before.Day > row.Day
        ? before
        : row with { Requests = Math.Max(before.Requests, row.Requests), Bytes = Math.Max(before.Bytes, row.Bytes) };
}
