using Gatehouse.Pipeline.Conversations;

namespace Gatehouse.Pipeline.Sessions;

/// <summary>The resources that a session of the legacy era subscribed to through this process. Bounded; safe for concurrent use.</summary>
public sealed class ResourceSubscriptions
{
    /// <summary>Where a legacy session keeps it.</summary>
    public static readonly ConversationSlot<ResourceSubscriptions> Slot = new(static () => new ResourceSubscriptions());

    /// <summary>Most resources; of those beyond it no update is passed on.</summary>
    public const int Most = 1000;

    private readonly Lock gate = new();
    private readonly HashSet<string> uris = new(StringComparer.Ordinal);

    /// <summary>Notes a subscription.</summary>
    public void Add(string uri)
    {
        lock (gate)
        {
            if (uris.Count < Most) uris.Add(uri);
        }
    }

    /// <summary>Forgets a subscription.</summary>
    public void Remove(string uri)
    {
        lock (gate) uris.Remove(uri);
    }

    /// <summary>True when the resource, or one that it is a part of, was subscribed to.</summary>
    public bool Cover(string uri)
    {
        lock (gate) return uris.Contains(uri) || uris.Any(of => IsPartOf(uri, of));
    }

    /// <summary>True when the URI names a part of the resource (MCP, resources/updated: it may be a sub-resource).</summary>
    public static bool IsPartOf(string uri, string resource)
    {
        ArgumentNullException.ThrowIfNull(uri);
        ArgumentNullException.ThrowIfNull(resource);
        return uri.Length > resource.Length
            && uri.StartsWith(resource, StringComparison.Ordinal)
            && (resource.EndsWith('/') || uri[resource.Length] is '/' or '#' or '?');
    }
}
