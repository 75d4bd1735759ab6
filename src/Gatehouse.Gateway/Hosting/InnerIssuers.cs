using Gatehouse.Identity.Validation;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Hosting;

/// <summary>Issuers inside the process.</summary>
/// <param name="Own">The gateway's own authorization server; its tokens are accepted only while the configuration has one. Null where there is
/// none.</param>
/// <param name="Development">The issuer of <c>--dev</c>; null without it.</param>
public sealed record InnerIssuers(TrustedIssuer? Own, TrustedIssuer? Development)
{
    /// <summary>Returns the issuers that a configuration puts in force.</summary>
    internal IEnumerable<TrustedIssuer> InForce(GatewaySettings settings)
    {
        if (settings.AuthorizationServer is not null && Own is not null) yield return Own;
        if (Development is not null) yield return Development;
    }
}
