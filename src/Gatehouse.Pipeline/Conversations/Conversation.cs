using Gatehouse.Identity.Tokens;

namespace Gatehouse.Pipeline.Conversations;

/// <summary>
/// What spans the exchanges of one client and one subject, over all servers, in both eras and over every transport. The threat is a flow
/// between servers: what one server answered shapes what the same client asks of another, and nothing that is kept for each server sees it.
/// Safe for concurrent use.
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

    /// <summary>Whose it is.</summary>
    public ConversationKey Key { get; }

    /// <summary>State of the conversation as a whole.</summary>
    public ConversationSlots Slots { get; } = new();

    /// <summary>The token of its last exchange: when that is revoked, or its sign-in, client, subject or issuer, the conversation ends.</summary>
    public VerifiedToken Caller { get; internal set; }

    /// <summary>Exchanges under way.</summary>
    internal int Exchanges { get; set; }

    /// <summary>Timestamp of the clock when its last exchange began or ended.</summary>
    internal long Seen { get; set; }

    /// <summary>What is kept of one server; null when the conversation did not reach it, or it was forgotten at a bound.</summary>
    public ConversationServer? Find(string server)
    {
        ArgumentNullException.ThrowIfNull(server);
        lock (gate) return servers.GetValueOrDefault(server);
    }

    internal void Add(ConversationServer server)
    {
        lock (gate) servers.Add(server.Server, server);
    }

    /// <summary>Takes a server out; true when it was the last.</summary>
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

/// <summary>What one caller has of the bound of conversations.</summary>
internal sealed class ConversationOwner
{
    /// <summary>Servers of all its conversations.</summary>
    public int Count { get; set; }

    /// <summary>Those of them that are idle, idle longest first.</summary>
    public LinkedList<ConversationServer> Idle { get; } = [];
}
