namespace Gatehouse.Pipeline.Conversations;

/// <summary>Keeps the conversation that the session stage found until its exchange has ended, so that no bound takes it away in between.</summary>
internal readonly struct ConversationHold(IConversations conversations, Exchange exchange) : IDisposable
{
    public void Dispose()
    {
        if (exchange.ConversationServer is { } entered) conversations.Leave(entered);
    }
}
