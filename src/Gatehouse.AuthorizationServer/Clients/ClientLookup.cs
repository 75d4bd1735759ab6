namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>The result of looking up a client.</summary>
/// <param name="Client">The client; null when it is not known.</param>
/// <param name="Fault">Why it is not known, in words for the person in front of the browser; null with a client. It holds no text of a
/// stranger.</param>
/// <param name="Cause">Why it is not known, as a word of the code for the audit log; null with a client.</param>
internal readonly record struct ClientLookup(OAuthClient? Client, string? Fault, string? Cause = null)
{
    /// <summary>True when the client may be known nevertheless: its document or the store cannot be read at this moment.</summary>
    public bool IsTemporary { get; init; }
}
