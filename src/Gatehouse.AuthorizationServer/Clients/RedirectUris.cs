using Gatehouse.Identity.Redirects;

namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>The redirect URIs of a client, and the one that a request names (MCP rows B19, C07, C12).</summary>
internal static class RedirectUris
{
    /// <summary>The most redirect URIs of one client.</summary>
    public const int MostOfClient = 32;

    /// <summary>Finds out whether a client may be answered at the URI that a request names.</summary>
    /// <param name="client">The client.</param>
    /// <param name="requested">The URI of the request, text of a stranger.</param>
    /// <returns>The URI; null when it is not registered. A URI that is not registered must never get an answer, not even an error (C12).</returns>
    public static RedirectUri? Find(OAuthClient client, string? requested)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (!RedirectUri.TryParse(requested, out var uri, out _))
            return null;
        foreach (var text in client.RedirectUris)
        {
            if (RedirectUri.TryParse(text, out var registered, out _) && uri.Matches(registered))
                return uri;
        }

        return null;
    }

    /// <summary>Returns whether two URIs lead to one place: equal texts, or the same address of loopback on another port.</summary>
    public static bool AreSame(string one, string other) =>
        RedirectUri.TryParse(one, out var first, out _) && RedirectUri.TryParse(other, out var second, out _) && first.Matches(second);

    /// <summary>Returns whether every URI is on loopback (MCP row C16). URIs that cannot be read count as other ones.</summary>
    public static bool AreLoopback(IEnumerable<string> uris) =>
        uris.All(text => RedirectUri.TryParse(text, out var uri, out _) && uri.IsLoopback);
}
