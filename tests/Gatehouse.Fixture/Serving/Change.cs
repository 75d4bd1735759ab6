using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace Gatehouse.Fixture.Serving;

/// <summary>Something a client may want to hear of.</summary>
internal sealed record Change(string Method, string? Uri = null)
{
    public static Change Tools { get; } = new(NotificationMethods.ToolListChangedNotification);

    public static Change Prompts { get; } = new(NotificationMethods.PromptListChangedNotification);

    public static Change Resources { get; } = new(NotificationMethods.ResourceListChangedNotification);

    public static Change Resource(string uri) => new(NotificationMethods.ResourceUpdatedNotification, uri);

    /// <summary>A new object each time, as a JSON node has one place only.</summary>
    public JsonObject Params() => Uri is null ? [] : new() { ["uri"] = Uri };
}
