using Gatehouse.Identity.Tokens;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Conversations;

/// <summary>
/// The conversations of all callers. A conversation is kept while one of its exchanges is in progress, and until its caller was silent at every
/// server for <c>sessions.idle</c>. It ends earlier at a bound, or when its caller's rights are revoked. A conversation that ended is forgotten with
/// all its slots: the next exchange begins another, like that of an unknown caller.
/// </summary>
public interface IConversations
{
    /// <summary>Finds or begins the caller's conversation, and keeps it and its state of the server until <see cref="Leave"/>.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="server">The server of the exchange.</param>
    /// <param name="bounds">Bounds of number and time.</param>
    /// <param name="cancellation">Ends the wait of an implementation that has to fetch the conversation.</param>
    /// <exception cref="RefusalException"><see cref="Reasons.TooManySessions"/>: the bound is reached, and every conversation is in use.</exception>
    ValueTask<ConversationServer> EnterAsync(VerifiedToken caller, ServerSettings server, SessionSettings bounds, CancellationToken cancellation);

    /// <summary>Reports that the exchange has ended.</summary>
    void Leave(ConversationServer entered);

    /// <summary>Ends conversations, including those in use, and returns their number. Exchanges in progress keep their state.</summary>
    int End(Func<Conversation, bool> which);

    /// <summary>Ends conversations that were silent for too long.</summary>
    void Sweep(SessionSettings bounds);
}
