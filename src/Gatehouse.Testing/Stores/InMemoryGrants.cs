using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Testing.Stores;

/// <summary>Grants and credentials in memory.</summary>
internal sealed class InMemoryGrants(
    InMemoryTable<string, GrantRow> grants, InMemoryTable<(CredentialKind Kind, string Digest), InMemoryCredential> credentials,
    int credentialRowLimit) : IGrantStore
{
    public ValueTask<bool> AddCredentialAsync(CredentialRow row, int mostOfParty, CancellationToken cancellation = default) => grants.RunAsync(
        () =>
        {
            ArgumentNullException.ThrowIfNull(row);
            row.Validate();
            ArgumentOutOfRangeException.ThrowIfLessThan(mostOfParty, 1);
            if (Find(row.Kind, row.Digest, grants.Now) is not null) return false;
            if (row.GrantId.Length > 0 && Grant(row.GrantId, grants.Now) is null) return false;
            var surplus = OfParty(row.Party).Where(one => one.Row.Kind == row.Kind)
                .OrderByDescending(static one => one.Row.At).ThenByDescending(static one => one.Row.Until).Skip(mostOfParty - 1).ToList();
            if (surplus.Count == 0) RequireRoom([row], credentials.RowLimit / 10);
            surplus.ForEach(one => credentials.Remove(Key(one.Row.Kind, one.Row.Digest)));
            Put(row);
            return true;
        },
        cancellation);

    public ValueTask<(CredentialRow Credential, GrantRow? Grant)?> FindCredentialAsync(
        CredentialKind kind, ReadOnlyMemory<byte> digest, DateTimeOffset now, CancellationToken cancellation = default) =>
        grants.RunAsync<(CredentialRow Credential, GrantRow? Grant)?>(
            () =>
            {
                StoredText.CheckDigest(digest, nameof(digest));
                return Find(kind, digest, now) is { } found && IsUsable(found, now) ? (found.Row, Grant(found.Row.GrantId, now)) : null;
            },
            cancellation);

    public ValueTask<SpendResult> SpendAsync(
        CredentialKind kind, ReadOnlyMemory<byte> digest, ReadOnlyMemory<byte> successor, IReadOnlyList<CredentialRow> added, GrantRow? grant,
        int mostOfSubject, DateTimeOffset now, CancellationToken cancellation = default) => grants.RunAsync(
            () =>
            {
                Validate(digest, successor, added, grant, mostOfSubject);
                if (Find(kind, digest, now) is not { } found) return default;
                var own = Grant(found.Row.GrantId, now);
                if (found.SpentAt is { } at) return new(SpendOutcome.AlreadySpent, found.Row, own, at, found.Successor);
                if (!IsUsable(found, now)) return default;
                if (added.Any(row => row.GrantId != found.Row.GrantId && row.GrantId != grant?.Id))
                    throw new ArgumentException("A credential that is added belongs to another grant.");
                var surplus = grant is null ? [] : Surplus(grant.Subject, mostOfSubject, now);
                RequireRoom(added, 0);
                RequireNew(added, grant, surplus.Count > 0, now);
                surplus.ForEach(row => End(row.Id));
                credentials.Set(Key(kind, digest), found with { SpentAt = now, Successor = successor.ToArray() });
                if (grant is not null) grants.Set(grant.Id, grant with { Sealed = grant.Sealed.ToArray() });
                foreach (var row in added) Put(row);
                return new SpendResult(SpendOutcome.Spent, found.Row, own, null, default) { Ended = surplus };
            },
            cancellation);

    public ValueTask<GrantRow?> EndGrantAsync(string id, DateTimeOffset now, CancellationToken cancellation = default) => grants.RunAsync(
        () =>
        {
            StoredText.Check(id, nameof(id));
            var grant = Grant(id, now);
            if (grant is not null) End(id);
            return grant;
        },
        cancellation);

    public ValueTask<bool> RemoveCredentialAsync(CredentialKind kind, ReadOnlyMemory<byte> digest, CancellationToken cancellation = default) =>
        grants.RunAsync(
            () =>
            {
                StoredText.CheckDigest(digest, nameof(digest));
                return Find(kind, digest, grants.Now) is { SpentAt: null } && credentials.Remove(Key(kind, digest));
            },
            cancellation);

    public ValueTask<GrantRow?> FindGrantAsync(string id, DateTimeOffset now, CancellationToken cancellation = default) => grants.RunAsync(
        () =>
        {
            StoredText.Check(id, nameof(id));
            return Grant(id, now);
        },
        cancellation);

    public ValueTask<IReadOnlyList<GrantRow>> ListGrantsAsync(
        string? subject, int most, DateTimeOffset now, CancellationToken cancellation = default) => grants.RunAsync<IReadOnlyList<GrantRow>>(
            () =>
            {
                if (subject is not null) StoredText.Check(subject, nameof(subject));
                ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
                return
                [
                    .. grants.Valid(now).Where(row => subject is null || row.Subject == subject)
                        .OrderBy(static row => row.At).ThenBy(static row => row.Id, StringComparer.Ordinal).Take(most),
                ];
            },
            cancellation);

    public int CleanUp() => grants.CleanUp() + credentials.CleanUp();

    private static void Validate(
        ReadOnlyMemory<byte> digest, ReadOnlyMemory<byte> successor, IReadOnlyList<CredentialRow> added, GrantRow? grant, int mostOfSubject)
    {
        StoredText.CheckDigest(digest, nameof(digest));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successor.Length, CredentialRow.MostSealedBytes);
        ArgumentNullException.ThrowIfNull(added);
        foreach (var row in added) row.Validate();
        if (grant is null) return;
        grant.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(mostOfSubject, 1);
    }

    private List<GrantRow> Surplus(string subject, int most, DateTimeOffset now) =>
    [
        .. grants.Valid(now).Where(row => row.Subject == subject)
            .OrderByDescending(static row => row.At).ThenByDescending(static row => row.Id, StringComparer.Ordinal).Skip(most - 1),
    ];

    private void End(string id)
    {
        grants.Remove(id);
        foreach (var (key, one) in credentials.Rows().ToList())
        {
            if (one.Row.GrantId == id && one.SpentAt is null) credentials.Remove(key);
        }
    }

    // What is added is there as a whole, or not at all: a refusal comes before the first change.
    private void RequireNew(IReadOnlyList<CredentialRow> added, GrantRow? grant, bool hasPlace, DateTimeOffset now)
    {
        var isThere = added.Any(row => Find(row.Kind, row.Digest, now) is not null)
            || added.DistinctBy(row => Key(row.Kind, row.Digest)).Count() < added.Count
            || (grant is not null && Grant(grant.Id, now) is not null);
        if (isThere) throw new StoreException("A row is in the store already. Nothing was changed.");
        if (grant is null || hasPlace) return;
        if (grants.Count >= grants.RowLimit) CleanUp();
        if (grants.Count >= grants.RowLimit) throw new StoreException("The store is full of grants. Nothing was added.");
    }

    private void RequireRoom(IReadOnlyList<CredentialRow> added, int kept)
    {
        var ofGrants = added.Count(static row => row.GrantId.Length > 0);
        var (without, with) = (credentials.RowLimit - kept - added.Count + ofGrants, credentialRowLimit - ofGrants);
        if (Count(false) > without || Count(true) > with) CleanUp();
        if (ofGrants < added.Count && Count(false) > without) throw new StoreException("The store is full of credentials without a grant.");
        if (ofGrants == 0) return;
        if (Count(true) > with) throw new StoreException("The store is full of credentials of grants.");
        var part = Math.Max(1, credentialRowLimit / 20);
        if (Count(true) * 2L >= credentialRowLimit && added.Any(row => row.GrantId.Length > 0 && OfParty(row.Party).Count() >= part))
            throw new StoreException("The store has so many credentials of one party that no further one of it was added.");
    }

    private void Put(CredentialRow row)
    {
        var kept = row with { Digest = row.Digest.ToArray(), Party = row.Party.ToArray(), Sealed = row.Sealed.ToArray() };
        credentials.Set(Key(row.Kind, row.Digest), new(kept, null, default));
    }

    private int Count(bool ofGrants) => credentials.Rows().Count(one => one.Value.Row.GrantId.Length > 0 == ofGrants);

    private IEnumerable<InMemoryCredential> OfParty(ReadOnlyMemory<byte> party) =>
        credentials.Valid(grants.Now).Where(one => one.Row.Party.Span.SequenceEqual(party.Span));

    private InMemoryCredential? Find(CredentialKind kind, ReadOnlyMemory<byte> digest, DateTimeOffset now) =>
        credentials.Find(Key(kind, digest)) is { } found && found.Row.Until > now ? found : null;

    private GrantRow? Grant(string id, DateTimeOffset now) => grants.Find(id) is { } row && row.Until > now ? row : null;

    private bool IsUsable(InMemoryCredential one, DateTimeOffset now) =>
        one.SpentAt is null && (one.Row.GrantId.Length == 0 || Grant(one.Row.GrantId, now) is not null);

    private static (CredentialKind Kind, string Digest) Key(CredentialKind kind, ReadOnlyMemory<byte> digest) =>
        (kind, Convert.ToHexStringLower(digest.Span));
}
