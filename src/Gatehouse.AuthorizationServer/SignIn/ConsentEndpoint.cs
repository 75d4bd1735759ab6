using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Pages;
using Gatehouse.AuthorizationServer.Providers;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary><c>POST /oauth/consent</c>: the person's answer to the question who may have which right (MCP rows C01 to C04).</summary>
internal sealed class ConsentEndpoint(AuthorizationServerParts parts, SignInStart start, SignInAnswers answers)
{
    /// <summary>Answers the request.</summary>
    public async Task HandleAsync(HttpContext context, Peer peer)
    {
        var origin = parts.Settings().Origin;
        var given = await RequestParameters.OfFormAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        if (!OwnPage.Sent(context.Request, origin) || given is null || Open(given[PageForms.Sealed]) is not { } form)
        {
            parts.Journal.NoteOf(peer.Partition, "oauth.consent.refused");
            await answers.FaultAsync(context, StatusCodes.Status403Forbidden, PageFault.ForeignForm).ConfigureAwait(false);
            return;
        }

        var request = form.Request;
        if (given[PageForms.Provider] is { } name)
        {
            if (Provider(name) is not { } provider)
            {
                await answers.FailAsync(context, request, SignInFailure.Of(SignInFaults.Gone, name, null)).ConfigureAwait(false);
                return;
            }

            parts.Journal.NoteOf(
                peer.Partition, "oauth.consent", ("client", request.ClientId), ("resource", request.Resource), ("provider", provider.Name));
            await start.BeginAsync(context, request, provider, peer).ConfigureAwait(false);
            return;
        }

        parts.Journal.NoteOf(peer.Partition, "oauth.consent.denied", ("client", request.ClientId), ("resource", request.Resource));
        await answers.DeclineAsync(context, request, "The person did not consent.").ConfigureAwait(false);
    }

    private ISignInProvider? Provider(string name) => parts.Providers().FirstOrDefault(provider => provider.Name == name);

    private ConsentForm? Open(string? text)
    {
        var form = SealedText.Open<ConsentForm>(parts.Facts, ConsentForm.Purpose, text);
        return form is not null && parts.Time.GetUtcNow() < form.Until ? form : null;
    }
}
