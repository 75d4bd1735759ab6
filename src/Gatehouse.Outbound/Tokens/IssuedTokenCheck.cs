using System.Buffers.Text;
using System.Text.Json;
using Gatehouse.Identity.Formats;
using Gatehouse.Settings;

namespace Gatehouse.Outbound.Tokens;

/// <summary>
/// The demands on a token that was requested. They are judged where the token can be read: a JWT (RFC 7519), or the members of the answer.
/// </summary>
/// <remarks>
/// The threat: an issuer, or another party in its place, gives the gateway the token of another person, for another server, or with more scopes than
/// were requested, and the server acts by it (CWE-863). The token came from the issuer's own endpoint, so that its signature says nothing more.
/// </remarks>
/// <param name="Targets">The audiences that were requested, of which the token must have one; empty for any.</param>
/// <param name="Scopes">The scopes that were requested; empty for any.</param>
/// <param name="Subject">The subject that the token must have, where it is the same issuer's; null for any.</param>
/// <param name="SubjectClaim">The claim that names the subject.</param>
internal sealed record IssuedTokenCheck(IReadOnlyList<string> Targets, IReadOnlyList<string> Scopes, string? Subject, string SubjectClaim = "sub")
{
    private const string LongerScope = "its token has more scopes than were requested";

    /// <summary>
    /// True where the answer has an identity assertion in place of an access token. It is for one authorization server only, which may know the
    /// person by another subject.
    /// </summary>
    public bool IsAssertion { get; init; }

    /// <summary>Accepts any token.</summary>
    public static IssuedTokenCheck Any { get; } = new([], [], null);

    /// <summary>Returns why a token cannot be used; null where it can.</summary>
    public string? FindFault(IssuedToken token, IssuerSettings issuer, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(issuer);
        if (HasMore(token.Scope, issuer)) return LongerScope;
        if (token.Token.Reveal().Count('.') != 2) return null; // the issuer's own form
        var parts = token.Token.Reveal().ToString().Split('.');
        if (Part(parts[0]) is not { } header || Part(parts[1]) is not { } claims) return null;
        if (parts[2].Length == 0 || string.Equals(MetadataMember.Text(header, "alg"), "none", StringComparison.OrdinalIgnoreCase))
            return "its token is not signed";
        return FindFault(claims, issuer, now);
    }

    // Entra names scopes in another form than they were requested in.
    private bool HasMore(string? given, IssuerSettings issuer) => issuer.Profile == IssuerProfileName.Strict && given is not null && Scopes.Count > 0
        && given.Split(' ', StringSplitOptions.RemoveEmptyEntries).Any(scope => !Scopes.Contains(scope, StringComparer.Ordinal));

    private string? FindFault(JsonElement claims, IssuerSettings issuer, DateTimeOffset now)
    {
        if (claims.TryGetProperty("exp", out var end) && end.ValueKind == JsonValueKind.Number && end.TryGetInt64(out var seconds)
            && seconds <= (now - issuer.ClockSkew).ToUnixTimeSeconds()) return "its token has expired";
        if (Targets.Count > 0 && !AudiencesOf(claims).Any(audience => Targets.Contains(audience, StringComparer.Ordinal)))
            return "its token is for another audience than was requested";
        if (Subject is not null && MetadataMember.Text(claims, SubjectClaim) is var subject && subject != Subject)
            return "its token is of another person";
        if (HasMore(MetadataMember.Text(claims, "scope"), issuer)) return LongerScope;
        return issuer.Profile == IssuerProfileName.Strict && MetadataMember.Text(claims, "iss") is { } by && by != issuer.Issuer
            ? "its token is of another issuer" : null;
    }

    private static List<string> AudiencesOf(JsonElement claims) =>
        MetadataMember.Text(claims, "aud") is { } one ? [one] : [.. MetadataMember.Texts(claims, "aud") ?? []];

    private static JsonElement? Part(string text)
    {
        var bytes = new byte[text.Length];
        return Base64Url.TryDecodeFromChars(text, bytes, out var length)
            && StrictJson.Parse(bytes.AsMemory(0, length), out var root) == StrictJsonFault.None ? root : null;
    }
}
