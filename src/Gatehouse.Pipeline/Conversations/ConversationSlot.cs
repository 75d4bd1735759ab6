namespace Gatehouse.Pipeline.Conversations;

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
