using System.Text.Json;
using Gatehouse.Identity.Formats;

namespace Gatehouse.ProviderEvents;

/// <summary>The subject of an event: a person by issuer and subject, or a session of a logout token.</summary>
/// <param name="Issuer">The issuer of the person.</param>
/// <param name="Subject">The person; null where only the session is known.</param>
/// <param name="Session">The session; null for all of the person.</param>
internal sealed record EventSubject(string Issuer, string? Subject, string? Session)
{
    // OpenID Connect Core §2: a subject has at most 255 characters.
    private const int LongestSubject = 255;

    /// <summary>
    /// Reads a subject identifier (RFC 9493 §3.2.4), also that of the user in a complex subject (SSF 1.0 §3.2). Returns null for every other format:
    /// an email address or an opaque id names no person of the gateway.
    /// </summary>
    public static EventSubject? Of(JsonElement claims)
    {
        if (!claims.TryGetProperty("sub_id", out var id) || id.ValueKind != JsonValueKind.Object) return null;
        if (MetadataMember.Text(id, "format") == "complex")
        {
            if (!id.TryGetProperty("user", out var user) || user.ValueKind != JsonValueKind.Object) return null;
            id = user;
        }

        return MetadataMember.Text(id, "format") == "iss_sub" && MetadataMember.Text(id, "iss") is { } issuer && Name(id, "sub") is { } subject
            ? new EventSubject(issuer, subject, null) : null;
    }

    /// <summary>Reads the subject of a logout token: <c>sub</c>, <c>sid</c>, or both; null where it has neither.</summary>
    public static EventSubject? OfLogout(JsonElement claims, string issuer)
    {
        var (subject, session) = (Name(claims, "sub"), Name(claims, "sid"));
        return subject is null && session is null ? null : new EventSubject(issuer, subject, session);
    }

    private static string? Name(JsonElement claims, string claim) => MetadataMember.Text(claims, claim) is { Length: <= LongestSubject } name
        && !string.IsNullOrWhiteSpace(name) && !name.Any(char.IsControl) ? name : null;
}
