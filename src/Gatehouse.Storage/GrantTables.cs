using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>The statements on the tables of grants and credentials. Each finds its rows by an index.</summary>
internal static class GrantTables
{
    private const string CredentialWithGrant =
        """
        SELECT c.grant_id, c.party_digest, c.sealed, c.made_at, c.valid_until, c.spent_at, c.successor,
          g.id, g.subject, g.client_id, g.resource, g.scopes, g.made_at, g.valid_until, g.sealed
        FROM credentials c LEFT JOIN grants g ON g.key = c.grant_key AND g.valid_until > $2
        WHERE c.key = $1 AND c.valid_until > $2
        """;

    private const string AddCredential =
        """
        INSERT INTO credentials (key, kind, grant_id, grant_key, party_digest, made_at, valid_until, spent_at, successor, sealed)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9) ON CONFLICT (key) DO NOTHING
        """;

    private const string OnGrantOver =
        """
        ON CONFLICT (key) DO UPDATE SET
          subject = excluded.subject, client_id = excluded.client_id, resource = excluded.resource, scopes = excluded.scopes,
          made_at = excluded.made_at, valid_until = excluded.valid_until, sealed = excluded.sealed, subject_key = excluded.subject_key
        WHERE old.valid_until <= $11
        """;

    // The columns of the index, newest first: what is beyond the offset is the oldest.
    private const string OfParty =
        "FROM credentials WHERE party_digest = $1 AND kind = $2 AND valid_until > $3 ORDER BY made_at DESC, valid_until DESC";

    /// <summary>The rooms of grants and credentials, as SQL.</summary>
    public const string Rooms = "'credentials', 'credentials_without_grant', 'grants'";

    /// <summary>The room of credentials without a grant. Strangers make them.</summary>
    public const string WithoutGrant = "credentials_without_grant";

    /// <summary>The table of grants.</summary>
    public static NewTable GrantTable { get; } = new(
        "grants",
        """
        CREATE TABLE grants (
          key BLOB NOT NULL PRIMARY KEY,
          id TEXT NOT NULL,
          subject TEXT NOT NULL,
          client_id TEXT NOT NULL,
          resource TEXT NOT NULL,
          scopes TEXT NOT NULL,
          made_at INTEGER NOT NULL,
          valid_until INTEGER NOT NULL,
          sealed BLOB NOT NULL,
          subject_key BLOB NOT NULL
        );
        CREATE INDEX grants_subject ON grants (subject_key, made_at);
        CREATE INDEX grants_made ON grants (made_at);
        """);

    /// <summary>
    /// The table of credentials. One without a grant has an empty grant_id. A grant that ended has no row any more; its spent credentials still have
    /// theirs.
    /// </summary>
    public static NewTable CredentialTable { get; } = new(
        "credentials",
        """
        CREATE TABLE credentials (
          key BLOB NOT NULL PRIMARY KEY,
          kind TEXT NOT NULL,
          grant_id TEXT NOT NULL,
          grant_key BLOB NOT NULL,
          party_digest BLOB NOT NULL,
          made_at INTEGER NOT NULL,
          valid_until INTEGER NOT NULL,
          spent_at INTEGER NOT NULL,
          successor BLOB NOT NULL,
          sealed BLOB NOT NULL
        );
        CREATE INDEX credentials_grant ON credentials (grant_key);
        CREATE INDEX credentials_party ON credentials (party_digest, kind, made_at, valid_until);
        """)
    {
        Rooms = ["credentials", WithoutGrant],
        RoomOf = static row => $"CASE WHEN {row}grant_id = '' THEN '{WithoutGrant}' ELSE 'credentials' END",
    };

    private static readonly RowMap<GrantRow> Grants = new(
        "grants",
        ["id", "subject", "client_id", "resource", "scopes", "made_at", "valid_until", "sealed", "subject_key"],
        static row => Grant(row, 0),
        static row => RowKey.Of(row.Id),
        static row =>
        [
            row.Id, row.Subject, row.ClientId, row.Resource, row.Scopes, row.At.UtcTicks, row.Until.UtcTicks, row.Sealed.ToArray(),
            RowKey.Of(row.Subject),
        ]);

