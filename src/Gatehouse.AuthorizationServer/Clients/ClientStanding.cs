namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>The standing of a client when a person granted: how it was known, and whether it proved a secret.</summary>
/// <remarks>
/// Threat: an administrator removes a client whose id is an https address. From then on the document at that address is the client, public and
/// written by whoever publishes there, and it would have the grants of the removed one (CWE-863).
/// </remarks>
/// <param name="Origin">How the client was known.</param>
/// <param name="IsConfidential">True when it proved a secret.</param>
internal sealed record ClientStanding(ClientOrigin Origin, bool IsConfidential)
{
    /// <summary>Returns the standing of a client at this moment.</summary>
    public static ClientStanding Of(OAuthClient client) => new(client.Origin, !client.IsPublic);

    /// <summary>Returns whether a client of the same id is at least as strong as this.</summary>
    public bool Covers(OAuthClient client) => client.Origin <= Origin && !(IsConfidential && client.IsPublic);
}
