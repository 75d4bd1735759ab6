using System.Text.Json;
using Gatehouse.Identity.Formats;

namespace Gatehouse.AuthorizationServer.Providers;

/// <summary>The good answer of a provider's token endpoint (RFC 6749 §5.1; OpenID Connect Core §3.1.3.3).</summary>
/// <param name="accessToken">The access token.</param>
/// <param name="idToken">The ID token.</param>
/// <param name="body">The whole answer.</param>
internal sealed class TokenAnswer(string accessToken, string idToken, byte[] body)
{
    /// <summary>The access token.</summary>
    public string AccessToken => accessToken;

    /// <summary>The ID token.</summary>
    public string IdToken => idToken;

    /// <summary>The whole answer. It may hold a refresh token; a provider need not issue one (MCP row B28).</summary>
    public byte[] Body => body;

    /// <summary>Reads an answer; null when it is not one.</summary>
    public static TokenAnswer? Read(ReadOnlyMemory<byte> body)
    {
        if (StrictJson.Parse(body, out var root) != StrictJsonFault.None) return null;

        // RFC 6749 §7.1: a client does not use a token whose type it does not understand.
        var isBearer = string.Equals(Text(root, "token_type"), "Bearer", StringComparison.OrdinalIgnoreCase);
        return isBearer && Text(root, "access_token") is { Length: > 0 } access && Text(root, "id_token") is { Length: > 0 } id
            ? new TokenAnswer(access, id, body.ToArray()) : null;
    }

    /// <summary>Nothing of it: every member is secret.</summary>
    public override string ToString() => "tokens of a provider";

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
