using Gatehouse.Administration;
using Gatehouse.Containment;
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
            return ActionRefusal.UnknownServer(wish.Server!, [.. settings.Servers.Select(static one => one.Name)]);
        var (subject, client) = (wish.Subject ?? "developer", wish.Client ?? "gatehouse-cli");
        var life = wish.Lifetime ?? Longest;
        using var token = issuer.Mint(new DevelopmentGrant
        {
            Subject = subject,
            Audience = settings.Resource(server),
            ClientId = client,
            Scopes = [.. wish.Scopes ?? server.Scopes],
            Lifetime = life < Shortest ? Shortest : life > Longest ? Longest : life,
        });
        return new IssuedToken(token.Reveal().ToString()) { Warning = WarningOf(issuer.TrustedIssuer.Profile.Issuer, subject, client, server.Name) };
    }

    // The token is valid and is refused everywhere. Without this warning its user would look for the fault in the token.
    private string? WarningOf(string issuer, string subject, string client, string server)
    {
        var contained = host.Core.Services.Get<ContainmentState>().Current;
        if (contained.Caller(issuer, subject, null) is { } ofUser) return Refused($"user {subject}", ofUser);
        if (contained.Caller(issuer, subject, client) is { } ofClient) return Refused($"client {client}", ofClient);
        return contained.Server(server) is { } ofServer ? Refused($"server {server}", ofServer) : null;
    }

    private static string Refused(string what, string containment) =>
        $"{what} is contained, so the gateway refuses requests with this token; to release it: gatehouse release {containment} --reason TEXT";
}
