namespace Gatehouse.Pipeline.Conversations;

/// <summary>
/// The state that features keep for one conversation, for one server in it, or for one session: a value for each slot that was used. It ends with its
/// owner. Safe for concurrent use.
/// </summary>
public sealed class ConversationSlots
{
    /// <summary>Most slots with a value. The number depends on features, not on callers or servers.</summary>
    public const int Most = 32;

    private Entry[] entries = [];

    /// <summary>Returns the value of a slot, created at its first use.</summary>
    /// <exception cref="InvalidOperationException">There are too many slots: one was created for each use instead of once.</exception>
    public T Get<T>(ConversationSlot<T> slot)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(slot);
        return Find(slot) ?? Add(slot);
    }

    /// <summary>Returns the value of a slot; null when it was not created before.</summary>
    public T? Find<T>(ConversationSlot<T> slot)
        where T : class => Find(Volatile.Read(ref entries), slot);

    private static T? Find<T>(Entry[] among, ConversationSlot<T> slot)
        where T : class
    {
        foreach (var entry in among)
        {
            if (ReferenceEquals(entry.Slot, slot)) return (T)entry.Value;
        }

        return null;
    }

    private T Add<T>(ConversationSlot<T> slot)
        where T : class
    {
        var made = slot.Create();
        while (true)
        {
            var before = Volatile.Read(ref entries);
            if (Find(before, slot) is { } meanwhile) return meanwhile;
            if (before.Length >= Most) throw new InvalidOperationException("a slot is made once, in a static field, and not for each use");
            if (Interlocked.CompareExchange(ref entries, [.. before, new Entry(slot, made)], before) == before) return made;
        }
    }

    private readonly record struct Entry(object Slot, object Value);
}

/// <summary>
/// A typed slot for state that spans exchanges. A feature creates its slot once, in a static field, and asks <see cref="ConversationSlots"/> for the
/// value: of a conversation, of a conversation at one server, or of a session.
/// </summary>
/// <typeparam name="T">The state. It must be safe for concurrent use and bound its own size, since no other code does.</typeparam>
/// <param name="create">Creates the state at the first use. It may run twice for one value; one of the two is dropped.</param>
public sealed class ConversationSlot<T>(Func<T> create)
    where T : class
{
    internal T Create() => create();
}
