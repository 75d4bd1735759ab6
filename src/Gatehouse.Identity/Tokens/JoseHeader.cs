using System.Text.Json;
using Gatehouse.Identity.Formats;

namespace Gatehouse.Identity.Tokens;

/// <summary>
/// The members of a JWS header that are looked at (RFC 7515 §4.1).
/// </summary>
/// <remarks>
/// Threat: keys brought along by the token (RFC 8725 §2.9, §3.10; CVE-2018-0114). <c>jwk</c>, <c>jku</c>, <c>x5u</c>,
/// <c>x5c</c> and their kin are not members of this type: no code can use them.
/// </remarks>
/// <param name="Algorithm">The <c>alg</c> value.</param>
/// <param name="KeyId">The <c>kid</c> value, or null when absent.</param>
/// <param name="Type">The <c>typ</c> value, or null when absent.</param>
internal sealed record JoseHeader(string Algorithm, string? KeyId, string? Type)
{
    /// <summary>Reads a header.</summary>
    /// <returns>The reason for the refusal, or null when it was read.</returns>
    public static TokenRefusal? TryRead(ReadOnlyMemory<byte> utf8, out JoseHeader? header)
    {
        header = null;
        var fault = StrictJson.Parse(utf8, out var root);
        if (fault != StrictJsonFault.None)
            return fault == StrictJsonFault.DuplicateMember ? TokenRefusal.DuplicateMember : TokenRefusal.Malformed;
        if (FindForbidden(root) is { } forbidden)
            return forbidden;
        if (!TryText(root, "alg", out var algorithm) || algorithm is null
            || !TryText(root, "kid", out var keyId) || !TryText(root, "typ", out var type))
            return TokenRefusal.Malformed;
        header = new JoseHeader(algorithm, keyId, type);
        return null;
    }

    private static TokenRefusal? FindForbidden(JsonElement root)
    {
        // No extension is understood here, so any crit must be refused (RFC 7515 §4.1.11), and b64 changes what is signed (RFC 7797).
        if (root.TryGetProperty("crit", out _) || root.TryGetProperty("b64", out _))
            return TokenRefusal.CritUnsupported;

        // Threat: decompression bombs, and a second token inside that no check has seen (RFC 8725 §2.3, §2.4, §3.6; RFC 7519 §5.2).
        return root.TryGetProperty("zip", out _) || root.TryGetProperty("enc", out _) || root.TryGetProperty("cty", out _)
            ? TokenRefusal.HeaderNotAllowed
            : null;
    }

    private static bool TryText(JsonElement root, string name, out string? text)
    {
        text = null;
        if (!root.TryGetProperty(name, out var value))
            return true;
        if (value.ValueKind != JsonValueKind.String)
            return false;
        text = value.GetString();
        return true;
    }
}
