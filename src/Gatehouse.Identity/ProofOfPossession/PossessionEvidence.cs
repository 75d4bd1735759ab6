using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Certificates;

namespace Gatehouse.Identity.ProofOfPossession;

/// <summary>The evidence of a request about its sender, in addition to the token. The default shows nothing.</summary>
public readonly record struct PossessionEvidence
{
    /// <summary>The scheme under which the token came.</summary>
    public TokenScheme Scheme { get; init; }

    /// <summary>The value of the one <c>DPoP</c> header, or null when there is none.</summary>
    public string? Proof { get; init; }

    /// <summary>The HTTP method, upper case as it came.</summary>
    public string? Method { get; init; }

    /// <summary>The certificate shown on the connection, or by the named proxy that ended TLS, or null when there is none.</summary>
    public PresentedCertificate? Certificate { get; init; }
}
