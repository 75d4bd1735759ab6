using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Host;
using Gatehouse.AuthorizationServer.Pages;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.AuthorizationServer.SignIn;
using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Connections;

/// <summary>
/// <c>GET /connect/callback/NAME</c>: a browser comes back from a service. The state is used once; its cookie holds the answer to the browser of the
/// person who agreed, and no other person may have signed in there meanwhile (login CSRF, code injection; RFC 9700 §4.4, §4.7).
/// </summary>
internal sealed class ConnectCallbackEndpoint(
    PersonPageParts parts, LinkedPeople people, ConnectionSeals seals, ConnectedServices services, ConnectionRegister register,
    ConnectionJournal journal, ConnectionWaits waits)
{
    /// <summary>Answers the request.</summary>
    public async Task HandleAsync(HttpContext context, Peer peer)
    {
        var given = RequestParameters.OfQuery(context.Request);
        if (given.Repeated.Count > 0 || given["state"] is not { Length: RandomValue.Characters } value)
        {
            await RefuseAsync(context, "state").ConfigureAwait(false);
            return;
        }

        var digest = RandomValue.Digest(value);
        var spent = await parts.Server.Grants.SpendAsync(
            CredentialKind.SignInState, digest, default, [], null, 1, parts.Server.Time.GetUtcNow(), context.RequestAborted).ConfigureAwait(false);
        var state = spent.Credential is { } row
            ? seals.Facts.Open<ConnectionState>(ConnectionState.Purpose, Purposes.Owner(digest), row.Sealed) : null;
        var browser = SignInCookies.TakeBrowser(context, SignInCookies.Key(digest));
        if (spent.Outcome == SpendOutcome.AlreadySpent) await RefuseReuseAsync(context, peer, state).ConfigureAwait(false);
        else if (state is null || !RandomValue.Has(browser, state.Browser)) await RefuseAsync(context, "browser").ConfigureAwait(false);
        else await FinishAsync(context, state, AnswerOf(context, given), peer).ConfigureAwait(false);
    }

    private static ProviderAnswer AnswerOf(HttpContext context, OAuthParameters given) => new(
        context.Request.Path.Value![Routes.ConnectCallback.Length..], given["code"], given["iss"], given["error"], given["error_description"]);

    private async Task FinishAsync(HttpContext context, ConnectionState state, ProviderAnswer answer, Peer peer)
    {
        var link = state.Link;
        if (parts.Sessions.Of(context) is { } session && !people.Is(session, link))
        {
            await people.RefuseAsync(context, session, link, seals.Seal(link)).ConfigureAwait(false);
            return;
        }

        var server = parts.Server.Settings().Server(link.Server);
        var service = services.Find(state.Provider);
        if (service is null || server?.Http?.Connection is not { } wanted || wanted.Provider != service.Name)
        {
            await people.FaultAsync(context, "server", "The configuration changed meanwhile. Make the call again.").ConfigureAwait(false);
            return;
        }

        try
        {
            if (!journal.IsAvailable) throw new SignInException(ConnectionFaults.Unrecorded);
            var tokens = await service.CompleteAsync(answer, state, wanted.Scopes, context.RequestAborted).ConfigureAwait(false);
            if (await register.AddAsync(link, server, service, tokens).ConfigureAwait(false) is { } fault) throw new SignInException(fault);
        }
        catch (SignInException fault)
        {
            await FailAsync(context, service, link, fault.Fault, peer).ConfigureAwait(false);
            return;
        }

        waits.Release(link.Issuer, link.Subject, link.Server);
        // The page has an address of its own: code and state leave the address bar.
        var end = new ConnectionEnd { Service = service.Title, Server = server.Name, Until = parts.Server.Time.GetUtcNow() + SignInCookies.Life };
        var done = SealedText.Of(seals.Facts, ConnectionEnd.Purpose, end);
        Redirects.To(context, $"{parts.Server.Settings().Origin}{Routes.Connect}?done={done}");
    }

    private async Task FailAsync(HttpContext context, ConnectedService service, ConnectionLink link, SignInFault fault, Peer peer)
    {
        (string, string)[] facts =
        [
            ("why", fault.Code), ("server", link.Server), ("provider", service.Name), ("issuer", link.Issuer), ("subject", link.Subject),
        ];
        parts.Server.Journal.NoteOf(peer.Partition, "connection.refused", facts);
        if (fault.IsAttack) parts.Server.Journal.AlarmOf(peer.Partition, fault.Code, ("provider", service.Name));
        if (fault.Code == SignInFaults.DeniedCode)
        {
            await parts.Pages.ShowAsync(context, StatusCodes.Status200OK, frame => ConnectEndPage.RenderCancelled(frame, service.Title))
                .ConfigureAwait(false);
            return;
        }

        await parts.Answers.FaultAsync(context, SignInFailure.Of(fault, service.Name, service.Title).Report(link.Client)).ConfigureAwait(false);
    }

    private Task RefuseReuseAsync(HttpContext context, Peer peer, ConnectionState? state)
    {
        parts.Server.Journal.AlarmOf(peer.Partition, AlarmKinds.StateReuse, ("provider", state?.Provider ?? ""));
        return parts.Answers.FaultAsync(context, new FaultReport(StatusCodes.Status400BadRequest, PageFault.AlreadyUsed)
        {
            Cause = AlarmKinds.StateReuse,
            Provider = state?.Provider,
        });
    }

    private Task RefuseAsync(HttpContext context, string why)
    {
        parts.Server.Journal.NoteOf(Peer.Of(context).Partition, "connection.refused", ("why", why));
        return parts.Answers.FaultAsync(context, new FaultReport(StatusCodes.Status400BadRequest, PageFault.OtherBrowser) { Cause = why });
    }
}
