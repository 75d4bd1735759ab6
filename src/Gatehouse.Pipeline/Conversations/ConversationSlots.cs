namespace Gatehouse.Pipeline.Conversations;

/// <summary>
/// The state that features keep of one conversation, of one server in it, or of one session: a value for each slot that was asked for.
/// It ends with what it belongs to. Safe for concurrent use.
/// </summary>
public sealed class ConversationSlots
{
    /// <summary>Most slots with a value. Features decide how many there are, callers and servers do not.</summary>
    public const int Most = 32;

    private Entry[] entries = [];

    /// <summary>The value of a slot, made when it is first asked for.</summary>
    /// <exception cref="InvalidOperationException">There are too many slots: one was made for each use instead of once.</exception>
    public T Get<T>(ConversationSlot<T> slot)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(slot);
        return Find(slot) ?? Add(slot);
    }

    /// <summary>The value of a slot; null when it was not made before.</summary>
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
/// A typed place for state that spans exchanges. A feature makes its slot once, in a static field, and asks
/// <see cref="ConversationSlots"/> for the value: of a conversation, of a conversation at one server, or of a session.
/// </summary>
/// <typeparam name="T">The state. It is safe for concurrent use and bounds itself: nothing else does.</typeparam>
/// <param name="create">Makes the state when it is first asked for. It may run twice for one value, of which one is dropped.</param>
public sealed class ConversationSlot<T>(Func<T> create)
    where T : class
{
    internal T Create() => create();
}
