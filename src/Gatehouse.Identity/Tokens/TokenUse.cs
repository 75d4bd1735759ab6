using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.ProofOfPossession;

namespace Gatehouse.Identity.Tokens;

/// <summary>For what a token is used: the resource, how its sender must be bound, and what the request shows of the sender.</summary>
public readonly record struct TokenUse
{
    /// <summary>Names a resource; the sender shows nothing and need not.</summary>
    /// <param name="resource">The resource identifier, which is the URL of the endpoint (RFC 8707).</param>
    public TokenUse(string resource)
    {
        ArgumentException.ThrowIfNullOrEmpty(resource);
        Resource = resource;
    }

    /// <summary>The resource identifier: an audience that the token may name, and the URL that a proof must name.</summary>
    public string Resource { get; }

    /// <summary>Further audiences that the token may name instead; null for none.</summary>
    public IReadOnlyList<string>? OtherAudiences { get; init; }

    /// <summary>The only issuers whose tokens are taken here, as verified tokens name them; null or empty (default) for every trusted one.</summary>
    public IReadOnlyList<string>? Issuers { get; init; }

    /// <summary>
    /// The address block of the peer, whose part of what strangers can provoke is used while the caller is not known. Untold (default) where
    /// peers cannot be told apart; they have it in common then.
    /// </summary>
    public CallerPartition Peer { get; init; }

    /// <summary>What the resource asks of the binding.</summary>
    public SenderConstraintRequirement Demand { get; init; }

    /// <summary>What the request shows.</summary>
    public PossessionEvidence Evidence { get; init; }
}
