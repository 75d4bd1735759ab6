using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Revocations;

/// <summary>A bounded revocation list in memory; gone with the process.</summary>
public sealed class InMemoryRevocationList : IRevocationList
{
    /// <summary>Default of the most revocations held.</summary>
    public const int DefaultCapacity = 100_000;

    private readonly Dictionary<(RevocationKind Kind, string Issuer, string Value), Revocation> revocations = [];
    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly int capacity;
    private long generation;

    /// <summary>Makes an empty list.</summary>
    /// <param name="time">The clock by which revocations are removed.</param>
    /// <param name="capacity">The most revocations held, 1 or more.</param>
    public InMemoryRevocationList(TimeProvider time, int capacity = DefaultCapacity)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        this.time = time;
        this.capacity = capacity;
    }

    /// <inheritdoc/>
    public long Generation => Interlocked.Read(ref generation);

    /// <summary>Adds a revocation; of two for the same tokens the later and longer one counts.</summary>
    /// <param name="revocation">The revocation.</param>
    /// <param name="kept">Places that this revocation does not take, 0 or more: they are for others.</param>
    /// <returns>
    /// False when the list is full of revocations still needed: nothing was revoked, and the caller must say so.
    /// An old revocation is never dropped for a new one, since that would bring a revoked token back.
    /// </returns>
    public bool Revoke(Revocation revocation, int kept = 0)
    {
        ArgumentNullException.ThrowIfNull(revocation);
        ArgumentOutOfRangeException.ThrowIfNegative(kept);
        lock (gate)
            return Add(revocation, capacity - kept);
    }

    /// <inheritdoc/>
    public bool IsRevoked(VerifiedToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        lock (gate)
            return revocations.Count > 0 && IsHit(token);
    }

    private bool Add(Revocation revocation, int room)
    {
        var key = (revocation.Kind, revocation.Issuer, revocation.Value);
        if (revocations.TryGetValue(key, out var earlier))
            revocation = Merge(earlier, revocation);
        else if (revocations.Count >= room && CountNeeded() >= room)
            return false;
        revocations[key] = revocation;
        Interlocked.Increment(ref generation);
        return true;
    }

    private static Revocation Merge(Revocation earlier, Revocation later) => later with
    {
        At = earlier.At > later.At ? earlier.At : later.At,
        Until = earlier.Until > later.Until ? earlier.Until : later.Until,
    };

    private int CountNeeded()
    {
        var now = time.GetUtcNow();
        var ended = revocations.Where(entry => entry.Value.Until <= now).Select(entry => entry.Key).ToArray();
        foreach (var key in ended)
            revocations.Remove(key);
        return revocations.Count;
    }

    private bool IsHit(VerifiedToken token) =>
        Holds(RevocationKind.TokenHash, "", token.TokenHash.ToString())
        || Holds(RevocationKind.TokenHash, "", token.OtherFormHash?.ToString())
        || Holds(RevocationKind.TokenId, token.Issuer, token.TokenId)
        || Holds(RevocationKind.Session, token.Issuer, token.SessionId)
        || HitsIssuedBefore(RevocationKind.Subject, token, token.Subject)
        || HitsIssuedBefore(RevocationKind.Client, token, token.ClientId)
        || HitsIssuedBefore(RevocationKind.Issuer, token, "");

    private bool Holds(RevocationKind kind, string issuer, string? value) =>
        value is not null && revocations.ContainsKey((kind, issuer, value));

    private bool HitsIssuedBefore(RevocationKind kind, VerifiedToken token, string? value) =>
        value is not null
        && revocations.TryGetValue((kind, token.Issuer, value), out var revocation)
        && !(token.IssuedAt > revocation.At);
}
