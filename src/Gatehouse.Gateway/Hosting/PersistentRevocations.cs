using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tokens;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Hosting;

/// <summary>Revocations in memory, kept by the store across restarts. A revocation is in force in this process immediately.</summary>
public sealed class PersistentRevocations : IRevocationList
{
    // A revoked subject's tokens issued until then are all over by this time (IssuerProfile.LongestMaxLifetime).
    private static readonly TimeSpan Life = IssuerProfile.LongestMaxLifetime;

    // The gateway's own access tokens live an hour at most (OwnIssuer); the rest is for the clocks of several gateways.
    private static readonly TimeSpan GrantLife = TimeSpan.FromMinutes(70);

    private const int KeptPart = 10;
    private const string ByControl = "control";

    private readonly IRevocationStore store;
    private readonly TimeProvider time;
    private readonly InMemoryRevocationList list;

    private PersistentRevocations(IRevocationStore store, IReadOnlyList<RevocationRow> rows, TimeProvider time)
    {
        this.store = store;
        this.time = time;
        list = new InMemoryRevocationList(time);
        foreach (var row in rows)
        {
            if (Enum.TryParse<RevocationKind>(row.Kind, out var kind))
                list.Revoke(new Revocation(kind, row.Issuer, row.Value, row.At, row.Until));
        }
    }

    /// <summary>Raised when something was revoked, and is in force.</summary>
    public event Action? Revoked;

    /// <inheritdoc />
    public long Generation => list.Generation;

    /// <summary>Loads the rows of the store. From then on tokens are compared only with memory.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public static async Task<PersistentRevocations> LoadAsync(IRevocationStore store, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(time);
        return new PersistentRevocations(store, await store.ListAsync(time.GetUtcNow()).ConfigureAwait(false), time);
    }

    /// <inheritdoc />
    public bool IsRevoked(VerifiedToken token) => list.IsRevoked(token);

    /// <summary>Revokes the named party. Tokens that a subject, client or issuer gets later are not affected. Returns when it is durable.</summary>
    /// <exception cref="InvalidOperationException">The list is full.</exception>
    public async ValueTask RevokeAsync(RevocationKind kind, string issuer, string value, string reason)
    {
        var now = time.GetUtcNow();
        if (!list.Revoke(new Revocation(kind, issuer, value, now, now + Life)))
            throw new InvalidOperationException("the list of revocations is full");
        Revoked?.Invoke();
        await store.AddAsync(new RevocationRow(kind.ToString(), issuer, value, now, now + Life, reason, ByControl)).ConfigureAwait(false);
    }

    /// <summary>
    /// Revokes the tokens of a grant that ended. People and their clients cause these, so that they are kept only as long as such a token lives, and
    /// a tenth of the list stays for the acts of administrators.
    /// </summary>
    /// <param name="issuer">The gateway's own issuer.</param>
    /// <param name="grant">Identifier of the grant.</param>
    /// <param name="reason">Why it ended.</param>
    /// <param name="isByAdministrator">True when an administrator ended the grant: then the whole list may be used.</param>
    /// <exception cref="StoreException">The list has no room for it, or the store cannot be written.</exception>
    public async ValueTask RevokeGrantAsync(string issuer, string grant, string reason, bool isByAdministrator = false)
    {
        var now = time.GetUtcNow();
        var revocation = new Revocation(RevocationKind.Session, issuer, grant, now, now + GrantLife);
        if (!list.Revoke(revocation, isByAdministrator ? 0 : InMemoryRevocationList.DefaultCapacity / KeptPart))
            throw new StoreException("The list of revocations has no room for the end of another grant. Wait an hour.");
        Revoked?.Invoke();
        var row = new RevocationRow(nameof(RevocationKind.Session), issuer, grant, now, now + GrantLife, reason, isByAdministrator ? ByControl : "");
        await store.AddAsync(row).ConfigureAwait(false);
    }

    /// <summary>Revokes every token of the subject issued until now. Returns when it is durable.</summary>
    /// <exception cref="InvalidOperationException">The list is full.</exception>
    public ValueTask RevokeSubjectAsync(string issuer, string subject, string reason) => RevokeAsync(RevocationKind.Subject, issuer, subject, reason);
}
