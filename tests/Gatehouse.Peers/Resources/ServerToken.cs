using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gatehouse.Peers.Resources;

/// <summary>The claims of a valid access token.</summary>
/// <param name="Subject">The person, or the client that acts for itself.</param>
/// <param name="Audience">The audience.</param>
/// <param name="ClientId">The client that the token was issued to: <c>client_id</c>, <c>azp</c> or <c>appid</c>.</param>
/// <param name="Act">The claim <c>act</c> as JSON (RFC 8693, section 4.1); null for none.</param>
/// <param name="Scopes">The scopes: <c>scope</c> or <c>scp</c>.</param>
/// <param name="Id">The id of the token: <c>jti</c> or <c>uti</c>; empty for none.</param>
public sealed record ServerToken(string Subject, string Audience, string ClientId, JsonElement? Act, IReadOnlyList<string> Scopes, string Id)
{
    /// <summary>The party that acts now: <c>sub</c> of <c>act</c>; null for none.</summary>
    public string? Actor => Act is { ValueKind: JsonValueKind.Object } act && act.TryGetProperty("sub", out var actor) ? actor.GetString() : null;

    internal static ServerToken From(JsonWebToken token) => new(
        token.Subject ?? "", token.Audiences.Single(), Text(token, "client_id") ?? Text(token, "azp") ?? Text(token, "appid") ?? "",
        token.TryGetPayloadValue<JsonElement>("act", out var act) ? act : null,
        (Text(token, "scope") ?? Text(token, "scp") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries),
        Text(token, "jti") ?? Text(token, "uti") ?? "");

    private static string? Text(JsonWebToken token, string name) => token.TryGetPayloadValue<string>(name, out var value) ? value : null;
}
