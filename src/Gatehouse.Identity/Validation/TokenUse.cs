using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.ProofOfPossession;

namespace Gatehouse.Identity.Validation;

/// <summary>The use of a token: the resource, the required binding to its sender, and the evidence of the request about the sender.</summary>
public readonly record struct TokenUse
{
    /// <summary>Names a resource. The sender shows nothing and need not.</summary>
    /// <param name="resource">The resource identifier, which is the URL of the endpoint (RFC 8707).</param>
    public TokenUse(string resource)
    {
        ArgumentException.ThrowIfNullOrEmpty(resource);
        Resource = resource;
    }

    /// <summary>The resource identifier: an audience that the token may name, and the URL that a proof must name.</summary>
    public string Resource { get; }

    /// <summary>Further audiences that the token may name instead, or null for none.</summary>
    public IReadOnlyList<string>? OtherAudiences { get; init; }

    /// <summary>The only issuers whose tokens are taken here, as verified tokens name them; null or empty (default) for every trusted one.</summary>
    public IReadOnlyList<string>? Issuers { get; init; }

    /// <summary>
    /// The address block of the peer. While the caller is not known, its part of the requests that strangers can provoke is used. Unset (default)
    /// where peers cannot be distinguished; they have it in common then.
    /// </summary>
    public CallerPartition Peer { get; init; }

    /// <summary>The demand of the resource on the binding.</summary>
    public SenderConstraintRequirement Demand { get; init; }

    /// <summary>The evidence of the request.</summary>
    public PossessionEvidence Evidence { get; init; }
}
