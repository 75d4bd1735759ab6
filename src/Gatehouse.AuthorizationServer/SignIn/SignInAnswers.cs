using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Pages;
using Gatehouse.Storage.Abstractions;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>
/// Decides how a sign-in answers: by a redirect to the client, by a page that leaves by itself or by a click, or by a page of a fault with its entry
/// in the audit log.
/// </summary>
/// <param name="parts">The clients and the record.</param>
/// <param name="pages">The pages.</param>
internal sealed class SignInAnswers(AuthorizationServerParts parts, SignInPages pages)
{
    /// <summary>
    /// Answers a request that a client got wrong (RFC 6749 §4.1.2.1). To a client of the administrator, or on loopback, the browser is redirected. To
    /// a place that anyone can name, only the person takes it.
    /// </summary>
    public Task RefuseAsync(HttpContext context, OAuthClient client, ClientError error)
    {
        var address = ClientRedirect.With(error, parts.Settings().Origin);
        if (!MayLeave(client, error.RedirectUri))
            return pages.HeldAsync(context, address);
        Redirects.To(context, address);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Answers a sign-in that failed after its request was judged. The client gets the error (RFC 6749 §4.1.2.1), or it would wait until its time is
    /// over. The person reads the page first and takes the error to the client by a link. Only a refusal of the person's own leaves by itself, and
    /// only to a place that <see cref="RefuseAsync"/> redirects to.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="request">The client's request; null when the person only wanted to see what was granted.</param>
    /// <param name="failure">The failure.</param>
    public async Task FailAsync(HttpContext context, AuthorizationRequest? request, SignInFailure failure)
    {
        var client = request is null ? null : await FindAsync(context, request).ConfigureAwait(false);
        var address = client is null ? null
            : ClientRedirect.With(new ClientError(request!.RedirectUri, request.State, failure.Error, failure.Description), parts.Settings().Origin);
        if (address is not null && failure.IsKnownToThePerson && MayLeave(client!, request!.RedirectUri))
            await LeaveAsync(context, address).ConfigureAwait(false);
        else
            await FaultAsync(context, failure.Report(request?.ClientId) with { Back = address }).ConfigureAwait(false);
    }

    /// <summary>
    /// Takes the refusal of a person to the client. One that is not known any more, or lost its redirect URI since the request, gets nothing (MCP row
    /// C07).
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="request">The client's request.</param>
    /// <param name="description">The refusal in words, in ASCII.</param>
    public async Task DeclineAsync(HttpContext context, AuthorizationRequest request, string description)
    {
        if (await FindAsync(context, request).ConfigureAwait(false) is null)
        {
            await FaultAsync(context, new FaultReport(StatusCodes.Status400BadRequest, PageFault.UnknownClient)
            {
                Place = FaultPlace.Client,
                Client = request.ClientId,
            }).ConfigureAwait(false);
            return;
        }

        var error = new ClientError(request.RedirectUri, request.State, ErrorCodes.AccessDenied, description);
        await LeaveAsync(context, ClientRedirect.With(error, parts.Settings().Origin)).ConfigureAwait(false);
    }

    /// <summary>Answers a request that the store could not serve.</summary>
    /// <param name="context">The request.</param>
    /// <param name="request">The client's request; null where it is not known.</param>
    public Task UnstoredAsync(HttpContext context, AuthorizationRequest? request)
    {
        parts.Journal.NoteOf(Peer.Of(context).Partition, "oauth.store.fault", ("path", context.Request.Path.Value ?? ""));
        context.Response.Headers.RetryAfter = "5";
        return FailAsync(context, request, new SignInFailure
        {
            Status = StatusCodes.Status503ServiceUnavailable,
            Fault = PageFault.Internal,
            Error = ErrorCodes.TemporarilyUnavailable,
            Description = "The store of the authorization server does not answer.",
            Cause = "store",
        });
    }

    /// <summary>Takes the browser to another origin: by a redirect, or from a form by a page that leaves by itself.</summary>
    public Task LeaveAsync(HttpContext context, string address)
    {
        if (HttpMethods.IsPost(context.Request.Method))
            return pages.ForwardAsync(context, address);
        Redirects.To(context, address);
        return Task.CompletedTask;
    }

    /// <summary>Shows a fault that needs no more words than its own.</summary>
    public Task FaultAsync(HttpContext context, int status, PageFault fault) => FaultAsync(context, new FaultReport(status, fault));

    /// <summary>Shows a fault: what happened, where, and what to do. The id on the page is that of the entry in the audit log.</summary>
    public Task FaultAsync(HttpContext context, FaultReport report)
    {
        var id = parts.Journal.NoteOf(Peer.Of(context).Partition, "oauth.fault", report.Facts());
        return pages.FaultAsync(context, report, id);
    }

    // RFC 9700 §4.11.2: the gateway redirects by itself only to a place that an administrator named, or that is on the person's computer.
    private static bool MayLeave(OAuthClient client, string redirectUri) =>
        client.Origin == ClientOrigin.Configured || new RedirectTarget(redirectUri).IsLoopback;

    // Null when the client or its redirect URI is not valid any more: then nothing leaves this origin (MCP row C07).
    private async ValueTask<OAuthClient?> FindAsync(HttpContext context, AuthorizationRequest request)
    {
        try
        {
            var found = await parts.Clients.FindAsync(request.ClientId, Peer.Of(context).Partition, context.RequestAborted).ConfigureAwait(false);
            return found.Client is { } client && RedirectUris.Find(client, request.RedirectUri) is not null ? client : null;
        }
        catch (StoreException)
        {
            return null;
        }
    }
}
