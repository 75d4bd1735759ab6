using System.Text;
using System.Text.Json;
using Gatehouse.Identity.Formats;

namespace Gatehouse.Identity.Tokens;

/// <summary>The binding of a token to its sender (<c>cnf</c>, RFC 7800 §3.1).</summary>
/// <param name="KeyThumbprint">Base64url of the SHA-256 thumbprint of the key to prove (<c>jkt</c>, RFC 9449 §6.1), or null when not bound
/// so.</param>
/// <param name="CertificateThumbprint">Base64url of the SHA-256 of the certificate (<c>x5t#S256</c>, RFC 8705 §3.1), or null when not bound
/// so.</param>
public sealed record TokenBinding(string? KeyThumbprint, string? CertificateThumbprint)
{
    private const int ThumbprintCharacters = 43;

    /// <summary>Reads the claim.</summary>
    /// <returns>False for a binding that is not understood in full: it could not be held, so the token is refused.</returns>
    internal static bool TryRead(JsonElement confirmation, out TokenBinding binding)
    {
        binding = new TokenBinding(null, null);
        if (confirmation.ValueKind != JsonValueKind.Object)
            return false;
        foreach (var member in confirmation.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.String || !IsThumbprint(member.Value.GetString()!))
                return false;
            if (member.NameEquals("jkt"u8))
                binding = binding with { KeyThumbprint = member.Value.GetString() };
            else if (member.NameEquals("x5t#S256"u8))
                binding = binding with { CertificateThumbprint = member.Value.GetString() };
            else
                return false;
        }

        return binding.KeyThumbprint is not null || binding.CertificateThumbprint is not null;
    }

    /// <summary>Returns whether two thumbprints are one, in constant time.</summary>
    internal static bool AreSame(string expected, string presented)
    {
        Span<byte> left = stackalloc byte[ThumbprintCharacters];
        Span<byte> right = stackalloc byte[ThumbprintCharacters];
        return Encoding.ASCII.TryGetBytes(expected, left, out var leftLength)
            && Encoding.ASCII.TryGetBytes(presented, right, out var rightLength)
            && System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(left[..leftLength], right[..rightLength]);
    }

    private static bool IsThumbprint(string text) =>
        text.Length == ThumbprintCharacters && Ascii.IsValid(text) && Base64UrlText.TryDecode(Encoding.ASCII.GetBytes(text), out _);
}
