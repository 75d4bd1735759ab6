using Gatehouse.Administration;
using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Identity.Revocations;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Administration;

/// <summary>
/// Consents of a gateway, over the rows of its store. A withdrawn consent takes with it every token and stream that follows from it.
/// </summary>
internal sealed class ConsentAdministration(
    IConsentStore consents, IGrantStore grants, IRevocationAdministration revocations, Func<GrantRow, GrantState> stateOf,
    Func<GatewaySettings> settings, TimeProvider time)
    : IConsentAdministration
{
    // A terminal or a program reads so many; more of them are found by subject.
    private const int MostListed = 1000;

    public bool IsOn => settings().AuthorizationServer is not null;

    public async ValueTask<ConsentList> ListAsync(string? subject)
    {
        var rows = await consents.ListAsync(subject, MostListed + 1, time.GetUtcNow()).ConfigureAwait(false);
        List<ConsentView> views = [];
        foreach (var ofSubject in rows.Take(MostListed).GroupBy(row => row.Subject, StringComparer.Ordinal))
        {
            var given = await grants.ListGrantsAsync(ofSubject.Key, MostListed, time.GetUtcNow()).ConfigureAwait(false);
            views.AddRange(ofSubject.Select(row => View(row, given)));
        }

        return new ConsentList(views, rows.Count <= MostListed);
    }

    public async ValueTask<ConsentRevoked?> RevokeAsync(string subject, string client, string? resource, string reason)
    {
        var removed = await RemoveConsentsAsync(subject, client, resource).ConfigureAwait(false);
        var (ended, exchanges) = await EndGrantsAsync(subject, client, resource, reason).ConfigureAwait(false);
        return removed + ended == 0 ? null : new ConsentRevoked(subject, client, removed, ended, exchanges);
    }

    private async Task<int> RemoveConsentsAsync(string subject, string client, string? resource)
    {
        var removed = 0;
        foreach (var row in await consents.ListAsync(subject, MostListed, time.GetUtcNow()).ConfigureAwait(false))
        {
            if (row.ClientId == client && (resource is null || row.Resource == resource)
                && await consents.RemoveAsync(row.Subject, row.ClientId, row.Resource).ConfigureAwait(false)) removed++;
        }

        return removed;
    }

    // The revocation comes first. If the gateway stops between the two, the grant is still listed, and the act can be repeated.
    private async Task<(int Grants, int Exchanges)> EndGrantsAsync(string subject, string client, string? resource, string reason)
    {
        var (ended, exchanges) = (0, 0);
        foreach (var grant in await grants.ListGrantsAsync(subject, MostListed, time.GetUtcNow()).ConfigureAwait(false))
        {
            if (grant.ClientId != client || (resource is not null && grant.Resource != resource)) continue;
            exchanges += await revocations.RevokeAsync(RevocationKind.Session, settings().Origin, grant.Id, reason).ConfigureAwait(false);
            if (await grants.EndGrantAsync(grant.Id, time.GetUtcNow()).ConfigureAwait(false) is not null) ended++;
        }

        return (ended, exchanges);
    }

    private ConsentView View(ConsentRow row, IReadOnlyList<GrantRow> given)
    {
        var states = given.Where(grant => grant.ClientId == row.ClientId && grant.Resource == row.Resource).Select(stateOf).ToList();
        var live = states.Count(static state => state == GrantState.Live);
        return new ConsentView(
            row.Subject, row.ClientId, row.ClientName, row.RedirectUri, row.Resource, row.Scopes, row.At, row.Until, live,
            live > 0 ? ConsentStates.Live : WhyNone(states));
    }

    // The newest of the grants that give no tokens says why.
    private static string WhyNone(List<GrantState> states) => states.LastOrDefault(GrantState.Over) switch
    {
        GrantState.Revoked => ConsentStates.Revoked,
        GrantState.ProviderRemoved => ConsentStates.ProviderRemoved,
        GrantState.Unreadable => ConsentStates.Unreadable,
        _ => ConsentStates.Ended,
    };
}
