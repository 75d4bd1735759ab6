using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Identity.Formats;
using Gatehouse.Identity.Redirects;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Text;

namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>A client that registered itself, as it is kept in the store (RFC 7591).</summary>
internal static class RegisteredClient
{
    private const string Prefix = "client-";
    private const int IdBytes = 16;

    // The JSON is read by this class only. The default encoder would write six characters for each & of a URI, and exceed the bound of a row.
    private static readonly NodeJson Relaxed = new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static readonly SearchValues<char> Base64UrlCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly int IdLength = Prefix.Length + Base64Url.GetEncodedLength(IdBytes);

    /// <summary>Returns a new client id, which cannot be guessed.</summary>
    public static string NewId() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));

    /// <summary>Returns whether a client id has the form of a registered one. Only such an id is looked for in the store.</summary>
    public static bool IsId(string clientId) => clientId.Length == IdLength
        && clientId.StartsWith(Prefix, StringComparison.Ordinal) && clientId.AsSpan(Prefix.Length).IndexOfAnyExcept(Base64UrlCharacters) < 0;

    /// <summary>Returns whether a registration may name the URI: loopback, or a host or private-use scheme that an administrator listed.</summary>
    public static bool Allows(ClientRegistrationSettings registration, string redirectUri)
    {
        ArgumentNullException.ThrowIfNull(registration);
        if (!RedirectUri.TryParse(redirectUri, out var uri, out _))
            return false;
        if (uri.IsPrivateUse)
            return registration.RedirectSchemes.Contains(uri.Scheme, StringComparer.Ordinal);
        return uri.IsLoopback || registration.RedirectHosts.Contains(uri.Host, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Writes what is kept: name and redirect URIs, and nothing else that the stranger sent.</summary>
    public static byte[] Write(string name, ImmutableArray<string> redirectUris) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["client_name"] = name,
        ["redirect_uris"] = new JsonArray([.. redirectUris.Select(uri => (JsonNode)uri)]),
    }, Relaxed.JsonObject);

    /// <summary>Reads a row by the settings in force: a redirect URI that they no longer allow is not used.</summary>
    /// <returns>Null when the row is damaged, or no redirect URI is left.</returns>
    public static OAuthClient? Read(ClientRow row, ClientRegistrationSettings registration)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (StrictJson.Parse(row.Metadata, out var root) != StrictJsonFault.None || ClientMetadata.Text(root, "client_name") is not { } name
            || !ClientMetadata.TryReadRedirectUris(root, out var all, out _))
            return null;
        ImmutableArray<string> uris = [.. all.Where(uri => Allows(registration, uri))];
        if (uris.Length == 0)
            return null;
        return new OAuthClient
        {
            Id = row.Id,
            Name = name,
            Origin = ClientOrigin.Registered,
            RedirectUris = uris,
            IsLoopbackOnly = RedirectUris.AreLoopback(uris),
            KeptUntil = row.Until,
        };
    }
}
