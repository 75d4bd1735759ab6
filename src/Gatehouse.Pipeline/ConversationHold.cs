using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Pipeline;

/// <summary>
/// A hold on the exchange's conversation, from the session stage until the exchange has ended, so that no bound evicts it in between.
/// </summary>
internal readonly struct ConversationHold(IConversations conversations, Exchange exchange) : IDisposable
{
    public void Dispose()
    {
        if (exchange.ConversationServer is { } entered) conversations.Leave(entered);
    }
}
