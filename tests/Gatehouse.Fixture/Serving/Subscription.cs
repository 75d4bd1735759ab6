using System.Text.Json.Nodes;
using System.Threading.Channels;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Gatehouse.Fixture.Serving;

/// <summary>One <c>subscriptions/listen</c>: its filter, and the changes that wait to be sent on its stream.</summary>
internal sealed class Subscription(SubscriptionsListenNotifications filter, RequestId id, McpServer server)
{
    private readonly Channel<Change> changes = Channel.CreateUnbounded<Change>(new() { SingleReader = true });

    public void Offer(Change change)
    {
        if (Wants(change)) changes.Writer.TryWrite(change);
    }

    /// <summary>Acknowledges, then sends changes until the client has enough.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await SendAsync(NotificationMethods.SubscriptionsAcknowledgedNotification, new() { ["notifications"] = Filter() }, cancellation);
        await foreach (var change in changes.Reader.ReadAllAsync(cancellation))
        {
            await SendAsync(change.Method, change.Params(), cancellation);
        }
    }

    private Task SendAsync(string method, JsonObject parameters, CancellationToken cancellation)
    {
        parameters["_meta"] = new JsonObject { [MetaKeys.SubscriptionId] = IdNode() };
        return server.SendMessageAsync(new JsonRpcNotification { Method = method, Params = parameters }, cancellation);
    }

    private JsonValue? IdNode() => id.Id is long number ? JsonValue.Create(number) : JsonValue.Create((string)id.Id!);

    private bool Wants(Change change) =>
        change == Change.Tools ? filter.ToolsListChanged is true
        : change == Change.Prompts ? filter.PromptsListChanged is true
        : change == Change.Resources ? filter.ResourcesListChanged is true
        : change.Uri is { } uri && filter.ResourceSubscriptions?.Contains(uri) is true;

    private JsonObject Filter()
    {
        var accepted = new JsonObject();
        if (filter.ToolsListChanged is true) accepted["toolsListChanged"] = true;
        if (filter.PromptsListChanged is true) accepted["promptsListChanged"] = true;
        if (filter.ResourcesListChanged is true) accepted["resourcesListChanged"] = true;
        if (filter.ResourceSubscriptions is { Count: > 0 } uris)
            accepted["resourceSubscriptions"] = new JsonArray([.. uris.Select(uri => JsonValue.Create(uri))]);
        return accepted;
    }
}
