using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Pages;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Storage.Abstractions;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>
/// <c>/oauth/confirm</c>: after sign-in the person sees who signed in and for which client, before a code leaves. Threat: a client that a person did
/// not begin with, or an account that is not the person's own (login CSRF, MCP security best practices).
/// </summary>
internal sealed class ConfirmationEndpoint(
    AuthorizationServerParts parts, SignInStart start, SignInPages pages, SignInAnswers answers, ConsentMemory memory)
{
    /// <summary>Shows the page.</summary>
    public async Task ShowAsync(HttpContext context, Peer peer)
    {
        var key = RequestParameters.OfQuery(context.Request)["s"];
        var value = SignInCookies.IsKey(key) ? SignInCookies.Confirming(context, key!) : null;
        if (value is null || await FindAsync(value).ConfigureAwait(false) is not { } confirmation)
        {
            await answers.FaultAsync(context, StatusCodes.Status400BadRequest, PageFault.AlreadyUsed).ConfigureAwait(false);
            return;
        }

        var client = await parts.Clients.FindAsync(confirmation.Request.ClientId, peer.Partition, context.RequestAborted).ConfigureAwait(false);
        if (client.Client is null || FindChange(client.Client, confirmation.Request) is not null)
            await answers.FaultAsync(context, Unknown(confirmation.Request, client)).ConfigureAwait(false);
        else await TryShowAsync(context, client.Client, confirmation, key!).ConfigureAwait(false);
    }

    private FaultReport Unknown(AuthorizationRequest request, ClientLookup found) => new(StatusCodes.Status400BadRequest, PageFault.UnknownClient)
    {
        Place = FaultPlace.Client,
        Cause = found.Client is null ? found.Cause : FindChange(found.Client, request),
        Client = request.ClientId,
    };

    // The word for what is not as it was at the request; null when nothing is.
    private string? FindChange(OAuthClient client, AuthorizationRequest request)
    {
        if (!request.Standing.Covers(client) || !AdministrationResource.Allows(client, request.Resource, parts.Settings()))
            return "client-became-weaker";
        return RedirectUris.Find(client, request.RedirectUri) is null ? "redirect-removed" : null;
    }

    private async Task TryShowAsync(HttpContext context, OAuthClient client, Confirmation confirmation, string key)
    {
        try
        {
            await pages.ConfirmationAsync(context, client, confirmation, key).ConfigureAwait(false);
        }
        catch (StoreException) when (!context.Response.HasStarted)
        {
            await answers.UnstoredAsync(context, confirmation.Request).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the person's answer.</summary>
    public async Task AnswerAsync(HttpContext context, Peer peer)
    {
        var origin = parts.Settings().Origin;
        var given = await RequestParameters.OfFormAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        var key = given is not null ? given[PageForms.Sealed] : null;
        if (!OwnPage.Sent(context.Request, origin) || !SignInCookies.IsKey(key))
        {
            await answers.FaultAsync(context, StatusCodes.Status403Forbidden, PageFault.ForeignForm).ConfigureAwait(false);
            return;
        }

        var value = SignInCookies.TakeConfirmation(context, key!);
        if (value is null || await FindAsync(value).ConfigureAwait(false) is not { } confirmation)
        {
            await answers.FaultAsync(context, StatusCodes.Status400BadRequest, PageFault.AlreadyUsed).ConfigureAwait(false);
            return;
        }

        await (given![PageForms.Decision] switch
        {
            PageForms.Continue => GrantAsync(context, value, confirmation, peer),
            PageForms.Other => OtherAccountAsync(context, value, confirmation, peer),
            _ => CancelAsync(context, value, confirmation),
        }).ConfigureAwait(false);
    }

    private async Task GrantAsync(HttpContext context, string value, Confirmation confirmation, Peer peer)
    {
        var request = confirmation.Request;
        var client = await parts.Clients.FindAsync(request.ClientId, peer.Partition, context.RequestAborted).ConfigureAwait(false);
        // The client may have changed its registration meanwhile (MCP row C07).
        if (client.Client is not { } known || FindChange(known, request) is not null)
        {
            await answers.FaultAsync(context, Unknown(request, client)).ConfigureAwait(false);
            return;
        }

        var issue = await IssueAsync(context, known, value, confirmation).ConfigureAwait(false);
        if (issue is not { Code: { } code })
        {
            await (issue is { } refused
                ? RefuseAsync(context, request, refused.Outcome) : answers.UnstoredAsync(context, request)).ConfigureAwait(false);
            return;
        }

        using (code)
        {
            await parts.Clients.KeepAsync(known, CancellationToken.None).ConfigureAwait(false);
            await answers.LeaveAsync(context, ClientRedirect.With(request.RedirectUri,
                ("code", code.Reveal().ToString()), ("state", request.State), ("iss", parts.Settings().Origin))).ConfigureAwait(false);
        }
    }

    // Null when the store refused: nothing was issued.
    private async ValueTask<CodeIssue?> IssueAsync(HttpContext context, OAuthClient client, string value, Confirmation confirmation)
    {
        using var place = parts.Bar.TryEnter(confirmation.Person.Subject, confirmation.At);
        if (place is null) return new CodeIssue(CodeIssueOutcome.Erased, null, null);
        try
        {
            var issue = await parts.Issuer.IssueCodeAsync(RandomValue.Digest(value), confirmation.Request, confirmation.Person)
                .ConfigureAwait(false);
            if (issue.Code is not null) await memory.RememberAsync(context, client, confirmation).ConfigureAwait(false);
            return issue;
        }
        catch (StoreException)
        {
            return null;
        }
    }

    // The client of a confirmation that came before has its answer already: an error would follow the code.
    private Task RefuseAsync(HttpContext context, AuthorizationRequest request, CodeIssueOutcome outcome) => outcome switch
    {
        CodeIssueOutcome.NoScope => answers.FailAsync(context, request, new SignInFailure
        {
            Fault = PageFault.NotPermitted,
            Error = ErrorCodes.InvalidScope,
            Description = "The person has none of the requested scopes.",
            Cause = "no-scope",
        }),
        CodeIssueOutcome.AmbiguousSubject => answers.FailAsync(context, request, new SignInFailure
        {
            Fault = PageFault.NotPermitted,
            Error = ErrorCodes.AccessDenied,
            Description = "The client id is the subject of the person.",
            Cause = "ambiguous-subject",
        }),
        CodeIssueOutcome.Contained => answers.FailAsync(context, request, SignInFailure.Contained),
        // The answer to the client does not say why (DP-03).
        CodeIssueOutcome.Unknown or CodeIssueOutcome.Erased => answers.FailAsync(context, request, SignInFailure.Late),
        CodeIssueOutcome.Unrecorded => answers.FailAsync(context, request, SignInFailure.Unrecorded),
        _ => answers.FaultAsync(context, StatusCodes.Status400BadRequest, PageFault.AlreadyUsed),
    };

    private async Task OtherAccountAsync(HttpContext context, string value, Confirmation confirmation, Peer peer)
    {
        await SpendAsync(value).ConfigureAwait(false);
        var provider = parts.Providers().FirstOrDefault(candidate => candidate.Name == confirmation.Person.Provider);
        if (provider is null)
            await answers.FailAsync(context, confirmation.Request, SignInFailure.Of(SignInFaults.Gone, confirmation.Person.Provider, null))
                .ConfigureAwait(false);
        else await start.BeginAsync(context, confirmation.Request, provider, peer, isOther: true).ConfigureAwait(false);
    }

    private async Task CancelAsync(HttpContext context, string value, Confirmation confirmation)
    {
        await SpendAsync(value).ConfigureAwait(false);
        var request = confirmation.Request;
        parts.Journal.Note("oauth.confirmation.cancelled", ("client", request.ClientId), ("subject", confirmation.Person.Subject));
        await answers.DeclineAsync(context, request, "The person cancelled after sign-in.").ConfigureAwait(false);
    }

    private ValueTask<SpendResult> SpendAsync(string value) => parts.Grants.SpendAsync(
        CredentialKind.Confirmation, RandomValue.Digest(value), default, [], null, 1, parts.Time.GetUtcNow());

    private async ValueTask<Confirmation?> FindAsync(string value)
    {
        var digest = RandomValue.Digest(value);
        var found = await parts.Grants.FindCredentialAsync(CredentialKind.Confirmation, digest, parts.Time.GetUtcNow()).ConfigureAwait(false);
        return found is { Credential.Sealed.Length: > 0 } row
            && parts.Facts.Open<Confirmation>(Purposes.Confirmation, Purposes.Owner(digest), row.Credential.Sealed) is { } confirmation
            ? confirmation with { At = row.Credential.At } : null;
    }
}
