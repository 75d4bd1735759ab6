using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tests.Tokens;

/// <summary>Grants of a store that can be made to fail, and that counts what it is asked.</summary>
internal sealed class SwitchedGrants(IGrantStore grants) : IGrantStore
{
    private int finds;

    public bool IsBroken { get; set; }

    /// <summary>Breaks only the acts that spend a credential of the kind.</summary>
    public CredentialKind? BrokenKind { get; set; }

    /// <summary>Breaks only the acts that end a grant.</summary>
    public bool IsEndBroken { get; set; }

    /// <summary>Runs before an act that spends a credential.</summary>
    public Action? BeforeSpend { get; set; }

    public int Finds => finds;

    public ValueTask<bool> AddCredentialAsync(CredentialRow row, int mostOfParty, CancellationToken cancellation = default) =>
        Working.AddCredentialAsync(row, mostOfParty, cancellation);

    public async ValueTask<(CredentialRow Credential, GrantRow? Grant)?> FindCredentialAsync(
        CredentialKind kind, ReadOnlyMemory<byte> digest, DateTimeOffset now, CancellationToken cancellation = default)
    {
        Interlocked.Increment(ref finds);
        await Task.Yield(); // as a store on a disk: the requests of a test meet each other
        return await Working.FindCredentialAsync(kind, digest, now, cancellation);
    }

    public ValueTask<SpendResult> SpendAsync(
        CredentialKind kind, ReadOnlyMemory<byte> digest, ReadOnlyMemory<byte> successor, IReadOnlyList<CredentialRow> added, GrantRow? grant,
        int mostOfSubject, DateTimeOffset now, CancellationToken cancellation = default)
    {
        BeforeSpend?.Invoke();
        return (kind == BrokenKind ? throw new StoreException("The disk refused.") : Working)
            .SpendAsync(kind, digest, successor, added, grant, mostOfSubject, now, cancellation);
    }

    public ValueTask<GrantRow?> EndGrantAsync(string id, DateTimeOffset now, CancellationToken cancellation = default) =>
        (IsEndBroken ? throw new StoreException("The disk refused.") : Working).EndGrantAsync(id, now, cancellation);

    public ValueTask<bool> RemoveCredentialAsync(CredentialKind kind, ReadOnlyMemory<byte> digest, CancellationToken cancellation = default) =>
        Working.RemoveCredentialAsync(kind, digest, cancellation);

    public ValueTask<bool> ReplaceFactsAsync(
        GrantRow row, ReadOnlyMemory<byte> facts, DateTimeOffset now, CancellationToken cancellation = default) =>
        Working.ReplaceFactsAsync(row, facts, now, cancellation);

    public ValueTask<GrantRow?> FindGrantAsync(string id, DateTimeOffset now, CancellationToken cancellation = default) =>
        Working.FindGrantAsync(id, now, cancellation);

    public ValueTask<IReadOnlyList<GrantRow>> ListGrantsAsync(
        string? subject, int most, DateTimeOffset now, CancellationToken cancellation = default) =>
        Working.ListGrantsAsync(subject, most, now, cancellation);

    private IGrantStore Working => IsBroken ? throw new StoreException("The disk refused.") : grants;
}