    public static async ValueTask<StoredCredential?> FindAsync(Work work, CredentialKind kind, ReadOnlyMemory<byte> digest, DateTimeOffset now)
    {
        var found = await work.SelectAsync(
            CredentialWithGrant, row => Stored(row, kind, digest), Key(kind, digest), now.UtcTicks).ConfigureAwait(false);
        return found.Count > 0 ? found[0] : null;
    }

    public static ValueTask<bool> HasCredentialAsync(Work work, CredentialRow row, DateTimeOffset now) => work.AnyAsync(
        "SELECT 1 FROM credentials WHERE key = $1 AND valid_until > $2", Key(row.Kind, row.Digest), now.UtcTicks);

    public static ValueTask<bool> HasGrantAsync(Work work, string id, DateTimeOffset now) =>
        work.AnyAsync("SELECT 1 FROM grants WHERE key = $1 AND valid_until > $2", RowKey.Of(id), now.UtcTicks);

    /// <summary>Returns whether a party has so many credentials of a kind, or more.</summary>
    public static ValueTask<bool> PartyHasAsync(Work work, CredentialRow row, int count, DateTimeOffset now) => work.AnyAsync(
        $"SELECT 1 {OfParty} LIMIT 1 OFFSET $4", row.Party.ToArray(), Name(row.Kind), now.UtcTicks, count - 1);

    /// <summary>Returns whether a party has so many credentials of all kinds, or more.</summary>
    public static ValueTask<bool> PartyHasAsync(Work work, ReadOnlyMemory<byte> party, int count, DateTimeOffset now) => work.AnyAsync(
        "SELECT 1 FROM credentials WHERE party_digest = $1 AND valid_until > $2 LIMIT 1 OFFSET $3", party.ToArray(), now.UtcTicks, count - 1);

    /// <summary>Deletes the oldest credentials of a party and a kind, but for so many.</summary>
    public static ValueTask<int> DeleteOldestOfPartyAsync(Work work, CredentialRow row, int left, DateTimeOffset now) => work.RunAsync(
        $"DELETE FROM credentials WHERE key {work.Dialect.Among($"SELECT key {OfParty} LIMIT 2147483647 OFFSET $4")}",
        row.Party.ToArray(), Name(row.Kind), now.UtcTicks, left);

    /// <summary>Adds a credential. Only a row whose time is over is replaced.</summary>
    /// <returns>False when its digest is there already.</returns>
    public static async ValueTask<bool> AddAsync(Work work, CredentialRow row, DateTimeOffset now)
    {
        var key = Key(row.Kind, row.Digest);
        await work.RunAsync("DELETE FROM credentials WHERE key = $1 AND valid_until <= $2", key, now.UtcTicks).ConfigureAwait(false);
        return await work.RunAsync(
            AddCredential, key, Name(row.Kind), row.GrantId, GrantKey(row.GrantId), row.Party.ToArray(), row.At.UtcTicks, row.Until.UtcTicks,
            Array.Empty<byte>(), row.Sealed.ToArray()).ConfigureAwait(false) == 1;
    }

    /// <summary>Adds a grant.</summary>
    /// <returns>False when its identifier is there already.</returns>
    public static ValueTask<bool> AddAsync(Work work, GrantRow row, DateTimeOffset now) => Grants.InsertAsync(work, OnGrantOver, row, now.UtcTicks);

    /// <summary>Replaces the facts of a grant, if they are those of the row.</summary>
    /// <returns>False when they are others, or the grant is not there.</returns>
    public static async ValueTask<bool> ReplaceAsync(Work work, GrantRow row, ReadOnlyMemory<byte> facts, DateTimeOffset now) => await work.RunAsync(
        "UPDATE grants SET sealed = $3 WHERE key = $1 AND sealed = $2 AND valid_until > $4", RowKey.Of(row.Id), row.Sealed.ToArray(),
        facts.ToArray(), now.UtcTicks).ConfigureAwait(false) == 1;

