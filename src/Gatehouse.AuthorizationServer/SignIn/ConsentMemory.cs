using System.Collections.Immutable;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Pages;
using Gatehouse.Storage.Abstractions;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>The earlier consents of a person: what they were, and what is new since. They never take the place of the question.</summary>
/// <param name="parts">The consents and the seals.</param>
internal sealed class ConsentMemory(AuthorizationServerParts parts)
{
    private static readonly TimeSpan ConsentLife = TimeSpan.FromDays(365);

    /// <summary>Stores the consent of a person who confirmed, with what was granted, and who signed in last in this browser.</summary>
    /// <remarks>
    /// The grant exists already, and its code is on the way to the client. A consent that cannot be stored does not stop it: the next confirmation
    /// shows the client as new, and the page of grants still has the grant.
    /// </remarks>
    public async Task RememberAsync(HttpContext context, OAuthClient client, Confirmation confirmation)
    {
        var (request, person, now) = (confirmation.Request, confirmation.Person, parts.Time.GetUtcNow());
        var row = new ConsentRow(person.Subject, client.Id, client.Name, request.RedirectUri, request.Resource,
            string.Join(' ', GrantIssuer.Granted(request, person)), now, now + ConsentLife);
        try
        {
            await parts.Consents.PutAsync(row, GrantsEndpoint.MostShown).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreException or ArgumentException)
        {
            parts.Journal.Note("oauth.consent.unstored", ("subject", row.Subject), ("client", row.ClientId), ("resource", row.Resource));
        }

        var account = new LastAccount { Subject = confirmation.Person.Subject };
        SignInCookies.SetAccount(context, SealedText.Of(parts.Facts, LastAccount.Purpose, account));
    }

    /// <summary>
    /// Returns the last consent to a client before sign-in, when the person is not known. Whoever signed in last in this browser probably signs in
    /// again.
    /// </summary>
    public async ValueTask<ConsentRow?> LastConsentAsync(HttpContext context, string clientId, string resource) =>
        SealedText.Open<LastAccount>(parts.Facts, LastAccount.Purpose, SignInCookies.LastAccount(context)) is { } last
            ? await parts.Consents.FindAsync(last.Subject, clientId, resource, parts.Time.GetUtcNow()).ConfigureAwait(false)
            : null;

    /// <summary>Returns what changed since the last consent of the person who signed in.</summary>
    public async ValueTask<ImmutableArray<PageChange>> ChangesAsync(HttpContext context, OAuthClient client, Confirmation confirmation)
    {
        var (request, subject) = (confirmation.Request, confirmation.Person.Subject);
        var changes = ImmutableArray.CreateBuilder<PageChange>();
        if (SealedText.Open<LastAccount>(parts.Facts, LastAccount.Purpose, SignInCookies.LastAccount(context)) is { } last && last.Subject != subject)
            changes.Add(new PageChange(PageChangeKind.OtherPerson));
        var now = parts.Time.GetUtcNow();
        var before = await parts.Consents.FindAsync(subject, client.Id, request.Resource, now).ConfigureAwait(false);
        if (before is null)
        {
            var others = await parts.Consents.ListAsync(subject, GrantsEndpoint.MostShown, now).ConfigureAwait(false);
            var isKnown = others.Any(consent => consent.ClientId == client.Id);
            changes.Add(new PageChange(isKnown ? PageChangeKind.NewServer : PageChangeKind.FirstConsent));
            return changes.ToImmutable();
        }

        if (before.ClientName != client.Name) changes.Add(new PageChange(PageChangeKind.NewName, before.ClientName));
        if (!RedirectUris.AreSame(before.RedirectUri, request.RedirectUri))
            changes.Add(new PageChange(PageChangeKind.NewRedirect, request.RedirectUri));
        changes.AddRange(GrantIssuer.Granted(request, confirmation.Person).Except(before.Scopes.Split(' '), StringComparer.Ordinal)
            .Select(scope => new PageChange(PageChangeKind.NewScope, scope)));
        return changes.ToImmutable();
    }
}
