using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Testing.Stores;

/// <summary>Approvals of definitions in memory.</summary>
internal sealed class InMemoryDefinitionApprovals(
    InMemoryTable<(string Server, string Source, string Kind, string Name, string Digest, string By), DefinitionApprovalRow> table)
        : IDefinitionApprovalStore
{
    public ValueTask AddAsync(DefinitionApprovalRow row, CancellationToken cancellation = default) => PutAsync(row, 0, cancellation);

    public ValueTask AddSeenAsync(DefinitionApprovalRow row, CancellationToken cancellation = default) =>
        PutAsync(row, table.RowLimit / 10, cancellation);

    public async ValueTask MoveAsync(string server, string before, string now, CancellationToken cancellation = default) => await table.RunAsync(
        () =>
        {
            StoredText.Check(now, nameof(now));
            foreach (var (key, row) in table.Rows().Where(row => row.Key.Server == server && row.Key.Source == before).ToList())
            {
                if (table.Contains(key with { Source = now })) continue;
                table.Remove(key);
                table.Put(key with { Source = now }, _ => row with { Source = now });
            }

            return true;
        },
        cancellation).ConfigureAwait(false);

    public ValueTask<IReadOnlyList<DefinitionApprovalRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        table.RunAsync<IReadOnlyList<DefinitionApprovalRow>>(
            () =>
            [
                .. table.Valid(now)
                    .OrderBy(static row => row.At)
                    .ThenBy(static row => row.Server, StringComparer.Ordinal)
                    .ThenBy(static row => row.Kind, StringComparer.Ordinal)
                    .ThenBy(static row => row.Name, StringComparer.Ordinal)
                    .ThenBy(static row => row.By, StringComparer.Ordinal),
            ],
            cancellation);

    public int CleanUp() => table.CleanUp();

    private async ValueTask PutAsync(DefinitionApprovalRow row, int reserved, CancellationToken cancellation) => await table.RunAsync(
        () =>
        {
            row.Validate();
            var kept = row with { Definition = row.Definition.ToArray() };
            table.Put((row.Server, row.Source, row.Kind, row.Name, row.Digest, row.By), _ => kept, reserved);
            foreach (var (key, _) in table.Rows().Where(other => IsOpposite(other.Value, row)).ToList()) table.Remove(key);
            return true;
        },
        cancellation).ConfigureAwait(false);

    private static bool IsOpposite(DefinitionApprovalRow other, DefinitionApprovalRow row) =>
        (other.Server, other.Source, other.Kind, other.Name, other.Digest) == (row.Server, row.Source, row.Kind, row.Name, row.Digest)
        && other.IsRevocation != row.IsRevocation;
}
