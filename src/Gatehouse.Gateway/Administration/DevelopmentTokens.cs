using Gatehouse.Administration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Development;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Administration;

/// <summary>Tokens of the issuer of <c>--dev</c>, where there is one.</summary>
internal sealed class DevelopmentTokens(GatewayHost host) : IDevelopmentTokens
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(IssueDevelopmentToken.LongestSeconds);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    public ActionOutcome<IssuedToken> Issue(IssueDevelopmentToken wish)
    {
        if (host.Development is not { } issuer) return ActionRefusal.NoIssuer;
        var settings = host.Snapshots.Current.Settings;
        if ((wish.Server is null ? settings.Servers[0] : settings.Server(wish.Server)) is not { } server)
            return ActionRefusal.UnknownServer(wish.Server!);
        var life = wish.Lifetime ?? Longest;
        using var token = issuer.Mint(new DevelopmentGrant
        {
            Subject = wish.Subject ?? "developer",
            Audience = settings.Resource(server),
            ClientId = wish.Client ?? "gatehouse-cli",
            Scopes = [.. wish.Scopes ?? server.Scopes],
            Lifetime = life < Shortest ? Shortest : life > Longest ? Longest : life,
        });
        return new IssuedToken(token.Reveal().ToString());
    }
}