    /// <summary>Marks a credential as spent. Exactly one statement does it, also without the lock of the rooms.</summary>
    /// <returns>False when it was spent before, or is not there.</returns>
    public static async ValueTask<bool> MarkSpentAsync(
        Work work, CredentialKind kind, ReadOnlyMemory<byte> digest, ReadOnlyMemory<byte> successor, DateTimeOffset now) => await work.RunAsync(
            "UPDATE credentials SET spent_at = $2, successor = $3 WHERE key = $1 AND spent_at = 0", Key(kind, digest), now.UtcTicks,
            successor.ToArray()).ConfigureAwait(false) == 1;

    public static ValueTask<GrantRow?> FindGrantAsync(Work work, string id, DateTimeOffset now) =>
        Grants.FindAsync(work, "WHERE key = $1 AND valid_until > $2", RowKey.Of(id), now.UtcTicks);

    public static ValueTask<IReadOnlyList<GrantRow>> ListAsync(Work work, string? subject, int most, DateTimeOffset now) => subject is null
        ? Grants.SelectAsync(work, "WHERE valid_until > $1 ORDER BY made_at, id LIMIT $2", now.UtcTicks, most)
        : Grants.SelectAsync(
            work, "WHERE valid_until > $1 AND subject_key = $3 ORDER BY made_at, id LIMIT $2", now.UtcTicks, most, RowKey.Of(subject));

    /// <summary>Returns the oldest grants of a subject, but for so many.</summary>
    public static ValueTask<IReadOnlyList<GrantRow>> OldestOfSubjectAsync(Work work, string subject, int left, DateTimeOffset now) =>
        Grants.SelectAsync(
            work, "WHERE subject_key = $1 AND valid_until > $2 ORDER BY made_at DESC, id DESC LIMIT 2147483647 OFFSET $3", RowKey.Of(subject),
            now.UtcTicks, left);

    /// <summary>Deletes a grant, and its credentials that are not spent.</summary>
    public static async ValueTask EndAsync(Work work, string id)
    {
        await work.RunAsync("DELETE FROM grants WHERE key = $1", RowKey.Of(id)).ConfigureAwait(false);
        await work.RunAsync("DELETE FROM credentials WHERE grant_key = $1 AND grant_id <> '' AND spent_at = 0", GrantKey(id)).ConfigureAwait(false);
    }

    /// <summary>Deletes a credential that is not spent.</summary>
    /// <returns>False when there was none.</returns>
    public static async ValueTask<bool> RemoveAsync(Work work, CredentialKind kind, ReadOnlyMemory<byte> digest, DateTimeOffset now) =>
        await work.RunAsync(
            "DELETE FROM credentials WHERE key = $1 AND spent_at = 0 AND valid_until > $2", Key(kind, digest), now.UtcTicks)
            .ConfigureAwait(false) == 1;

    private static StoredCredential Stored(StoredRow row, CredentialKind kind, ReadOnlyMemory<byte> digest) => new(
        new(kind, digest.ToArray(), row.Text(0), row.Bytes(1), row.Bytes(2), row.Moment(3), row.Moment(4)),
        row.IsMissing(7) ? null : Grant(row, 7),
        row.Number(5) == 0 ? null : row.Moment(5),
        row.Bytes(6));

    private static GrantRow Grant(StoredRow row, int at) => new(
        row.Text(at), row.Text(at + 1), row.Text(at + 2), row.Text(at + 3), row.Text(at + 4), row.Bytes(at + 7), row.Moment(at + 5),
        row.Moment(at + 6));

    private static byte[] Key(CredentialKind kind, ReadOnlyMemory<byte> digest) => RowKey.Of(Name(kind), Convert.ToHexStringLower(digest.Span));

    // Empty for no grant.
    private static byte[] GrantKey(string id) => id.Length == 0 ? [] : RowKey.Of(id);

    // In the store a kind has a name of its own: the enumeration may get another order.
    private static string Name(CredentialKind kind) => kind switch
    {
        CredentialKind.SignInState => "sign-in-state",
        CredentialKind.Confirmation => "confirmation",
        CredentialKind.AuthorizationCode => "code",
        CredentialKind.RefreshToken => "refresh",
        CredentialKind.AccessToken => "access",
        CredentialKind.ProofIdentifier => "proof",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of credential."),
    };
}
