using System.Buffers.Text;
using System.Text.Json;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Formats;

namespace Gatehouse.AuthorizationServer.Providers;

/// <summary>The tokens that a provider issued for a person who signed in, as its endpoint returned them.</summary>
/// <param name="Access">The access token.</param>
/// <param name="AccessUntil">The end of the access token; five minutes after the request where the provider does not say it.</param>
/// <param name="Id">The ID token; null where the answer had none.</param>
/// <param name="IdUntil">The end of the ID token.</param>
/// <param name="Refresh">The refresh token; null where the provider issued none.</param>
internal sealed record ProviderTokens(SecretText Access, DateTimeOffset AccessUntil, SecretText? Id, DateTimeOffset IdUntil, string? Refresh)
{
    /// <summary>
    /// The claims of the ID token. The provider's signature was checked at the sign-in, and a later answer came from its own endpoint.
    /// </summary>
    public JsonElement IdClaims { get; private init; }

    private const long LatestTime = 253_402_300_800; // the year 10000

    private static readonly TimeSpan UsualLife = TimeSpan.FromMinutes(5);

    /// <summary>Reads an answer of a token endpoint; null for another text.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="at">The moment before it was requested.</param>
    public static ProviderTokens? Read(ReadOnlyMemory<byte> answer, DateTimeOffset at)
    {
        if (StrictJson.Parse(answer, out var root) != StrictJsonFault.None || Text(root, "access_token") is not { } access) return null;
        var isLife = root.TryGetProperty("expires_in", out var given) && given.ValueKind == JsonValueKind.Number;
        var life = isLife && given.TryGetInt32(out var seconds) ? TimeSpan.FromSeconds(seconds) : UsualLife;
        var id = Text(root, "id_token");
        var claims = ClaimsOf(id);
        return new ProviderTokens(
            new SecretText(access), at + life, id is null ? null : new SecretText(id), EndOf(claims), Text(root, "refresh_token"))
        { IdClaims = claims };
    }

    /// <summary>Returns a text claim of the ID token; null where it has none.</summary>
    public string? Claim(string name) => IdClaims.ValueKind == JsonValueKind.Object ? Text(IdClaims, name) : null;

    /// <summary>Nothing of it: every member is secret.</summary>
    public override string ToString() => "tokens of a provider";

    private static JsonElement ClaimsOf(string? idToken)
    {
        if (idToken?.Split('.') is not [_, { } payload, _]) return default;
        var bytes = new byte[payload.Length];
        return Base64Url.TryDecodeFromChars(payload, bytes, out var length)
            && StrictJson.Parse(bytes.AsMemory(0, length), out var claims) == StrictJsonFault.None ? claims : default;
    }

    private static DateTimeOffset EndOf(JsonElement claims) => claims.ValueKind == JsonValueKind.Object
        && claims.TryGetProperty("exp", out var end) && end.ValueKind == JsonValueKind.Number && end.TryGetInt64(out var seconds)
        && seconds is > 0 and < LatestTime ? DateTimeOffset.FromUnixTimeSeconds(seconds) : DateTimeOffset.MinValue;

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text : null;
}
