using System.Collections.Immutable;
using System.Text.Json;
using Gatehouse.Identity.Formats;

namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>
/// A client id metadata document, read strictly (MCP row C13). Keys, logos and statements in it are ignored, and nothing is fetched for it.
/// </summary>
internal static class ClientDocument
{
    /// <summary>Reads a document. Whatever the bytes are, the result is a client or a fault.</summary>
    /// <param name="url">The client id.</param>
    /// <param name="body">The document, bytes of a stranger.</param>
    /// <param name="client">The client; null with a fault.</param>
    public static ClientDocumentFault Read(ClientDocumentUrl url, ReadOnlyMemory<byte> body, out OAuthClient? client)
    {
        ArgumentNullException.ThrowIfNull(url);
        client = null;
        if (StrictJson.Parse(body, out var root) != StrictJsonFault.None)
            return ClientDocumentFault.Form;
        if (!string.Equals(ClientMetadata.Text(root, "client_id"), url.Address.OriginalString, StringComparison.Ordinal))
            return ClientDocumentFault.Identifier;
        var name = ClientMetadata.Text(root, "client_name");
        if (!ClientName.IsShowable(name))
            return ClientDocumentFault.Name;
        if (!ClientMetadata.TryReadRedirectUris(root, out var uris, out _))
            return ClientDocumentFault.RedirectUris;
        if (!IsPublic(root))
            return ClientDocumentFault.Authentication;
        if (!ClientMetadata.AllowsCodeGrant(root))
            return ClientDocumentFault.Grant;
        client = ClientOf(url, name!, uris);
        return ClientDocumentFault.None;
    }

    // The draft forbids secrets: a secret in a public document is none. Without the member a client that has no secret can only be public.
    private static bool IsPublic(JsonElement root)
    {
        if (root.TryGetProperty("client_secret", out _) || root.TryGetProperty("client_secret_expires_at", out _))
            return false;
        return !root.TryGetProperty("token_endpoint_auth_method", out _) || ClientMetadata.Text(root, "token_endpoint_auth_method") == "none";
    }

    private static OAuthClient ClientOf(ClientDocumentUrl url, string name, ImmutableArray<string> uris) => new()
    {
        Id = url.Address.OriginalString,
        Name = name,
        Origin = ClientOrigin.Document,
        VouchingHost = url.Host,
        RedirectUris = uris,
        IsLoopbackOnly = RedirectUris.AreLoopback(uris),
    };
}
