using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Pages;
using Gatehouse.AuthorizationServer.SignIn;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Connections;

/// <summary>The people who open links: their sign-in, and the answers to those whose link it is not.</summary>
/// <param name="parts">The parts of the authorization server.</param>
/// <param name="links">The sign-in of people.</param>
/// <param name="judge">Compares the person with the one of the link.</param>
internal sealed class LinkedPeople(PersonPageParts parts, ConnectionLinks links, LinkJudge judge)
{
    /// <summary>Sends the browser to sign in as the person of a link, and then to its page.</summary>
    /// <param name="context">The request.</param>
    /// <param name="link">The link.</param>
    /// <param name="text">The same, sealed.</param>
    /// <param name="peer">The stranger.</param>
    /// <param name="isOther">True when the person wants to use another account.</param>
    public Task SignInAsync(HttpContext context, ConnectionLink link, string text, Peer peer, bool isOther)
    {
        var named = links.SignInOf(link.Issuer, link.Subject)?.Name;
        var provider = parts.Server.Providers().FirstOrDefault(one => one.Name == named);
        return provider is null
            ? FaultAsync(context, "sign-in-gone", "People of your issuer cannot sign in at the gateway any more. Ask its administrator.")
            : parts.Start.BeginAsync(context, null, provider, peer, isOther, ConnectionLinks.PageOf(text));
    }

    /// <inheritdoc cref="LinkJudge.IsSame"/>
    public bool Is(PersonSession session, ConnectionLink link) => judge.IsSame(session, link);

    /// <summary>Answers another person, and records it.</summary>
    public Task RefuseAsync(HttpContext context, PersonSession session, ConnectionLink link, string text)
    {
        var entry = parts.Server.Journal.NoteOf(Peer.Of(context).Partition, "connection.refused",
            ("why", "other-person"), ("server", link.Server), ("issuer", link.Issuer), ("subject", link.Subject),
            ("byIssuer", parts.Server.Settings().Origin), ("by", session.Subject));
        return parts.Pages.ShowAsync(context, StatusCodes.Status403Forbidden,
            frame => OtherPersonPage.Render(frame, session.DisplayName, entry, text));
    }

    /// <summary>Shows a fault of a link.</summary>
    public Task FaultAsync(HttpContext context, string cause, string detail) => parts.Answers.FaultAsync(context,
        new FaultReport(StatusCodes.Status400BadRequest, PageFault.BadRequest) { Cause = cause, Detail = detail });
}
