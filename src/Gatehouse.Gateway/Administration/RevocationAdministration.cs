using Gatehouse.Administration;
using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Gateway.Sessions;
using Gatehouse.Identity.Revocations;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Administration;

/// <summary>Revocations of a gateway. In force in this process when the act is done, open streams included (ID-07).</summary>
internal sealed class RevocationAdministration(GatewayHost host) : IRevocationAdministration
{
    private GatewaySettings Settings => host.Snapshots.Current.Settings;

    public IReadOnlyCollection<string> Issuers => [.. host.Issuers.Known];

    public async ValueTask<int> RevokeAsync(RevocationKind kind, string issuer, string value, string reason)
    {
        var steps = host.Core.Services.NewRevocationSteps();
        await steps.BeginAsync(() => host.Revocations.RevokeAsync(kind, issuer, value, reason, IsOwn(issuer)).AsTask()).ConfigureAwait(false);
        var ended = host.EndRevoked();
        await steps.EndAsync().ConfigureAwait(false);
        return ended;
    }

    public async ValueTask<SubjectRevoked> RevokeSubjectAsync(string subject, string reason)
    {
        var steps = host.Core.Services.NewRevocationSteps();
        foreach (var issuer in host.Issuers.Known)
        {
            await steps.BeginAsync(() => host.Revocations.RevokeSubjectAsync(issuer, subject, reason, IsOwn(issuer)).AsTask())
                .ConfigureAwait(false);
        }

        var exchanges = host.Registry.End(exchange => exchange.Subject?.Subject == subject);
        var sessions = await host.EndSessionsAsync(entry => entry.Subject == subject).ConfigureAwait(false);
        var grants = default(WithdrawnAccess);
        await steps.RunAsync(async () => grants = await EndGrantsAsync(subject).ConfigureAwait(false)).ConfigureAwait(false);
        await steps.EndAsync().ConfigureAwait(false);
        exchanges += grants.Exchanges;
        var hint = HintFor(subject, sessions + exchanges + grants.Grants);
        return new SubjectRevoked(subject, sessions, exchanges) { Grants = grants.Grants, Hint = hint };
    }

    private bool IsOwn(string issuer) => issuer == Settings.Origin;

    // Their tokens are refused already. The grants end too, so that no page shows them as access that is still there.
    private async Task<WithdrawnAccess> EndGrantsAsync(string subject) => Settings.AuthorizationServer is null
        ? default : await host.Withdrawal.EndGrantsAsync(subject, null, null, GrantCauses.RevokedByAdministrator).ConfigureAwait(false);

    // A name without its provider is an easy mistake, and revokes no person.
    private string? HintFor(string subject, int ended)
    {
        var providers = Settings.AuthorizationServer?.Providers ?? [];
        return ended == 0 && providers.Count > 0 && !providers.Any(one => subject.StartsWith(one.Name + ":", StringComparison.Ordinal))
            ? $"nothing of this subject was found; a person who signs in at this gateway is named like {providers[0].Name}:{subject}" : null;
    }
}
