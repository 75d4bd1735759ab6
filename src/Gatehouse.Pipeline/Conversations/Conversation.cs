using Gatehouse.Identity.Tokens;

namespace Gatehouse.Pipeline.Conversations;

/// <summary>
/// The state that spans the exchanges of one client and one subject, over all servers, in both eras and over every transport. The threat is a flow
/// between servers: one server's answer shapes the same client's request to another, and state that is kept for each server separately cannot detect
/// it. Safe for concurrent use.
/// </summary>
public sealed class Conversation
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, ConversationServer> servers = new(1, StringComparer.Ordinal);

    internal Conversation(ConversationKey key, VerifiedToken caller)
    {
        Key = key;
        Caller = caller;
    }

    /// <summary>Owner of the conversation.</summary>
    public ConversationKey Key { get; }

    /// <summary>State of the conversation as a whole.</summary>
    public ConversationSlots Slots { get; } = new();

    /// <summary>
    /// The token of its last exchange. When that token is revoked, or its sign-in, client, subject or issuer, the conversation ends.
    /// </summary>
    public VerifiedToken Caller { get; internal set; }

    /// <summary>Number of exchanges in progress.</summary>
    internal int Exchanges { get; set; }

    /// <summary>Time stamp of the clock when its last exchange began or ended.</summary>
    internal long Seen { get; set; }

    /// <summary>Returns the state of one server; null when the conversation did not reach it, or it was evicted at a bound.</summary>
    public ConversationServer? Find(string server)
    {
        ArgumentNullException.ThrowIfNull(server);
        lock (gate) return servers.GetValueOrDefault(server);
    }

    internal void Add(ConversationServer server)
    {
        lock (gate) servers.Add(server.Server, server);
    }

    /// <summary>Removes a server; true when it was the last.</summary>
    internal bool Remove(ConversationServer server)
    {
        lock (gate)
        {
            servers.Remove(server.Server);
            return servers.Count == 0;
        }
    }

    internal IReadOnlyList<ConversationServer> All()
    {
        lock (gate) return [.. servers.Values];
    }
}

/// <summary>The part of one caller in the bound of conversations.</summary>
internal sealed class ConversationOwner
{
    /// <summary>Number of servers in all its conversations.</summary>
    public int Count { get; set; }

    /// <summary>Those of them that are idle, longest idle time first.</summary>
    public LinkedList<ConversationServer> Idle { get; } = [];
}
