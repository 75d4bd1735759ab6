using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Range.Running;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Doubles;

/// <summary>Ways to check a token that leave something out.</summary>
internal static class NaiveTokens
{
    /// <summary>The token of a request; null without one.</summary>
    public static string? Of(HttpContext context)
    {
        var value = context.Request.Headers.Authorization.ToString();
        return value.StartsWith("Bearer ", StringComparison.Ordinal) ? value[7..] : null;
    }

    /// <summary>The subject of a token with a good signature and time. Whom the token is for is not asked.</summary>
    public static string? SubjectWithoutAudience(string? token, RangeIssuer issuer) =>
        token?.Split('.') is [var header, var claims, var signature] && IsSignedByIssuer(header, claims, signature, issuer) ? Subject(claims) : null;

    /// <summary>The subject of a token that is checked the way its own header asks for.</summary>
    public static string? SubjectByAlgorithmOfHeader(string? token, RangeIssuer issuer)
    {
        if (token?.Split('.') is not [var header, var claims, var signature]) return null;
        var good = JsonDocument.Parse(Base64Url.DecodeFromChars(header)).RootElement.GetProperty("alg").GetString() switch
        {
            "none" => true,
            // The library is handed "the key" and uses it for whatever the header says.
            "HS256" => HMACSHA256.HashData(Encoding.ASCII.GetBytes(issuer.PublicKeyPem), Encoding.ASCII.GetBytes($"{header}.{claims}"))
                .AsSpan().SequenceEqual(Base64Url.DecodeFromChars(signature)),
            "RS256" => IsSignedByIssuer(header, claims, signature, issuer),
            _ => false,
        };
        return good ? Subject(claims) : null;
    }

    /// <summary>Whoever a signed token calls by the name that people sign in with, whichever tenant says so.</summary>
    public static string? PreferredName(string? token, RangeIssuer issuer) =>
        token?.Split('.') is [var header, var claims, var signature] && IsSignedByIssuer(header, claims, signature, issuer)
            && ClaimsOf(token).TryGetProperty("preferred_username", out var name) ? name.GetString() : null;

    /// <summary>Every role that stands anywhere in the token.</summary>
    public static IReadOnlyList<string> RolesAnywhere(string token) => [.. RolesIn(ClaimsOf(token))];

    /// <summary>Whether the text of the scopes holds a scope.</summary>
    public static bool MentionsScope(string token, string scope) =>
        ClaimsOf(token).TryGetProperty("scope", out var scopes) && scopes.GetString()!.Contains(scope, StringComparison.Ordinal);

    /// <summary>Whether the claims of a bearer token name a group.</summary>
    public static bool HasGroup(string authorization, string group) =>
        authorization.StartsWith("Bearer ", StringComparison.Ordinal) && ClaimsOf(authorization["Bearer ".Length..]).TryGetProperty("groups", out var groups)
            && groups.EnumerateArray().Any(one => one.GetString() == group);

    private static JsonElement ClaimsOf(string token) => JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1])).RootElement;

    private static IEnumerable<string> RolesIn(JsonElement element) =>
        element.ValueKind != JsonValueKind.Object ? [] : element.EnumerateObject().SelectMany(member =>
        member.Name == "roles" && member.Value.ValueKind == JsonValueKind.Array
            ? member.Value.EnumerateArray().Select(role => role.GetString()!) : RolesIn(member.Value));

    /// <summary>The first audience that the token states.</summary>
    public static string? StatedAudience(string token) =>
        token.Split('.') is [_, var claims, _]
        && JsonDocument.Parse(Base64Url.DecodeFromChars(claims)).RootElement.TryGetProperty("aud", out var audience)
            ? audience.GetString()
            : null;

    /// <summary>A claim of the request's token, as it states it; empty without one.</summary>
    public static string Claim(HttpRequest request, string name) =>
        Of(request.HttpContext)?.Split('.') is [_, var claims, _]
        && JsonDocument.Parse(Base64Url.DecodeFromChars(claims)).RootElement.TryGetProperty(name, out var value)
            ? value.GetString() ?? ""
            : "";

    private static bool IsSignedByIssuer(string header, string claims, string signature, RangeIssuer issuer)
    {
        using var key = RSA.Create(issuer.PublicKey);
        return key.VerifyData(Encoding.ASCII.GetBytes($"{header}.{claims}"), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1);
    }

    private static string? Subject(string claims)
    {
        var root = JsonDocument.Parse(Base64Url.DecodeFromChars(claims)).RootElement;
        return root.GetProperty("exp").GetInt64() > TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() ? root.GetProperty("sub").GetString() : null;
    }
}
