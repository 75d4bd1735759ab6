using Gatehouse.Administration;
using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Administration;

/// <summary>
/// Consents of a gateway, over the rows of its store. A withdrawn consent takes with it every token and stream that follows from it.
/// </summary>
/// <param name="consents">The consents.</param>
/// <param name="grants">The grants.</param>
/// <param name="withdrawal">Ends grants and removes consents.</param>
/// <param name="stateOf">Returns the state of a grant of the store.</param>
/// <param name="settings">The configuration in force.</param>
/// <param name="time">The clock.</param>
internal sealed class ConsentAdministration(
    IConsentStore consents, IGrantStore grants, GrantWithdrawal withdrawal, Func<GrantRow, GrantState> stateOf, Func<GatewaySettings> settings,
    TimeProvider time)
    : IConsentAdministration
{
    // A terminal or a program reads so many; more of them are found by subject.
    private const int MostListed = 1000;

    // A person has several grants of one client. Of so many at most the list looks whether their consent is missing.
    private const int MostGrantsRead = 10_000;

    public bool IsOn => settings().AuthorizationServer is not null;

    public async ValueTask<ConsentList> ListAsync(string? subject)
    {
        var now = time.GetUtcNow();
        var rows = await consents.ListAsync(subject, MostListed + 1, now).ConfigureAwait(false);
        var given = await grants.ListGrantsAsync(subject, MostGrantsRead + 1, now).ConfigureAwait(false);
        var subjects = rows.Select(row => row.Subject).Concat(given.Select(grant => grant.Subject)).Distinct(StringComparer.Ordinal);
        List<ConsentView> views = [];
        foreach (var one in subjects.Order(StringComparer.Ordinal).TakeWhile(_ => views.Count <= MostListed))
        {
            var ofSubject = await grants.ListGrantsAsync(one, MostListed, now).ConfigureAwait(false);
            views.AddRange(Views(rows.Where(row => row.Subject == one), ofSubject));
        }

        var isWhole = rows.Count <= MostListed && given.Count <= MostGrantsRead && views.Count <= MostListed;
        return new ConsentList([.. views.Take(MostListed)], isWhole);
    }

    public async ValueTask<ConsentRevoked?> RevokeAsync(string subject, string client, string? resource)
    {
        var done = await withdrawal.WithdrawAsync(subject, client, resource, GrantCauses.RevokedByAdministrator).ConfigureAwait(false);
        return done.IsNothing ? null : new ConsentRevoked(subject, client, done.Consents, done.Grants, done.Exchanges);
    }

    // A consent that could not be stored leaves a grant without one. It is listed too: the list shows who has access.
    private IEnumerable<ConsentView> Views(IEnumerable<ConsentRow> rows, IReadOnlyList<GrantRow> given)
    {
        var ofPair = given.ToLookup(grant => (grant.ClientId, grant.Resource));
        var views = rows.Select(row => View(row, ofPair[(row.ClientId, row.Resource)])).ToList();
        var listed = views.Select(view => (view.Client, view.Resource)).ToHashSet();
        var missing = ofPair.Where(pair => !listed.Contains(pair.Key)).Select(pair => View(ConsentOf([.. pair]), pair));
        return views.Concat(missing).OrderBy(view => view.Client, StringComparer.Ordinal).ThenBy(view => view.Resource, StringComparer.Ordinal);
    }

    // The person read a name that was not kept.
    private ConsentRow ConsentOf(IReadOnlyList<GrantRow> given)
    {
        var last = given[^1];
        var name = settings().AuthorizationServer?.Clients.FirstOrDefault(client => client.Id == last.ClientId)?.Name ?? "";
        return new ConsentRow(
            last.Subject, last.ClientId, name, "", last.Resource, last.Scopes, last.At, given.Max(static grant => grant.Until));
    }

    private ConsentView View(ConsentRow row, IEnumerable<GrantRow> given)
    {
        var states = given.Select(stateOf).ToList();
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
