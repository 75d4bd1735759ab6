using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Pages;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.AuthorizationServer.Tokens;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary><c>/oauth/grants</c>: a person sees what applications may do in their name, and withdraws it.</summary>
internal sealed class GrantsEndpoint(
    AuthorizationServerParts parts, SignInStart start, SignInPages pages, SignInAnswers answers, PersonSessions sessions)
{
    /// <summary>The most consents of one person that are kept and shown.</summary>
    public const int MostShown = 500;

    private string ChooseProvider => "Name the identity provider at which you sign in: " + string.Join(", ",
        parts.Providers().Select(provider => $"{parts.Settings().Origin}{Routes.Grants}?provider={provider.Name}"));

    /// <summary>Shows the page; a person who is not signed in is sent to the provider.</summary>
    public async Task ShowAsync(HttpContext context, Peer peer)
    {
        if (sessions.Of(context) is { } session)
        {
            await pages.GrantsAsync(context, session, isWithdrawn: false).ConfigureAwait(false);
            return;
        }

        var providers = parts.Providers();
        var named = RequestParameters.OfQuery(context.Request)["provider"];
        var provider = providers.Count == 1 ? providers[0] : providers.FirstOrDefault(candidate => candidate.Name == named);
        if (provider is null)
            await answers.FaultAsync(context, new FaultReport(StatusCodes.Status400BadRequest, PageFault.BadRequest)
            {
                Detail = ChooseProvider,
                Cause = "provider-not-named",
            }).ConfigureAwait(false);
        else await start.BeginAsync(context, null, provider, peer).ConfigureAwait(false);
    }

    /// <summary>Withdraws the access of one client to one server, or all access, of the person who is signed in, or signs the person out.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        var given = await RequestParameters.OfFormAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        var session = given is not null && OwnPage.Sent(context.Request, parts.Settings().Origin) ? sessions.Of(context) : null;
        // The form names the person that the page was shown to: the browser may have another session since.
        if (session is null || sessions.Open(given![PageForms.Sealed])?.Subject != session.Subject)
        {
            await answers.FaultAsync(context, StatusCodes.Status403Forbidden, PageFault.ForeignForm).ConfigureAwait(false);
            return;
        }

        var decision = given[PageForms.Decision];
        if (decision == PageForms.Everywhere)
        {
            await parts.Withdrawal.WithdrawAsync(session.Subject, null, null, GrantCauses.Withdrawn).ConfigureAwait(false);
            await parts.EndSessions(session.Subject).ConfigureAwait(false);
        }

        if (decision is PageForms.Everywhere or PageForms.SignOut)
            await SignOutAsync(context, decision == PageForms.Everywhere).ConfigureAwait(false);
        else if (given[PageForms.Grant] is { } grant && await WithdrawAsync(session.Subject, grant).ConfigureAwait(false))
            await pages.GrantsAsync(context, session, isWithdrawn: true).ConfigureAwait(false); // no address says so: anyone can send a link
        else Redirects.To(context, parts.Settings().Origin + Routes.Grants);
    }

    private Task SignOutAsync(HttpContext context, bool isEverywhere)
    {
        PersonSessions.End(context);
        return pages.SignedOutAsync(context, isEverywhere);
    }

    // Returns whether something ended. The form names one grant of the line; the line is all that this client has at this resource.
    private async Task<bool> WithdrawAsync(string subject, string grantId)
    {
        var all = await parts.Grants.ListGrantsAsync(subject, MostShown, parts.Time.GetUtcNow()).ConfigureAwait(false);
        if (all.FirstOrDefault(grant => grant.Id == grantId) is not { } named) return false;
        var done = await parts.Withdrawal.WithdrawAsync(subject, named.ClientId, named.Resource, GrantCauses.Withdrawn).ConfigureAwait(false);
        return !done.IsNothing;
    }
}
