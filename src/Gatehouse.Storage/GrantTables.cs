using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>The statements on the tables of grants and credentials. Each finds its rows by an index.</summary>
internal static class GrantTables
{
    private const string CredentialWithGrant =
        """
        SELECT c.grant_id, c.party_digest, c.sealed, c.made_at, c.valid_until, c.spent_at, c.successor,
          g.id, g.subject, g.client_id, g.resource, g.scopes, g.made_at, g.valid_until, g.sealed
        FROM credentials c LEFT JOIN grants g ON g.id = c.grant_id AND g.valid_until > $2
        WHERE c.kind = $0 AND c.digest = $1 AND c.valid_until > $2
        """;

    // Only a row whose time is over is replaced, with all that was noted at it. $7 is the moment.
    private const string AddCredential =
        """
        INSERT INTO credentials (kind, digest, grant_id, party_digest, made_at, valid_until, sealed) VALUES ($0, $1, $2, $3, $4, $5, $6)
        ON CONFLICT (kind, digest) DO UPDATE SET
          grant_id = excluded.grant_id, party_digest = excluded.party_digest, made_at = excluded.made_at, valid_until = excluded.valid_until,
          spent_at = 0, successor = x'', sealed = excluded.sealed
        WHERE valid_until <= $7
        """;

    private const string OnGrantOver =
        """
        ON CONFLICT (id) DO UPDATE SET
          subject = excluded.subject, client_id = excluded.client_id, resource = excluded.resource, scopes = excluded.scopes,
          made_at = excluded.made_at, valid_until = excluded.valid_until, sealed = excluded.sealed
        WHERE valid_until <= $8
        """;

    // The columns of the index, newest first: what is beyond the offset is the oldest.
    private const string OfParty =
        "FROM credentials WHERE party_digest = $0 AND kind = $1 AND valid_until > $2 ORDER BY made_at DESC, valid_until DESC";

    private static readonly RowMap<GrantRow> Grants = new(
        "grants",
        1,
        ["id", "subject", "client_id", "resource", "scopes", "made_at", "valid_until", "sealed"],
        static row => Grant(row, 0),
        static row =>
        [
            row.Id, row.Subject, row.ClientId, row.Resource, row.Scopes, row.At.UtcTicks, row.Until.UtcTicks, row.Sealed.ToArray(),
        ]);

    public static StoredCredential? Find(SqliteConnection connection, CredentialKind kind, ReadOnlyMemory<byte> digest, DateTimeOffset now)
    {
        using var command = StoreTable.Command(connection, CredentialWithGrant, Name(kind), Hex(digest), now.UtcTicks);
        using var reader = command.ExecuteReader();
        return reader.Read() ? Stored(new StoredRow(reader), kind, digest) : null;
    }

    public static bool HasCredential(SqliteConnection connection, CredentialRow row, DateTimeOffset now) => Any(
        connection, "SELECT 1 FROM credentials WHERE kind = $0 AND digest = $1 AND valid_until > $2", Name(row.Kind), Hex(row.Digest), now.UtcTicks);

    public static bool HasGrant(SqliteConnection connection, string id, DateTimeOffset now) =>
        Any(connection, "SELECT 1 FROM grants WHERE id = $0 AND valid_until > $1", id, now.UtcTicks);

    /// <summary>Returns whether a party has so many credentials of a kind, or more.</summary>
    public static bool PartyHas(SqliteConnection connection, CredentialRow row, int count, DateTimeOffset now) => Any(
        connection, $"SELECT 1 {OfParty} LIMIT 1 OFFSET $3", Hex(row.Party), Name(row.Kind), now.UtcTicks, count - 1);

    /// <summary>Returns whether a party has so many credentials of all kinds, or more.</summary>
    public static bool PartyHas(SqliteConnection connection, ReadOnlyMemory<byte> party, int count, DateTimeOffset now) => Any(
        connection, "SELECT 1 FROM credentials WHERE party_digest = $0 AND valid_until > $1 LIMIT 1 OFFSET $2", Hex(party), now.UtcTicks, count - 1);

    /// <summary>Deletes the oldest credentials of a party and a kind, but for so many.</summary>
    /// <returns>For each deleted one whether it had a grant.</returns>
    public static List<bool> DeleteOldestOfParty(SqliteConnection connection, CredentialRow row, int left, DateTimeOffset now)
    {
        using var command = StoreTable.Command(
            connection, $"DELETE FROM credentials WHERE rowid IN (SELECT rowid {OfParty} LIMIT -1 OFFSET $3) RETURNING grant_id <> ''",
            Hex(row.Party), Name(row.Kind), now.UtcTicks, left);
        using var reader = command.ExecuteReader();
        List<bool> deleted = [];
        while (reader.Read()) deleted.Add(new StoredRow(reader).Flag(0));
        return deleted;
    }

    /// <summary>Adds a credential.</summary>
    /// <returns>False when its digest is there already.</returns>
    public static bool Add(SqliteConnection connection, CredentialRow row, DateTimeOffset now) => Run(
        connection, AddCredential, Name(row.Kind), Hex(row.Digest), row.GrantId, Hex(row.Party), row.At.UtcTicks, row.Until.UtcTicks,
        row.Sealed.ToArray(), now.UtcTicks) == 1;

