using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.AuthorizationServer.SignIn;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Connections;

/// <summary>The pages of connections, which the authorization server serves.</summary>
/// <param name="links">The links.</param>
/// <param name="judge">Compares people with those of links.</param>
/// <param name="seals">Opens links and states.</param>
/// <param name="services">The services.</param>
/// <param name="register">The connections.</param>
/// <param name="journal">The record of connections.</param>
/// <param name="waits">The calls that wait for a connection.</param>
internal sealed class ConnectionPages(
    ConnectionLinks links, LinkJudge judge, ConnectionSeals seals, ConnectedServices services, ConnectionRegister register, ConnectionJournal journal,
    ConnectionWaits waits) : IPersonPages
{
    /// <inheritdoc />
    public IEnumerable<(string Method, string Path, Func<HttpContext, Peer, Task> Handler)> Of(PersonPageParts parts)
    {
        var people = new LinkedPeople(parts, links, judge);
        var page = new ConnectEndpoint(parts, people, seals, services);
        var callback = new ConnectCallbackEndpoint(parts, people, seals, services, register, journal, waits);
        return
        [
            ("GET", Routes.Connect, page.ShowAsync), ("POST", Routes.Connect, page.AnswerAsync),
            ("GET", Routes.ConnectCallback, callback.HandleAsync),
        ];
    }
}
