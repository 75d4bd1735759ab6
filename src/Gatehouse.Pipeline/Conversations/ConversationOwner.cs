namespace Gatehouse.Pipeline.Conversations;

/// <summary>What one caller has of the bound of conversations.</summary>
internal sealed class ConversationOwner
{
    /// <summary>Servers of all its conversations.</summary>
    public int Count { get; set; }

    /// <summary>Those of them that are idle, idle longest first.</summary>
    public LinkedList<ConversationServer> Idle { get; } = [];
}
