using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>Grants and credentials in the store. Every write locks all three rooms, so that spending and ending run one after the other.</summary>
internal sealed class GrantStore(Database database, int rowLimit, int credentialRowLimit, TimeProvider time) : IGrantStore
{
    // A tenth of the credentials without a grant is kept for people who have signed in.
    private const int KeptPart = 10;

    // A party may have a twentieth of the credentials of grants once half of their room is used.
    private const int PartOfParty = 20;

    private readonly StoreTable grants = database.Table(GrantTables.GrantTable.Name, rowLimit, time, rooms: GrantTables.Rooms);
    private readonly StoreTable credentials = database.Table(GrantTables.CredentialTable.Name, credentialRowLimit, time, rooms: GrantTables.Rooms);

    /// <inheritdoc />
    public async ValueTask<bool> AddCredentialAsync(CredentialRow row, int mostOfParty, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(mostOfParty, 1);
        return await WriteAsync(work => AddAsync(work, row, mostOfParty), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<(CredentialRow Credential, GrantRow? Grant)?> FindCredentialAsync(
        CredentialKind kind, ReadOnlyMemory<byte> digest, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.CheckDigest(digest, nameof(digest));
        var found = await database.ReadAsync(work => GrantTables.FindAsync(work, kind, digest, now), cancellation).ConfigureAwait(false);
        return found is { IsUsable: true } ? (found.Row, found.Grant) : null;
    }

    /// <inheritdoc />
    public async ValueTask<SpendResult> SpendAsync(
        CredentialKind kind, ReadOnlyMemory<byte> digest, ReadOnlyMemory<byte> successor, IReadOnlyList<CredentialRow> added, GrantRow? grant,
        int mostOfSubject, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var spending = new Spending(kind, digest, successor, added, grant, mostOfSubject, now);
        spending.Validate();

        // Threat: strangers present invented tokens, and each takes the lock for which all sign-ins wait (CWE-770). A spent credential stays spent,
        // and an absent one cannot be spent, so that a read without the lock is enough for both.
        if (added.Count == 0 && grant is null)
        {
            var seen = await database.ReadAsync(work => FindAsync(work, spending), cancellation).ConfigureAwait(false);
            if (Refusal(seen) is { } refused) return refused;
        }

        return await WriteAsync(work => SpendAsync(work, spending), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<GrantRow?> EndGrantAsync(string id, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        return await WriteAsync(
            async work =>
            {
                var grant = await GrantTables.FindGrantAsync(work, id, now).ConfigureAwait(false);
                if (grant is not null) await GrantTables.EndAsync(work, id).ConfigureAwait(false);
                return grant;
            },
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<bool> RemoveCredentialAsync(
        CredentialKind kind, ReadOnlyMemory<byte> digest, CancellationToken cancellation = default)
    {
        StoredText.CheckDigest(digest, nameof(digest));
        return await WriteAsync(work => GrantTables.RemoveAsync(work, kind, digest, time.GetUtcNow()), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<bool> ReplaceFactsAsync(
        GrantRow row, ReadOnlyMemory<byte> facts, DateTimeOffset now, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        (row with { Sealed = facts }).Validate();
        return await WriteAsync(work => GrantTables.ReplaceAsync(work, row, facts, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<GrantRow?> FindGrantAsync(string id, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        return await database.ReadAsync(work => GrantTables.FindGrantAsync(work, id, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<GrantRow>> ListGrantsAsync(
        string? subject, int most, DateTimeOffset now, CancellationToken cancellation = default)
    {
        if (subject is not null) StoredText.Check(subject, nameof(subject));
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        return await database.ReadAsync(work => GrantTables.ListAsync(work, subject, most, now), cancellation).ConfigureAwait(false);
    }

    private ValueTask<T> WriteAsync<T>(Func<Work, ValueTask<T>> act, CancellationToken cancellation) =>
        database.WriteAsync(GrantTables.Rooms, act, cancellation);

    private async ValueTask<bool> AddAsync(Work work, CredentialRow row, int mostOfParty)
    {
        var now = time.GetUtcNow();
        if (await GrantTables.HasCredentialAsync(work, row, now).ConfigureAwait(false)) return false;
        if (row.GrantId.Length > 0 && !await GrantTables.HasGrantAsync(work, row.GrantId, now).ConfigureAwait(false)) return false;
        if (await GrantTables.PartyHasAsync(work, row, mostOfParty, now).ConfigureAwait(false))
            await GrantTables.DeleteOldestOfPartyAsync(work, row, mostOfParty - 1, now).ConfigureAwait(false);
        else
            await RequireRoomAsync(work, [row], rowLimit / KeptPart).ConfigureAwait(false);
        await InsertAsync(work, row, now).ConfigureAwait(false);
        return true;
    }

    private async ValueTask<SpendResult> SpendAsync(Work work, Spending spending)
    {
        var found = await FindAsync(work, spending).ConfigureAwait(false);
        if (Refusal(found) is { } refused) return refused;
        spending.CheckGrants(found!.Row.GrantId);
        var surplus = await SurplusAsync(work, spending).ConfigureAwait(false);
        if (spending.Grant is not null && surplus.Count == 0)
            await RequireRoomAsync(work, grants, "grants", rowLimit, 1, "grants").ConfigureAwait(false);
        await RequireRoomAsync(work, spending.Added).ConfigureAwait(false);
        await ExchangeAsync(work, spending, found.Row.GrantId, surplus).ConfigureAwait(false);
        return new(SpendOutcome.Spent, found.Row, found.Grant, null, default) { Ended = surplus };
    }

    private static ValueTask<StoredCredential?> FindAsync(Work work, Spending spending) =>
        GrantTables.FindAsync(work, spending.Kind, spending.Digest, spending.Now);

    // The result for a credential that cannot be spent; null for one that can.
    private static SpendResult? Refusal(StoredCredential? found)
    {
        if (found?.SpentAt is not null) return new(SpendOutcome.AlreadySpent, found.Row, found.Grant, found.SpentAt, found.Successor);
        return found is { IsUsable: true } ? null : new(SpendOutcome.Unknown, null, null, null, default);
    }

    private static async ValueTask ExchangeAsync(Work work, Spending spending, string own, IReadOnlyList<GrantRow> surplus)
    {
        foreach (var grant in surplus) await GrantTables.EndAsync(work, grant.Id).ConfigureAwait(false);
        // A credential of a grant that just ended is gone, which leaves nothing to mark.
        if (!await GrantTables.MarkSpentAsync(work, spending.Kind, spending.Digest, spending.Successor, spending.Now).ConfigureAwait(false)
            && surplus.All(grant => grant.Id != own))
        {
            throw new StoreException("A credential was spent by a program that does not take the locks of the store. Nothing was changed. End it.");
        }

        if (spending.Grant is { } begun && !await GrantTables.AddAsync(work, begun, spending.Now).ConfigureAwait(false))
            throw new StoreException("The identifier of a grant is in the store already. Nothing was changed. Make each of 128 random bits.");
        foreach (var row in spending.Added) await InsertAsync(work, row, spending.Now).ConfigureAwait(false);
    }

    private static async ValueTask<IReadOnlyList<GrantRow>> SurplusAsync(Work work, Spending spending) => spending.Grant is { } grant
        ? await GrantTables.OldestOfSubjectAsync(work, grant.Subject, spending.MostOfSubject - 1, spending.Now).ConfigureAwait(false)
        : [];

    private static async ValueTask InsertAsync(Work work, CredentialRow row, DateTimeOffset now)
    {
        if (!await GrantTables.AddAsync(work, row, now).ConfigureAwait(false))
            throw new StoreException("The digest of a credential is in the store already. Nothing was changed. Make each value of 128 random bits.");
    }

    /// <summary>Refuses credentials for which there is no room.</summary>
    private async ValueTask RequireRoomAsync(Work work, IReadOnlyList<CredentialRow> added, int kept = 0)
    {
        var ofGrants = added.Count(static row => row.GrantId.Length > 0);
        await RequireRoomAsync(
            work, credentials, GrantTables.WithoutGrant, rowLimit, added.Count - ofGrants, "credentials without a grant", kept).ConfigureAwait(false);
        await RequireRoomAsync(work, credentials, "credentials", credentialRowLimit, ofGrants, "credentials of grants").ConfigureAwait(false);
        if (ofGrants == 0 || work.Used("credentials") * 2 < credentialRowLimit) return;
        foreach (var row in added)
        {
            if (await HasItsPartAsync(work, row).ConfigureAwait(false))
                throw new StoreException("The store has so many credentials of one party that no further one of it was added. Its oldest expire.");
        }
    }

    private static async ValueTask RequireRoomAsync(
        Work work, StoreTable table, string room, int limit, int wanted, string rows, int kept = 0)
    {
        for (var isMore = wanted > 0; isMore && !HasRoom();)
        {
            isMore = await table.DeleteOverAsync(work, table.Now).ConfigureAwait(false) == StoreTable.MostInOneStatement;
            await work.CountAgainAsync().ConfigureAwait(false);
        }

        if (wanted > 0 && !HasRoom()) throw new StoreException($"The store is full of {rows} ({limit}). Nothing was added. Raise its limit.");

        bool HasRoom() => work.Used(room) + wanted <= limit - kept;
    }

    private async ValueTask<bool> HasItsPartAsync(Work work, CredentialRow row) => row.GrantId.Length > 0
        && await GrantTables.PartyHasAsync(work, row.Party, Math.Max(1, credentialRowLimit / PartOfParty), time.GetUtcNow()).ConfigureAwait(false);
}
