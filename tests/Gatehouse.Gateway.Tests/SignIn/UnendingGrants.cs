using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Tests.SignIn;

/// <summary>Grants of a store that ends none while it is broken.</summary>
internal sealed class UnendingGrants : IGrantStore
{
    private IGrantStore inner = null!;

    public bool IsBroken { get; set; } = true;

    public IGrantStore Around(IGrantStore grants)
    {
        inner = grants;
        return this;
    }

    public ValueTask<bool> AddCredentialAsync(CredentialRow row, int mostOfParty, CancellationToken cancellation = default) =>
        inner.AddCredentialAsync(row, mostOfParty, cancellation);

    public ValueTask<(CredentialRow Credential, GrantRow? Grant)?> FindCredentialAsync(
        CredentialKind kind, ReadOnlyMemory<byte> digest, DateTimeOffset now, CancellationToken cancellation = default) =>
        inner.FindCredentialAsync(kind, digest, now, cancellation);

    public ValueTask<SpendResult> SpendAsync(
        CredentialKind kind, ReadOnlyMemory<byte> digest, ReadOnlyMemory<byte> successor, IReadOnlyList<CredentialRow> added, GrantRow? grant,
        int mostOfSubject, DateTimeOffset now, CancellationToken cancellation = default) =>
        inner.SpendAsync(kind, digest, successor, added, grant, mostOfSubject, now, cancellation);

    public ValueTask<GrantRow?> EndGrantAsync(string id, DateTimeOffset now, CancellationToken cancellation = default) =>
        IsBroken ? throw new StoreException("The disk refused.") : inner.EndGrantAsync(id, now, cancellation);

    public ValueTask<bool> RemoveCredentialAsync(CredentialKind kind, ReadOnlyMemory<byte> digest, CancellationToken cancellation = default) =>
        inner.RemoveCredentialAsync(kind, digest, cancellation);

    public ValueTask<bool> ReplaceFactsAsync(
        GrantRow row, ReadOnlyMemory<byte> facts, DateTimeOffset now, CancellationToken cancellation = default) =>
        inner.ReplaceFactsAsync(row, facts, now, cancellation);

    public ValueTask<GrantRow?> FindGrantAsync(string id, DateTimeOffset now, CancellationToken cancellation = default) =>
        inner.FindGrantAsync(id, now, cancellation);

    public ValueTask<IReadOnlyList<GrantRow>> ListGrantsAsync(
        string? subject, int most, DateTimeOffset now, CancellationToken cancellation = default) =>
        inner.ListGrantsAsync(subject, most, now, cancellation);
}
