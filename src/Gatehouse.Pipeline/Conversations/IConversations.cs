using Gatehouse.Identity.Tokens;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Conversations;

/// <summary>
/// The conversations of all callers. One is kept while an exchange of it is under way and until its caller was silent at every server for
/// <c>sessions.idle</c>; it ends before that at a bound, or when its caller's rights are revoked. What ended is forgotten with all its slots:
/// the next exchange begins another, as that of a caller who was never seen.
/// </summary>
public interface IConversations
{
    /// <summary>Finds or begins the caller's conversation and keeps it, and what it has of the server, until <see cref="Leave"/>.</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="server">The server that the exchange is with.</param>
    /// <param name="bounds">How many are kept, and how long.</param>
    /// <param name="cancellation">Ends the wait of an implementation that has to fetch it.</param>
    /// <exception cref="RefusalException"><see cref="Reasons.TooManySessions"/>: the bound is reached, and every conversation is in use.</exception>
    ValueTask<ConversationServer> EnterAsync(VerifiedToken caller, ServerSettings server, SessionSettings bounds, CancellationToken cancellation);

    /// <summary>The exchange has ended.</summary>
    void Leave(ConversationServer entered);

    /// <summary>Ends conversations, also such as are in use; returns how many. Exchanges under way keep what they have.</summary>
    int End(Func<Conversation, bool> which);

    /// <summary>Ends conversations that were silent for too long.</summary>
    void Sweep(SessionSettings bounds);
}
