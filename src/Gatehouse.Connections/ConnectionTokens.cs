using System.Collections.Immutable;
using System.Text.Json;
using Gatehouse.Identity.Formats;

namespace Gatehouse.Connections;

/// <summary>The good answer of the token endpoint of a service (RFC 6749 §5.1).</summary>
internal sealed record ConnectionTokens
{
    /// <summary>The most characters of a token. It is sent in a header.</summary>
    public const int MostTokenCharacters = 8 * 1024;

    private const int MostScopes = 100;
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(3650);

    /// <summary>The access token: visible ASCII.</summary>
    public required string AccessToken { get; init; }

    /// <summary>The refresh token; null where the service issued no refresh token.</summary>
    public string? RefreshToken { get; init; }

    /// <summary>Time until the access token expires; null where the service does not say.</summary>
    public TimeSpan? Life { get; init; }

    /// <summary>The scopes that the service granted; null where it does not say, which means those of the request (RFC 6749 §5.1).</summary>
    public ImmutableArray<string>? Scopes { get; init; }

    /// <summary>Reads an answer with status 200; null when it grants no token.</summary>
    public static ConnectionTokens? Read(ReadOnlyMemory<byte> body)
    {
        // A service that answers in another form, such as HTML, has granted nothing.
        if (StrictJson.Parse(body, out var root) != StrictJsonFault.None || root.ValueKind != JsonValueKind.Object) return null;
        // RFC 6749 §7.1: a client does not use a token whose type it does not understand.
        if (!string.Equals(Text(root, "token_type"), "Bearer", StringComparison.OrdinalIgnoreCase)) return null;
        if (Text(root, "access_token") is not { } access || !IsToken(access)) return null;
        var refresh = Text(root, "refresh_token");
        if (refresh is not null && !IsToken(refresh)) return null;
        var scopes = ScopesOf(root);
        return scopes is { Length: > MostScopes } ? null
            : new ConnectionTokens { AccessToken = access, RefreshToken = refresh, Life = LifeOf(root), Scopes = scopes };
    }

    /// <summary>Returns the error code of an answer; null when it has none. GitHub answers errors with status 200.</summary>
    public static string? ErrorOf(ReadOnlyMemory<byte> body) =>
        StrictJson.Parse(body, out var root) == StrictJsonFault.None && root.ValueKind == JsonValueKind.Object ? Text(root, "error") : null;

    /// <summary>Nothing of it: every member is secret.</summary>
    public override string ToString() => "tokens of a service";

    // GitHub separates scopes by commas, others by spaces (RFC 6749 §3.3).
    private static ImmutableArray<string>? ScopesOf(JsonElement root) => Text(root, "scope") is { } text
        ? [.. text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)] : null;

    private static TimeSpan? LifeOf(JsonElement root)
    {
        if (!root.TryGetProperty("expires_in", out var value) || value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var seconds))
            return null;
        return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, LongestLife.TotalSeconds));
    }

    private static bool IsToken(string text) => text.Length is > 0 and <= MostTokenCharacters && !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    private static string? Text(JsonElement root, string member) =>
        root.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
