using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>Grants and credentials with faults that are chosen one by one.</summary>
internal sealed class FaultyGrants(IGrantStore inner) : IGrantStore
{
    private readonly HashSet<string> endedInName = [];
    private readonly Dictionary<string, GrantRow> ended = [];
    private readonly Lock gate = new();
    private bool isFull;

    public bool SpendsTwice { get; init; }

    public bool AddsAnyway { get; init; }

    public bool AddsInParts { get; init; }

    public bool ForgetsSpent { get; init; }

    public bool EndsTwice { get; init; }

    public bool EndsInNameOnly { get; init; }

    public bool HasNoPartyBound { get; init; }

    public bool HasOneParty { get; init; }

    public bool HasNoSubjectBound { get; init; }

    public bool HasOneRoom { get; init; }

    public bool IsRestless { get; init; }

    public bool TakesAnyGrant { get; init; }

    public bool SaysAdded { get; init; }

    public bool IsUnordered { get; init; }

    public bool NeverOver { get; init; }

    public bool ChangesFacts { get; init; }

    public bool ReplacesBlindly { get; init; }

    public async ValueTask<bool> AddCredentialAsync(CredentialRow row, int mostOfParty, CancellationToken cancellation)
    {
        try
        {
            if (isFull) throw new StoreException("full");
            return await inner.AddCredentialAsync(Changed(row), HasNoPartyBound ? int.MaxValue : mostOfParty, cancellation) || SaysAdded;
        }
        catch (StoreException)
        {
            isFull = HasOneRoom;
            throw;
        }
    }

    public ValueTask<(CredentialRow Credential, GrantRow? Grant)?> FindCredentialAsync(
        CredentialKind kind, ReadOnlyMemory<byte> digest, DateTimeOffset now, CancellationToken cancellation) =>
        inner.FindCredentialAsync(kind, digest, NeverOver ? DateTimeOffset.MinValue : now, cancellation);

    public async ValueTask<SpendResult> SpendAsync(
        CredentialKind kind, ReadOnlyMemory<byte> digest, ReadOnlyMemory<byte> successor, IReadOnlyList<CredentialRow> added, GrantRow? grant,
        int mostOfSubject, DateTimeOffset now, CancellationToken cancellation)
    {
        if (isFull && added.Count > 0) throw new StoreException("full");
        var first = AddsInParts ? added.Take(1) : added;
        var result = await SpendInnerAsync(
            kind, digest, successor, [.. first.Select(Changed)], grant, HasNoSubjectBound ? int.MaxValue : mostOfSubject, now,
            IsRestless ? CancellationToken.None : cancellation);
        var late = AddsInParts ? added.Skip(1) : [];
        if (AddsAnyway && result.Outcome != SpendOutcome.Spent) late = added.Select(static row => row with { GrantId = "" });
        foreach (var row in late) await inner.AddCredentialAsync(row, int.MaxValue, cancellation);
        if (result.Outcome != SpendOutcome.AlreadySpent) return result;
        return SpendsTwice ? result with { Outcome = SpendOutcome.Spent } : ForgetsSpent ? default : result;
    }

    public async ValueTask<GrantRow?> EndGrantAsync(string id, DateTimeOffset now, CancellationToken cancellation)
    {
        if (EndsInNameOnly)
        {
            lock (gate)
            {
                if (!endedInName.Add(id)) return null;
            }

            return await inner.FindGrantAsync(id, now, cancellation);
        }

        var row = await inner.EndGrantAsync(id, now, cancellation);
        lock (gate)
        {
            if (row is not null) ended[id] = row;
            return row ?? (EndsTwice ? ended.GetValueOrDefault(id) : null);
        }
    }

    public ValueTask<bool> RemoveCredentialAsync(CredentialKind kind, ReadOnlyMemory<byte> digest, CancellationToken cancellation) =>
        inner.RemoveCredentialAsync(kind, digest, cancellation);

    public async ValueTask<bool> ReplaceFactsAsync(
        GrantRow row, ReadOnlyMemory<byte> facts, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!ReplacesBlindly) return await inner.ReplaceFactsAsync(row, facts, now, cancellation);
        return await inner.FindGrantAsync(row.Id, now, cancellation) is { } read && await inner.ReplaceFactsAsync(read, facts, now, cancellation);
    }

    public ValueTask<GrantRow?> FindGrantAsync(string id, DateTimeOffset now, CancellationToken cancellation) =>
        endedInName.Contains(id) ? ValueTask.FromResult<GrantRow?>(null) : inner.FindGrantAsync(id, now, cancellation);

    public async ValueTask<IReadOnlyList<GrantRow>> ListGrantsAsync(
        string? subject, int most, DateTimeOffset now, CancellationToken cancellation)
    {
        var rows = await inner.ListGrantsAsync(subject, most, now, cancellation);
        return IsUnordered ? [.. rows.Reverse()] : rows;
    }

    private async ValueTask<SpendResult> SpendInnerAsync(
        CredentialKind kind, ReadOnlyMemory<byte> digest, ReadOnlyMemory<byte> successor, IReadOnlyList<CredentialRow> added, GrantRow? grant,
        int mostOfSubject, DateTimeOffset now, CancellationToken cancellation)
    {
        try
        {
            return await inner.SpendAsync(kind, digest, successor, added, grant, mostOfSubject, now, cancellation);
        }
        catch (ArgumentException) when (TakesAnyGrant)
        {
            return await inner.SpendAsync(kind, digest, successor, [], grant, mostOfSubject, now, cancellation);
        }
    }

    private CredentialRow Changed(CredentialRow row)
    {
        if (HasOneParty) row = row with { Party = new byte[32] };
        return ChangesFacts ? row with { Sealed = row.Sealed.ToArray().Reverse().ToArray() } : row;
    }
}
