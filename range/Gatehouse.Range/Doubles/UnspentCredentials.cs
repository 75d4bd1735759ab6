using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Range.Doubles;

/// <summary>Grants in which credentials of one kind are never spent: each use finds them as the first did.</summary>
internal sealed class UnspentCredentials(IGrantStore real, CredentialKind kind) : IGrantStore
{
    private const int MostOfParty = 100;

    public ValueTask<bool> AddCredentialAsync(CredentialRow row, int mostOfParty, CancellationToken cancellation = default) =>
        real.AddCredentialAsync(row, mostOfParty, cancellation);

    public ValueTask<(CredentialRow Credential, GrantRow? Grant)?> FindCredentialAsync(
        CredentialKind sought, ReadOnlyMemory<byte> digest, DateTimeOffset now, CancellationToken cancellation = default) =>
        real.FindCredentialAsync(sought, digest, now, cancellation);

    public async ValueTask<SpendResult> SpendAsync(
        CredentialKind spent, ReadOnlyMemory<byte> digest, ReadOnlyMemory<byte> successor, IReadOnlyList<CredentialRow> added, GrantRow? grant,
        int mostOfSubject, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var found = spent == kind ? await real.FindCredentialAsync(spent, digest, now, cancellation).ConfigureAwait(false) : null;
        if (found is not { } row)
            return await real.SpendAsync(spent, digest, successor, added, grant, mostOfSubject, now, cancellation).ConfigureAwait(false);
        foreach (var one in added) await real.AddCredentialAsync(one, MostOfParty, cancellation).ConfigureAwait(false);
        return new SpendResult(SpendOutcome.Spent, row.Credential, row.Grant, null, default);
    }

    public ValueTask<GrantRow?> EndGrantAsync(string id, DateTimeOffset now, CancellationToken cancellation = default) =>
        real.EndGrantAsync(id, now, cancellation);

    public ValueTask<bool> RemoveCredentialAsync(CredentialKind removed, ReadOnlyMemory<byte> digest, CancellationToken cancellation = default) =>
        real.RemoveCredentialAsync(removed, digest, cancellation);

    public ValueTask<bool> ReplaceFactsAsync(
        GrantRow row, ReadOnlyMemory<byte> facts, DateTimeOffset now, CancellationToken cancellation = default) =>
        real.ReplaceFactsAsync(row, facts, now, cancellation);

    public ValueTask<GrantRow?> FindGrantAsync(string id, DateTimeOffset now, CancellationToken cancellation = default) =>
        real.FindGrantAsync(id, now, cancellation);

    public ValueTask<IReadOnlyList<GrantRow>> ListGrantsAsync(
        string? subject, int most, DateTimeOffset now, CancellationToken cancellation = default) =>
        real.ListGrantsAsync(subject, most, now, cancellation);
}
