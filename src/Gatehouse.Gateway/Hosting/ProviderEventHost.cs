using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Credentials;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Revocations;
using Gatehouse.ProviderEvents;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Hosting;

/// <summary>The parts of a host on which events of providers act.</summary>
/// <param name="services">The parts of the host. They are asked once they are all made.</param>
internal sealed class ProviderEventHost(GatewayServices services) : IEventHost
{
    /// <summary>The running gateway. It sets itself before it takes the first event.</summary>
    /// <exception cref="InvalidOperationException">It is not set.</exception>
    public GatewayHost Gateway
    {
        get => field ?? throw new InvalidOperationException("the gateway takes no events yet");
        set;
    }

    /// <inheritdoc />
    public GatewaySettings Settings => services.Snapshots.Current.Settings;

    /// <inheritdoc />
    public IIssuerKeys? KeysOf(string issuer) => Gateway.Issuers.KeysOf(issuer);

    /// <inheritdoc />
    public async Task<EventCut> EndAsync(EndedPerson person)
    {
        var (people, steps) = (PeopleOf(person), services.NewRevocationSteps());
        // Threat: a call in progress obtains a credential again. First the tokens are refused, then what was obtained by them ends (CWE-613).
        if (person.Session is { } session)
            await steps.BeginAsync(() => Gateway.Revocations.RevokeAsync(RevocationKind.Session, person.Issuer, session, person.Reason).AsTask())
                .ConfigureAwait(false);
        foreach (var (issuer, subject) in people)
        {
            await steps.BeginAsync(
                () => Gateway.Revocations.RevokeSubjectAsync(issuer, subject, person.Reason, issuer == Settings.Origin).AsTask())
                .ConfigureAwait(false);
        }

        var exchanges = Gateway.EndRevoked(people);
        var sessions = await Gateway.EndSessionsAsync(entry => people.Contains((entry.Issuer, entry.Subject))).ConfigureAwait(false);
        var credentials = services.Get<CredentialTable>().Forget(
            one => one is { Issuer: { } issuer, Subject: { } subject } && people.Contains((issuer, subject)));
        var grants = 0;
        foreach (var (_, subject) in people.Where(one => one.Issuer == Settings.Origin))
        {
            await steps.RunAsync(async () =>
            {
                var ended = await Gateway.Withdrawal.EndGrantsAsync(subject, null, null, GrantCauses.ProviderEvent).ConfigureAwait(false);
                grants += ended.Grants;
            }).ConfigureAwait(false);
        }

        await steps.EndAsync().ConfigureAwait(false);
        return new EventCut(sessions, exchanges, credentials, grants);
    }

    // The person at the issuer, and the same person at the gateway's own authorization server, where people sign in at that issuer.
    private List<(string Issuer, string Subject)> PeopleOf(EndedPerson person)
    {
        if (person.Subject is not { } subject) return [];
        var own = Settings.AuthorizationServer?.Providers.Where(one => one.Issuer == person.Issuer)
            .Select(one => (Settings.Origin, $"{one.Name}:{subject}"));
        return [(person.Issuer, subject), .. own ?? []];
    }
}
