using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Pages;
using Gatehouse.Storage.Abstractions;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>
/// <c>GET /oauth/authorize</c>: an application asks for a right, and the person sees who asks and for what. Nothing goes to the provider and no
/// cookie is set before the person said yes (MCP rows C01, C08, C11). For a client that is <c>preApproved</c> the administrator said it for everyone,
/// and the sign-in begins with this request.
/// </summary>
/// <remarks>
/// Threat: all clients of this server are one client at the provider. Whoever skips the question gives each client what the person granted to another
/// (confused deputy; MCP authorization, security best practices). Consent that was given before is shown, and never takes the place of the question.
/// </remarks>
internal sealed class AuthorizeEndpoint(AuthorizationServerParts parts, SignInStart start, SignInPages pages, SignInAnswers answers)
{
    /// <summary>Answers the request.</summary>
    public async Task HandleAsync(HttpContext context, Peer peer)
    {
        var settings = parts.Settings();
        var given = RequestParameters.OfQuery(context.Request);
        var outcome = await AuthorizationRequestReader.ReadAsync(given, parts.Clients, settings, peer, context.RequestAborted).ConfigureAwait(false);
        if (outcome.Fault is { } fault)
        {
            await answers.FaultAsync(context, new FaultReport(StatusCodes.Status400BadRequest, fault)
            {
                Place = FaultPlace.Client,
                Name = outcome.Client?.Name,
                Detail = outcome.Detail,
                Cause = outcome.Cause,
                Client = given[AuthorizationParameters.ClientId],
                Redirect = fault == PageFault.WrongRedirect ? given[AuthorizationParameters.Redirect] : null,
            }).ConfigureAwait(false);
        }
        else if (outcome.Error is { } error)
        {
            parts.Journal.NoteOf(peer.Partition, "oauth.request.refused", ("client", outcome.Client!.Id), ("error", error.Code));
            await answers.RefuseAsync(context, outcome.Client, error).ConfigureAwait(false);
        }
        else
        {
            await TryAskAsync(context, outcome, peer).ConfigureAwait(false);
        }
    }

    // The page shows what changed since the last consent, which is in the store.
    private async Task TryAskAsync(HttpContext context, AuthorizationRequestOutcome outcome, Peer peer)
    {
        try
        {
            await AskAsync(context, outcome, peer).ConfigureAwait(false);
        }
        catch (StoreException) when (!context.Response.HasStarted)
        {
            await answers.UnstoredAsync(context, outcome.Request).ConfigureAwait(false);
        }
    }

    private Task AskAsync(HttpContext context, AuthorizationRequestOutcome outcome, Peer peer)
    {
        if (parts.Issuer.IsContained("", outcome.Client!.Id)) return answers.FailAsync(context, outcome.Request, SignInFailure.Contained);
        var providers = parts.Providers();
        // An administrator consented for everyone; with one provider there is nothing left to ask before sign-in, unless the client wants it asked.
        if (outcome.Client!.IsPreApproved && providers.Count == 1 && !outcome.Request!.Prompts(PromptValues.Consent))
            return start.BeginAsync(context, outcome.Request, providers[0], peer);
        var form = new ConsentForm { Request = outcome.Request!, Until = parts.Time.GetUtcNow() + SignInCookies.Life };
        return pages.ConsentAsync(context, outcome.Client!, outcome.Redirect!, form, providers);
    }
}
