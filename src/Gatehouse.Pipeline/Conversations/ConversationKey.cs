using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Pipeline.Conversations;

/// <summary>
/// The owner of a conversation: issuer, subject and client of the verified token. The server is no part of it, because a conversation spans servers.
/// A client's statements about itself are no part of it either, because another client could make the same.
/// </summary>
/// <param name="Issuer">Issuer of the token.</param>
/// <param name="Subject">Subject at that issuer.</param>
/// <param name="ClientId">The client that the issuer named; null when it named none, which counts as a separate client.</param>
public readonly record struct ConversationKey(string Issuer, string Subject, string? ClientId)
{
    /// <summary>
    /// The caller whose part of shared bounds the conversation uses. Client ids cost nothing to create, so they do not divide the part.
    /// </summary>
    public CallerPartition Partition => CallerPartition.Of(Issuer, Subject);

    /// <summary>Returns the key of a caller's conversation.</summary>
    public static ConversationKey Of(VerifiedToken caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return new ConversationKey(caller.Issuer, caller.Subject, caller.ClientId);
    }
}
