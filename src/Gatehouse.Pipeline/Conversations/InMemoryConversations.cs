using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tokens;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Conversations;

/// <summary>
/// The conversations in this process. Bounded by <c>sessions.max</c>, counted by conversation and server. At the bound, the entry with the longest
/// idle time is evicted; if the caller has its part or more, the caller's own. An entry in use is never evicted; the bound on a caller's exchanges
/// also bounds its entries in use.
/// </summary>
/// <remarks>
/// The threat: one caller begins so many conversations that those of others are evicted, with the knowledge in them (CWE-770). Client ids cost
/// nothing to create, so a caller is issuer and subject.
/// </remarks>
/// <param name="time">The clock.</param>
/// <param name="callerShare">The part of the bound that one caller may have, in percent.</param>
public sealed class InMemoryConversations(TimeProvider time, Func<int> callerShare) : IConversations
{
    private readonly Lock gate = new();
    private readonly Dictionary<ConversationKey, Conversation> conversations = [];
    private readonly Dictionary<CallerPartition, ConversationOwner> owners = [];
    private readonly LinkedList<ConversationServer> idle = []; // longest idle time first
    private int count;

    /// <summary>Number of conversations that are kept.</summary>
    public int Count
    {
        get
        {
            lock (gate) return conversations.Count;
        }
    }

    /// <summary>The bounded number: the servers of all conversations.</summary>
    public int Servers
    {
        get
        {
            lock (gate) return count;
        }
    }

    /// <inheritdoc />
    public ValueTask<ConversationServer> EnterAsync(VerifiedToken caller, ServerSettings server, SessionSettings bounds,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(bounds);
        lock (gate)
        {
            var conversation = Find(caller, bounds);
            var entered = conversation.Find(server.Name) ?? Begin(conversation, server.Name, bounds);
            conversation.Caller = caller;
            conversation.Seen = time.GetTimestamp();
            conversation.Exchanges++;
            if (entered.Exchanges++ == 0) LeaveIdle(entered);
            return ValueTask.FromResult(entered);
        }
    }

    /// <inheritdoc />
    public void Leave(ConversationServer entered)
    {
        ArgumentNullException.ThrowIfNull(entered);
        lock (gate)
        {
            entered.Conversation.Seen = time.GetTimestamp();
            entered.Conversation.Exchanges--;
            if (--entered.Exchanges == 0 && !entered.IsForgotten) EnterIdle(entered);
        }
    }

    /// <inheritdoc />
    public int End(Func<Conversation, bool> which)
    {
        ArgumentNullException.ThrowIfNull(which);
        lock (gate)
        {
            List<Conversation> ending = [.. conversations.Values.Where(which)];
            ending.ForEach(End);
            return ending.Count;
        }
    }

    /// <inheritdoc />
    public void Sweep(SessionSettings bounds)
    {
        ArgumentNullException.ThrowIfNull(bounds);
        End(conversation => IsOver(conversation, bounds));
    }

    private Conversation Find(VerifiedToken caller, SessionSettings bounds)
    {
        var key = ConversationKey.Of(caller);
        if (!conversations.TryGetValue(key, out var known)) return new Conversation(key, caller);
        if (!IsOver(known, bounds)) return known;
        End(known); // the sweep has not removed it yet
        return new Conversation(key, caller);
    }

    private ConversationServer Begin(Conversation conversation, string server, SessionSettings bounds)
    {
        MakeRoom(conversation.Key.Partition, bounds.Max);
        var partition = conversation.Key.Partition;
        if (!owners.TryGetValue(partition, out var owner)) owners.Add(partition, owner = new ConversationOwner());
        var begun = new ConversationServer(conversation, server, owner, time);
        conversation.Add(begun);
        conversations[conversation.Key] = conversation; // kept only once there is room, which eviction of its own last server may have made
        owner.Count++;
        count++;
        return begun;
    }

    // Decision 0091: if the caller has its part, its own entry is evicted first. A conversation in use is not idle, so the bound on its caller's
    // concurrent exchanges bounds it.
    private void MakeRoom(CallerPartition caller, int total)
    {
        var owner = owners.GetValueOrDefault(caller);
        if (owner?.Idle.First is { } own && PartitionedBudget.IsHeldToPart(count, total, owner.Count, callerShare())) Forget(own.Value);
        while (count >= total)
        {
            var longest = owner?.Idle.First ?? idle.First ?? throw new RefusalException(Reasons.TooManySessions, "sessions.max");
            Forget(longest.Value);
        }
    }

    private bool IsOver(Conversation conversation, SessionSettings bounds) =>
        conversation.Exchanges == 0 && time.GetElapsedTime(conversation.Seen) >= bounds.Idle;

    private void End(Conversation conversation)
    {
        foreach (var server in conversation.All()) Forget(server);
        conversations.Remove(conversation.Key);
    }

    // A conversation ends with its last server. If it is being entered at another server, that entry adds it again.
    private void Forget(ConversationServer server)
    {
        server.IsForgotten = true;
        LeaveIdle(server);
        var conversation = server.Conversation;
        if (conversation.Remove(server)) conversations.Remove(conversation.Key);
        count--;
        if (--server.Owner.Count == 0) owners.Remove(conversation.Key.Partition); // nothing remains of a caller without conversations
    }

    private void EnterIdle(ConversationServer server)
    {
        server.Owner.Idle.AddLast(server.InOwn ??= new LinkedListNode<ConversationServer>(server));
        idle.AddLast(server.InAll ??= new LinkedListNode<ConversationServer>(server));
    }

    private static void LeaveIdle(ConversationServer server)
    {
        server.InOwn?.List?.Remove(server.InOwn);
        server.InAll?.List?.Remove(server.InAll);
    }
}
