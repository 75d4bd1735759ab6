using Gatehouse.Identity.Certificates;
using Gatehouse.Identity.ProofOfPossession;
using Gatehouse.Identity.Tokens;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// A second judgement of callers that were let in, under a new configuration (design rule 7). It uses the facts of the token that were judged when it
/// came and can be judged again without it.
/// </summary>
internal static class CallerEntitlements
{
    /// <summary>Returns true when the server still accepts the caller's issuer, audience and binding.</summary>
    /// <param name="settings">The new configuration.</param>
    /// <param name="server">The server in it.</param>
    /// <param name="caller">The caller as judged when it came.</param>
    public static bool Remain(GatewaySettings settings, ServerSettings server, VerifiedToken caller)
    {
        if (caller.CertificateSerial is not null)
            return server.CertificateIssuers.Any(name => CertificateIssuer.IssuerPrefix + name == caller.Issuer);
        if (!server.TakesIssuer(caller.Issuer)) return false;
        var names = server.Audiences.Prepend(settings.Resource(server));
        return caller.Audiences.Any(presented => names.Any(name => ResourceAudience.Matches(name, presented)))
            && IsBoundAs(server.SenderConstraint, caller.Binding);
    }

    private static bool IsBoundAs(SenderConstraintRequirement demand, TokenBinding? binding) => demand switch
    {
        SenderConstraintRequirement.DPoP => binding?.KeyThumbprint is not null,
        SenderConstraintRequirement.MutualTls => binding?.CertificateThumbprint is not null,
        SenderConstraintRequirement.Any => binding is not null,
        _ => true,
    };
}
