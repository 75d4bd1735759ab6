using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Conversations;

/// <summary>The state of one server in a conversation. Safe for concurrent use.</summary>
public sealed class ConversationServer
{
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private Sessionless? modern;
    private Sessionless? legacy;

    internal ConversationServer(Conversation conversation, string server, ConversationOwner owner, TimeProvider time)
    {
        Conversation = conversation;
        Owner = owner;
        Server = server;
        this.time = time;
    }

    /// <summary>The conversation.</summary>
    public Conversation Conversation { get; }

    /// <summary>Name of the server.</summary>
    public string Server { get; }

    /// <summary>State of the conversation at this server, over sessions and eras.</summary>
    public ConversationSlots Slots { get; } = new();

    /// <summary>The caller whose part of the bound it uses.</summary>
    internal ConversationOwner Owner { get; }

    /// <summary>Number of exchanges in progress at this server.</summary>
    internal int Exchanges { get; set; }

    /// <summary>Its entries in the lists of idle servers; null until it was idle.</summary>
    internal LinkedListNode<ConversationServer>? InOwn { get; set; }

    /// <inheritdoc cref="InOwn"/>
    internal LinkedListNode<ConversationServer>? InAll { get; set; }

    /// <summary>True once it was evicted: an exchange in progress still has it, the next one gets another.</summary>
    internal bool IsForgotten { get; set; }

    /// <summary>
    /// Returns the state that replaces a session's for exchanges without one. It lasts as long as a session would: until the caller was silent at
    /// this server for <c>sessions.idle</c>, at most <c>sessions.absolute</c>. Each era has its own.
    /// </summary>
    /// <param name="isModern">The era.</param>
    /// <param name="begins">True for a handshake, which begins new state, even if the server has no sessions.</param>
    /// <param name="bounds">The lifetimes of sessions.</param>
    internal ConversationSlots WithoutSession(bool isModern, bool begins, SessionSettings bounds)
    {
        var now = time.GetTimestamp();
        lock (gate)
        {
            ref var kept = ref isModern ? ref modern : ref legacy;
            if (begins || kept is null || !IsAlive(kept, now, bounds)) kept = new Sessionless(now);
            kept.Seen = now;
            return kept.Slots;
        }
    }

    private bool IsAlive(Sessionless one, long now, SessionSettings bounds) =>
        time.GetElapsedTime(one.Seen, now) < bounds.Idle && time.GetElapsedTime(one.Begun, now) < bounds.Absolute;

    private sealed class Sessionless(long begun)
    {
        public ConversationSlots Slots { get; } = new();

        public long Begun => begun;

        public long Seen { get; set; }
    }
}