    /// <summary>Adds a grant.</summary>
    /// <returns>False when its identifier is there already.</returns>
    public static bool Add(SqliteConnection connection, GrantRow row, DateTimeOffset now) =>
        Grants.Insert(connection, OnGrantOver, row, now.UtcTicks);

    public static void MarkSpent(
        SqliteConnection connection, CredentialKind kind, ReadOnlyMemory<byte> digest, ReadOnlyMemory<byte> successor, DateTimeOffset now) => Run(
            connection, "UPDATE credentials SET spent_at = $2, successor = $3 WHERE kind = $0 AND digest = $1",
            Name(kind), Hex(digest), now.UtcTicks, successor.ToArray());

    public static GrantRow? FindGrant(SqliteConnection connection, string id, DateTimeOffset now)
    {
        var found = Grants.Select(connection, "WHERE id = $0 AND valid_until > $1", id, now.UtcTicks);
        return found.Count > 0 ? found[0] : null;
    }

    public static IReadOnlyList<GrantRow> List(SqliteConnection connection, string? subject, int most, DateTimeOffset now) => subject is null
        ? Grants.Select(connection, "WHERE valid_until > $0 ORDER BY made_at, id LIMIT $1", now.UtcTicks, most)
        : Grants.Select(connection, "WHERE valid_until > $0 AND subject = $2 ORDER BY made_at, id LIMIT $1", now.UtcTicks, most, subject);

    /// <summary>Returns the oldest grants of a subject, but for so many.</summary>
    public static IReadOnlyList<GrantRow> OldestOfSubject(SqliteConnection connection, string subject, int left, DateTimeOffset now) => Grants.Select(
        connection, "WHERE subject = $0 AND valid_until > $1 ORDER BY made_at DESC, id DESC LIMIT -1 OFFSET $2", subject, now.UtcTicks, left);

    /// <summary>Deletes a grant, and its credentials that are not spent.</summary>
    /// <returns>The number of credentials.</returns>
    public static int End(SqliteConnection connection, string id)
    {
        Run(connection, "DELETE FROM grants WHERE id = $0", id);
        return Run(connection, "DELETE FROM credentials WHERE grant_id = $0 AND spent_at = 0", id);
    }

    /// <summary>Deletes a credential that is not spent.</summary>
    /// <returns>Whether it had a grant; null when there was none.</returns>
    public static bool? Remove(SqliteConnection connection, CredentialKind kind, ReadOnlyMemory<byte> digest, DateTimeOffset now)
    {
        using var command = StoreTable.Command(
            connection, "DELETE FROM credentials WHERE kind = $0 AND digest = $1 AND spent_at = 0 AND valid_until > $2 RETURNING grant_id <> ''",
            Name(kind), Hex(digest), now.UtcTicks);
        using var reader = command.ExecuteReader();
        return reader.Read() ? new StoredRow(reader).Flag(0) : null;
    }

    /// <summary>Deletes what is over.</summary>
    /// <returns>How many grants, credentials without a grant, and credentials of grants were deleted.</returns>
    public static (int Grants, int WithoutGrant, int WithGrant) DeleteOver(SqliteConnection connection, DateTimeOffset now) => (
        Run(connection, "DELETE FROM grants WHERE valid_until <= $0", now.UtcTicks),
        // The sign keeps SQLite from the index of grants, by which it would look at every row.
        Run(connection, "DELETE FROM credentials WHERE valid_until <= $0 AND +grant_id = ''", now.UtcTicks),
        Run(connection, "DELETE FROM credentials WHERE valid_until <= $0", now.UtcTicks));

    private static StoredCredential Stored(StoredRow row, CredentialKind kind, ReadOnlyMemory<byte> digest) => new(
        new(kind, digest.ToArray(), row.Text(0), row.Digest(1), row.Bytes(2), row.Moment(3), row.Moment(4)),
        row.IsMissing(7) ? null : Grant(row, 7),
        row.Number(5) == 0 ? null : row.Moment(5),
        row.Bytes(6));

    private static GrantRow Grant(StoredRow row, int at) => new(
        row.Text(at), row.Text(at + 1), row.Text(at + 2), row.Text(at + 3), row.Text(at + 4), row.Bytes(at + 7), row.Moment(at + 5),
        row.Moment(at + 6));

    private static bool Any(SqliteConnection connection, string sql, params ReadOnlySpan<object> parameters)
    {
        using var command = StoreTable.Command(connection, sql, parameters);
        return command.ExecuteScalar() is not null;
    }

    private static int Run(SqliteConnection connection, string sql, params ReadOnlySpan<object> parameters)
    {
        using var command = StoreTable.Command(connection, sql, parameters);
        return command.ExecuteNonQuery();
    }

    private static string Hex(ReadOnlyMemory<byte> digest) => Convert.ToHexStringLower(digest.Span);

    // In the file a kind has a name of its own: the enumeration may get another order.
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
