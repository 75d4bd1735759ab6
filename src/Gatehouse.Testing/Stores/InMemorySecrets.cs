using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Testing.Stores;

/// <summary>Sealed secrets in memory.</summary>
internal sealed class InMemorySecrets(InMemoryTable<(string Purpose, string Owner, string Name), SecretRow> table) : ISecretStore
{
    public ValueTask<bool> PutAsync(SecretRow row, int mostOfOwner, CancellationToken cancellation = default) => table.RunAsync(
        () =>
        {
            ArgumentNullException.ThrowIfNull(row);
            row.Validate();
            var key = (row.Purpose, row.Owner, row.Name);
            var others = table.Valid(table.Now).Count(one => (one.Purpose, one.Owner) == (row.Purpose, row.Owner) && one.Name != row.Name);
            if (others >= mostOfOwner) return false;
            table.Put(key, _ => row);
            return true;
        },
        cancellation);

    public ValueTask<bool> ReplaceKeyAsync(SecretHead head, ReadOnlyMemory<byte> sealedKey, CancellationToken cancellation = default) =>
        table.RunAsync(
            () =>
            {
                ArgumentNullException.ThrowIfNull(head);
                if (Valid(head.Purpose, head.Owner, head.Name) is not { } row || !row.SealedKey.Span.SequenceEqual(head.SealedKey.Span)) return false;
                var next = row with { SealedKey = sealedKey.ToArray() };
                next.Validate();
                table.Put((head.Purpose, head.Owner, head.Name), _ => next);
                return true;
            },
            cancellation);

    public ValueTask<bool> RemoveAsync(string purpose, string owner, string name, CancellationToken cancellation = default) => table.RunAsync(
        () =>
        {
            Check(purpose, owner, name);
            return table.Remove((purpose, owner, name));
        },
        cancellation);

    public ValueTask<SecretRow?> FindAsync(string purpose, string owner, string name, CancellationToken cancellation = default) => table.RunAsync(
        () =>
        {
            Check(purpose, owner, name);
            return Valid(purpose, owner, name);
        },
        cancellation);

    public ValueTask<IReadOnlyList<SecretHead>> ListAsync(CancellationToken cancellation = default) => table.RunAsync<IReadOnlyList<SecretHead>>(
        () => [.. table.Valid(table.Now)
            .OrderBy(static row => row.Purpose, StringComparer.Ordinal).ThenBy(static row => row.Owner, StringComparer.Ordinal)
            .ThenBy(static row => row.Name, StringComparer.Ordinal)
            .Select(static row => new SecretHead(row.Purpose, row.Owner, row.Name, row.SealedKey, row.At))],
        cancellation);

    public int CleanUp() => table.CleanUp();

    private SecretRow? Valid(string purpose, string owner, string name) =>
        table.Find((purpose, owner, name)) is { } row && row.Until > table.Now ? row : null;

    private static void Check(string purpose, string owner, string name)
    {
        StoredText.Check(purpose, nameof(purpose));
        StoredText.Check(owner, nameof(owner));
        StoredText.Check(name, nameof(name));
    }
}
