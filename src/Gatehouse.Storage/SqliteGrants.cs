using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>Grants and credentials in the file.</summary>
/// <remarks>
/// A refusal is a result of the write and no exception within it: an exception has the tables counted again, and strangers can cause refusals without
/// end.
/// </remarks>
internal sealed class SqliteGrants(WriteQueue writes, ReadQueue reads, int rowLimit, int credentialRowLimit, TimeProvider time) : IGrantStore
{
    // A tenth of the credentials without a grant is kept for people who have signed in.
    private const int KeptPart = 10;

    // A party may have a twentieth of the credentials of grants once half of their room is used.
    private const int PartOfParty = 20;

    private readonly RowRoom grants = new("grants", rowLimit, writes, time);
    private readonly RowRoom withoutGrant = new("credentials WHERE grant_id = ''", rowLimit, writes, time);
    private readonly RowRoom withGrant = new("credentials WHERE grant_id > ''", credentialRowLimit, writes, time);

    /// <inheritdoc />
    public async ValueTask<bool> AddCredentialAsync(CredentialRow row, int mostOfParty, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(mostOfParty, 1);
        return await WriteAsync(connection => Add(connection, row, mostOfParty), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<(CredentialRow Credential, GrantRow? Grant)?> FindCredentialAsync(
        CredentialKind kind, ReadOnlyMemory<byte> digest, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.CheckDigest(digest, nameof(digest));
        var found = await reads.ReadAsync(connection => GrantTables.Find(connection, kind, digest, now), cancellation).ConfigureAwait(false);
        return found is { IsUsable: true } ? (found.Row, found.Grant) : null;
    }

    /// <inheritdoc />
    public async ValueTask<SpendResult> SpendAsync(
        CredentialKind kind, ReadOnlyMemory<byte> digest, ReadOnlyMemory<byte> successor, IReadOnlyList<CredentialRow> added, GrantRow? grant,
        int mostOfSubject, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var spending = new Spending(kind, digest, successor, added, grant, mostOfSubject, now);
        spending.Validate();
        return await WriteAsync(connection => Spend(connection, spending), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<GrantRow?> EndGrantAsync(string id, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        return await WriteAsync(connection => new Act<GrantRow?>(End(connection, GrantTables.FindGrant(connection, id, now))), cancellation)
            .ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<bool> RemoveCredentialAsync(
        CredentialKind kind, ReadOnlyMemory<byte> digest, CancellationToken cancellation = default)
    {
        StoredText.CheckDigest(digest, nameof(digest));
        return await WriteAsync(connection => new Act<bool>(Remove(connection, kind, digest)), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<GrantRow?> FindGrantAsync(string id, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        return await reads.ReadAsync(connection => GrantTables.FindGrant(connection, id, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<GrantRow>> ListGrantsAsync(
        string? subject, int most, DateTimeOffset now, CancellationToken cancellation = default)
    {
        if (subject is not null) StoredText.Check(subject, nameof(subject));
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        return await reads.ReadAsync(connection => GrantTables.List(connection, subject, most, now), cancellation).ConfigureAwait(false);
    }

    /// <summary>Removes expired rows, as a part of a write.</summary>
    public int CleanUp(SqliteConnection connection, DateTimeOffset now)
    {
        var deleted = DeleteOver(connection, now);
        Forget(); // the whole write may still be undone
        return deleted;
    }

    private async ValueTask<T> WriteAsync<T>(Func<SqliteConnection, Act<T>> act, CancellationToken cancellation)
    {
        var done = await writes.AddAsync(Run, cancellation).ConfigureAwait(false);
        return done.Refusal is null ? done.Result : throw new StoreException(done.Refusal);

        Act<T> Run(SqliteConnection connection)
        {
            try
            {
                return act(connection);
            }
            catch
            {
                Forget(); // what was noted is undone
                throw;
            }
        }
    }

    private Act<bool> Add(SqliteConnection connection, CredentialRow row, int mostOfParty)
    {
        var now = time.GetUtcNow();
        if (GrantTables.HasCredential(connection, row, now)) return new(false);
        if (row.GrantId.Length > 0 && !GrantTables.HasGrant(connection, row.GrantId, now)) return new(false);
        if (GrantTables.PartyHas(connection, row, mostOfParty, now))
        {
            foreach (var hadGrant in GrantTables.DeleteOldestOfParty(connection, row, mostOfParty - 1, now)) Room(hadGrant).Note(-1);
        }
        else if (Refusal(connection, [row], withoutGrant.Limit / KeptPart) is { } refusal)
        {
            return new(false, refusal);
        }

        Insert(connection, row, now);
        return new(true);
    }

    private Act<SpendResult> Spend(SqliteConnection connection, Spending spending)
    {
        var found = GrantTables.Find(connection, spending.Kind, spending.Digest, spending.Now);
        if (found?.SpentAt is not null)
            return new(new SpendResult(SpendOutcome.AlreadySpent, found.Row, found.Grant, found.SpentAt, found.Successor));
        if (found is not { IsUsable: true }) return new(new SpendResult(SpendOutcome.Unknown, null, null, null, default));
        spending.CheckGrants(found.Row.GrantId);
        var surplus = Surplus(connection, spending);
        if ((spending.Grant is null || surplus.Count > 0 ? null : Refusal(connection)) is { } full) return new(default, full);
        if (Refusal(connection, spending.Added) is { } refusal) return new(default, refusal);

        foreach (var grant in surplus) End(connection, grant);
        GrantTables.MarkSpent(connection, spending.Kind, spending.Digest, spending.Successor, spending.Now);
        if (spending.Grant is { } begun) Insert(connection, begun, spending.Now);
        foreach (var row in spending.Added) Insert(connection, row, spending.Now);
        return new(new SpendResult(SpendOutcome.Spent, found.Row, found.Grant, null, default) { Ended = surplus });
    }

    private static IReadOnlyList<GrantRow> Surplus(SqliteConnection connection, Spending spending) => spending.Grant is { } grant
        ? GrantTables.OldestOfSubject(connection, grant.Subject, spending.MostOfSubject - 1, spending.Now)
        : [];

    private GrantRow? End(SqliteConnection connection, GrantRow? grant)
    {
        if (grant is null) return null;
        withGrant.Note(-GrantTables.End(connection, grant.Id));
        grants.Note(-1);
        return grant;
    }

    private bool Remove(SqliteConnection connection, CredentialKind kind, ReadOnlyMemory<byte> digest)
    {
        if (GrantTables.Remove(connection, kind, digest, time.GetUtcNow()) is not { } hadGrant) return false;
        Room(hadGrant).Note(-1);
        return true;
    }

    private void Insert(SqliteConnection connection, CredentialRow row, DateTimeOffset now)
    {
        if (!GrantTables.Add(connection, row, now))
            throw new StoreException("The digest of a credential is in the store already. Nothing was changed. Make each value of 128 random bits.");
        Room(row.GrantId.Length > 0).Note(1);
    }

    private void Insert(SqliteConnection connection, GrantRow row, DateTimeOffset now)
    {
        if (!GrantTables.Add(connection, row, now))
            throw new StoreException("The identifier of a grant is in the store already. Nothing was changed. Make each of 128 random bits.");
        grants.Note(1);
    }

    private RowRoom Room(bool hasGrant) => hasGrant ? withGrant : withoutGrant;

    /// <summary>Returns why there is no room for a further grant; null when there is.</summary>
    private string? Refusal(SqliteConnection connection) => HasRoom(connection, grants, 1, 0) ? null : Full("grants", grants);

    /// <summary>Returns why there is no room for the credentials; null when there is.</summary>
    private string? Refusal(SqliteConnection connection, IReadOnlyList<CredentialRow> added, int kept = 0)
    {
        var ofGrants = added.Count(static row => row.GrantId.Length > 0);
        if (!HasRoom(connection, withoutGrant, added.Count - ofGrants, kept)) return Full("credentials without a grant", withoutGrant);
        if (!HasRoom(connection, withGrant, ofGrants, 0)) return Full("credentials of grants", withGrant);
        return ofGrants > 0 && withGrant.IsHalfUsed(connection) && added.Any(row => HasItsPart(connection, row))
            ? "The store has so many credentials of one party that no further one of it was added. Its oldest expire."
            : null;
    }

    private bool HasRoom(SqliteConnection connection, RowRoom room, int wanted, int kept)
    {
        if (wanted == 0 || room.Has(connection, wanted, kept)) return true;
        DeleteOver(connection, time.GetUtcNow());
        if (room.Has(connection, wanted, kept)) return true;
        room.ForgetOld();
        return room.Has(connection, wanted, kept);
    }

    private bool HasItsPart(SqliteConnection connection, CredentialRow row) => row.GrantId.Length > 0
        && GrantTables.PartyHas(connection, row.Party, Math.Max(1, withGrant.Limit / PartOfParty), time.GetUtcNow());

    private int DeleteOver(SqliteConnection connection, DateTimeOffset now)
    {
        var (deletedGrants, deletedWithout, deletedWith) = GrantTables.DeleteOver(connection, now);
        grants.Note(-deletedGrants);
        withoutGrant.Note(-deletedWithout);
        withGrant.Note(-deletedWith);
        return deletedGrants + deletedWithout + deletedWith;
    }

    private void Forget()
    {
        grants.Forget();
        withoutGrant.Forget();
        withGrant.Forget();
    }

    private static string Full(string rows, RowRoom room) =>
        $"The store is full of {rows} ({room.Limit}). Nothing was added. Raise its limit.";

    /// <summary>The result of a write, or why it was refused before it changed anything.</summary>
    private readonly record struct Act<T>(T Result, string? Refusal = null);
}
