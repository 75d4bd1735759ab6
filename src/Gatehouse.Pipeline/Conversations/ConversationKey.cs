using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Pipeline.Conversations;

/// <summary>
/// Whose conversation it is: issuer, subject and client of the verified token. The server is no part of it, because a conversation spans
/// servers; nor is anything that a client says of itself, because another could say the same.
/// </summary>
/// <param name="Issuer">Issuer of the token.</param>
/// <param name="Subject">Subject at that issuer.</param>
/// <param name="ClientId">The client that the issuer named; null where it named none, which is a client by itself.</param>
public readonly record struct ConversationKey(string Issuer, string Subject, string? ClientId)
{
    /// <summary>Whose part of what callers have in common the conversation uses. A client id is free to make, so it divides nothing.</summary>
    public CallerPartition Partition => CallerPartition.Of(Issuer, Subject);

    /// <summary>The key of a caller's conversation.</summary>
    public static ConversationKey Of(VerifiedToken caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return new ConversationKey(caller.Issuer, caller.Subject, caller.ClientId);
    }
}
