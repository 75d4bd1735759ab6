using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Testing.Stores;

/// <summary>Revocations in memory.</summary>
internal sealed class InMemoryRevocations(InMemoryTable<(string Kind, string Issuer, string Value), RevocationRow> table) : IRevocationStore
{
    public async ValueTask AddAsync(RevocationRow row, CancellationToken cancellation = default) => await table.RunAsync(
        () =>
        {
            row.Validate();
            table.Put((row.Kind, row.Issuer, row.Value), before => before is null ? row : Join(before, row));
            return true;
        },
        cancellation).ConfigureAwait(false);

    public ValueTask<IReadOnlyList<RevocationRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        table.RunAsync<IReadOnlyList<RevocationRow>>(
        () =>
        [
            .. table.Valid(now)
                .OrderBy(static row => row.At)
                .ThenBy(static row => row.Kind, StringComparer.Ordinal)
                .ThenBy(static row => row.Issuer, StringComparer.Ordinal)
                .ThenBy(static row => row.Value, StringComparer.Ordinal),
        ],
        cancellation);

    public int CleanUp() => table.CleanUp();

    private static RevocationRow Join(RevocationRow before, RevocationRow row) => row with
    {
        At = before.At > row.At ? before.At : row.At,
        Until = before.Until > row.Until ? before.Until : row.Until,
    };
}
