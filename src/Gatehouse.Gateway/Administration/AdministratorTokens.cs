using Gatehouse.Administration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Administration;

/// <summary>Administrator tokens, judged by the gateway's issuers for the administration audience and by <c>administration.who</c>.</summary>
internal sealed class AdministratorTokens(GatewayHost host) : IAdministratorTokens
{
    public string Audience => host.Snapshots.Current.Settings.AdministrationResource;

    public async ValueTask<AdministratorTokenResult> JudgeAsync(string token)
    {
        var settings = host.Snapshots.Current.Settings;
        var result = await host.Issuers.ValidateAsync(new AccessTokenValue(token), settings.AdministrationResource, default).ConfigureAwait(false);
        return result.Token is { } verified
            ? new AdministratorTokenResult(
            new AdministratorToken(verified.Issuer, verified.Subject, settings.Administration.Who?.Matches(PolicySubjects.Of(verified)) == true),
            null)
            : new AdministratorTokenResult(null, result.Refusal.ToString());
    }
}
