using System.Collections.Concurrent;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Gatehouse.Fixture.Serving;

/// <summary>Brings change notifications to those who may have them: modern subscribers and legacy sessions.</summary>
internal sealed class ChangeHub
{
    private readonly ConcurrentDictionary<Subscription, Subscription> subscriptions = new();
    private readonly ConcurrentDictionary<Registration, McpServer> sessions = new();

    /// <summary>Adds a connection that lives longer than one request; a legacy client gets changes without asking.</summary>
    public IDisposable AddSession(McpServer server)
    {
        var registration = new Registration(gone => sessions.TryRemove(gone, out _));
        sessions[registration] = server;
        return registration;
    }

    public void Add(Subscription subscription) => subscriptions[subscription] = subscription;

    public void Remove(Subscription subscription) => subscriptions.TryRemove(subscription, out _);

    public async Task PublishAsync(Change change)
    {
        foreach (var subscription in subscriptions.Keys)
        {
            subscription.Offer(change);
        }

        foreach (var server in sessions.Values)
        {
            await TellAsync(server, change);
        }
    }

    private static async Task TellAsync(McpServer server, Change change)
    {
        // A modern client on this connection has subscribed or wants nothing; before the handshake nobody listens.
        if (server.NegotiatedProtocolVersion is not { } version || ProtocolVersions.IsModern(version))
            return;
        try
        {
            await server.SendMessageAsync(new JsonRpcNotification { Method = change.Method, Params = change.Params() });
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
        {
            // That client has just gone; the others still want to know.
        }
    }
}
