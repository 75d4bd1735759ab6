using Gatehouse.Identity;
using Gatehouse.Storage;

namespace Gatehouse.Gateway.Hosting;

/// <summary>Revocations in memory, kept by the store across restarts. In force in this process at once.</summary>
public sealed class PersistentRevocations : IRevocationList
{
    // A revoked subject's tokens issued until then are all over by this time (IssuerProfile.LongestMaxLifetime).
    private static readonly TimeSpan Life = IssuerProfile.LongestMaxLifetime;

    private readonly Store store;
    private readonly TimeProvider time;
    private readonly InMemoryRevocationList list;

    /// <summary>Loads what the store has.</summary>
    public PersistentRevocations(Store store, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(time);
        this.store = store;
        this.time = time;
        list = new InMemoryRevocationList(time);
        foreach (var row in store.Revocations.All(time.GetUtcNow()))
        {
            if (Enum.TryParse<RevocationKind>(row.Kind, out var kind))
                list.Revoke(new Revocation(kind, row.Issuer, row.Value, row.At, row.Until));
        }
    }

    /// <inheritdoc />
    public long Generation => list.Generation;

    /// <inheritdoc />
    public bool IsRevoked(VerifiedToken token) => list.IsRevoked(token);

    /// <summary>Revokes what is named; tokens that a subject, client or issuer gets later are not hit. Returns when it is durable.</summary>
    /// <exception cref="InvalidOperationException">The list is full.</exception>
    public async ValueTask RevokeAsync(RevocationKind kind, string issuer, string value, string reason)
    {
        var now = time.GetUtcNow();
        if (!list.Revoke(new Revocation(kind, issuer, value, now, now + Life)))
            throw new InvalidOperationException("the list of revocations is full");
        await store.Revocations.AddAsync(new RevocationRow(kind.ToString(), issuer, value, now, now + Life, reason, "control")).ConfigureAwait(false);
    }

    /// <summary>Revokes every token of the subject issued until now; returns when it is durable.</summary>
    /// <exception cref="InvalidOperationException">The list is full.</exception>
    public ValueTask RevokeSubjectAsync(string issuer, string subject, string reason) => RevokeAsync(RevocationKind.Subject, issuer, subject, reason);
}
