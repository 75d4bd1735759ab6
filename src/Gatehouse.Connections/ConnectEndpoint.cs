using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Pages;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.AuthorizationServer.SignIn;
using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Connections;

/// <summary>
/// <c>/connect</c>: a person who signed in reads which service, which scopes, for which server and who asks, and agrees or not (OB-05). Nothing
/// goes to the service before.
/// </summary>
internal sealed class ConnectEndpoint(PersonPageParts parts, LinkedPeople people, ConnectionSeals seals, ConnectedServices services)
{
    private const string Incomplete = "The link is not complete, or older than an hour. Make the call again to get a new one.";

    /// <summary>Shows the page; a person who is not signed in is sent to sign in first.</summary>
    public async Task ShowAsync(HttpContext context, Peer peer)
    {
        var given = RequestParameters.OfQuery(context.Request);
        if (given["done"] is { } done)
        {
            await ShowEndAsync(context, done).ConfigureAwait(false);
            return;
        }

        var text = given[ConnectionLinks.Parameter];
        if (seals.OpenLink(text) is not { } link) await people.FaultAsync(context, "link", Incomplete).ConfigureAwait(false);
        else if (Find(link) is not var (server, service)) await GoneAsync(context).ConfigureAwait(false);
        else if (parts.Sessions.Of(context) is not { } session)
            await people.SignInAsync(context, link, text!, peer, isOther: false).ConfigureAwait(false);
        else if (!people.Is(session, link)) await people.RefuseAsync(context, session, link, text!).ConfigureAwait(false);
        else await AskAsync(context, link, text!, server, service, session).ConfigureAwait(false);
    }

    /// <summary>Takes the answer of the person.</summary>
    public async Task AnswerAsync(HttpContext context, Peer peer)
    {
        var given = await RequestParameters.OfFormAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        var session = given is not null && OwnPage.Sent(context.Request, parts.Server.Settings().Origin) ? parts.Sessions.Of(context) : null;
        if (session is null)
        {
            await parts.Answers.FaultAsync(context, StatusCodes.Status403Forbidden, PageFault.ForeignForm).ConfigureAwait(false);
            return;
        }

        var text = given![PageForms.Sealed];
        if (seals.OpenLink(text) is not { } link) await people.FaultAsync(context, "link", Incomplete).ConfigureAwait(false);
        else if (given[PageForms.Decision] == PageForms.Other)
            await people.SignInAsync(context, link, text!, peer, isOther: true).ConfigureAwait(false);
        else if (!people.Is(session, link)) await people.RefuseAsync(context, session, link, text!).ConfigureAwait(false);
        else if (Find(link) is not var (server, service)) await GoneAsync(context).ConfigureAwait(false);
        else if (given[PageForms.Decision] == PageForms.Continue)
            await BeginAsync(context, link, server, service, peer).ConfigureAwait(false);
        else await DeclineAsync(context, link, service).ConfigureAwait(false);
    }

    private (ServerSettings Server, ConnectedService Service)? Find(ConnectionLink link) =>
        parts.Server.Settings().Server(link.Server) is { Http.Connection: { } wanted } server && services.Find(wanted.Provider) is { } service
            ? (server, service) : null;

    private Task GoneAsync(HttpContext context) =>
        people.FaultAsync(context, "server", "The server does not use a connection any more. Close this page, and make the call again.");

    private Task AskAsync(
        HttpContext context, ConnectionLink link, string text, ServerSettings server, ConnectedService service, PersonSession session)
    {
        var model = new ConnectModel
        {
            Service = service.Title,
            ServiceHost = service.Host,
            Server = new PageServer(server.Name, parts.Server.Settings().Authority),
            Scopes = [.. server.Http!.Connection!.Scopes.Select(scope => new PageScope(scope))],
            Client = parts.Pages.ClientOf(link.Client ?? "?"),
            Person = session.DisplayName,
            Provider = parts.Pages.ProviderName(session.Provider),
            Sealed = text,
        };
        return parts.Pages.ShowAsync(context, StatusCodes.Status200OK, frame => ConnectPage.Render(frame, model));
    }

    // The state is random, stored here, bound to this browser and, by what it seals, to the person (MCP rows C06, C08, C10).
    private async Task BeginAsync(HttpContext context, ConnectionLink link, ServerSettings server, ConnectedService service, Peer peer)
    {
        var (value, verifier, browser, now) = (RandomValue.New(), RandomValue.New(), RandomValue.New(), parts.Server.Time.GetUtcNow());
        try
        {
            var address = await service.BeginAsync(value, verifier, server.Http!.Connection!.Scopes, context.RequestAborted).ConfigureAwait(false);
            var digest = RandomValue.Digest(value);
            var state = new ConnectionState
            {
                Link = link,
                Provider = service.Name,
                Service = service.Identity,
                Verifier = verifier,
                Browser = RandomValue.Digest(browser),
            };
            var row = new CredentialRow(CredentialKind.SignInState, digest, "", peer.Digest,
                seals.Facts.Seal(ConnectionState.Purpose, Purposes.Owner(digest), state), now, now + SignInCookies.Life);
            await parts.Server.Grants.AddCredentialAsync(row, SignInStart.MostOf(peer), context.RequestAborted).ConfigureAwait(false);
            SignInCookies.SetBrowser(context, SignInCookies.Key(digest), browser);
            await parts.Answers.LeaveAsync(context, address.AbsoluteUri).ConfigureAwait(false);
        }
        catch (SignInException fault)
        {
            var failure = SignInFailure.Of(fault.Fault, service.Name, service.Title);
            await parts.Answers.FaultAsync(context, failure.Report(link.Client)).ConfigureAwait(false);
        }
    }

    private Task DeclineAsync(HttpContext context, ConnectionLink link, ConnectedService service)
    {
        parts.Server.Journal.NoteOf(Peer.Of(context).Partition, "connection.refused", ("why", "declined"), ("server", link.Server),
            ("provider", service.Name), ("issuer", link.Issuer), ("subject", link.Subject));
        return parts.Pages.ShowAsync(context, StatusCodes.Status200OK, frame => ConnectEndPage.RenderCancelled(frame, service.Title));
    }

    private Task ShowEndAsync(HttpContext context, string done) =>
        SealedText.Open<ConnectionEnd>(seals.Facts, ConnectionEnd.Purpose, done) is { } end && parts.Server.Time.GetUtcNow() < end.Until
            ? parts.Pages.ShowAsync(context, StatusCodes.Status200OK, frame => ConnectEndPage.RenderDone(frame, end.Service, end.Server))
            : people.FaultAsync(context, "link", Incomplete);
}
