namespace Gatehouse.Pipeline.Conversations;

/// <summary>The resources that a session of the legacy era subscribed to through this process. Bounded; safe for concurrent use.</summary>
public sealed class ResourceSubscriptions
{
    /// <summary>The slot of a legacy session that holds it.</summary>
    public static readonly ConversationSlot<ResourceSubscriptions> Slot = new(static () => new ResourceSubscriptions());

    /// <summary>Most resources; beyond it no update is forwarded.</summary>
    public const int Most = 1000;

    /// <summary>Most resources, and most tasks, that one request names: each is a question, perhaps to an external decision point.</summary>
    public const int MostInRequest = 256;

    private readonly Lock gate = new();
    private readonly HashSet<string> uris = new(StringComparer.Ordinal);

    /// <summary>Records a subscription.</summary>
    public void Add(string uri)
    {
        lock (gate)
        {
            if (uris.Count < Most) uris.Add(uri);
        }
    }

    /// <summary>Removes a subscription.</summary>
    public void Remove(string uri)
    {
        lock (gate) uris.Remove(uri);
    }

    /// <summary>Tells whether there is a subscription to the resource, or to one that it is a part of.</summary>
    public bool Cover(string uri)
    {
        lock (gate) return uris.Contains(uri) || uris.Any(of => IsPartOf(uri, of));
    }

    /// <summary>Tells whether the URI names a part of the resource (MCP, resources/updated: it may be a sub-resource).</summary>
    public static bool IsPartOf(string uri, string resource)
    {
        ArgumentNullException.ThrowIfNull(uri);
        ArgumentNullException.ThrowIfNull(resource);
        return uri.Length > resource.Length
            && uri.StartsWith(resource, StringComparison.Ordinal)
            && (resource.EndsWith('/') || uri[resource.Length] is '/' or '#' or '?');
    }
}
