using System.Buffers.Text;
using System.Security.Cryptography;
using Gatehouse.Identity.Formats;
using Gatehouse.Identity.Keys;

namespace Gatehouse.Identity.Tokens;

/// <summary>A JWS in compact serialization, taken apart and not yet verified (RFC 7515 §3.1, §7.1).</summary>
/// <param name="Header">The header.</param>
/// <param name="Payload">The payload's bytes.</param>
/// <param name="Signature">The signature's bytes.</param>
/// <param name="SigningInputLength">The number of characters of the token that are signed: header, dot, payload.</param>
internal sealed record CompactJws(JoseHeader Header, byte[] Payload, byte[] Signature, int SigningInputLength)
{
    /// <summary>Takes a token apart.</summary>
    /// <param name="token">The token's ASCII.</param>
    /// <param name="jws">The parts when the token has its shape.</param>
    /// <returns>The reason for the refusal; null when it was read.</returns>
    public static TokenRefusal? TryRead(ReadOnlySpan<byte> token, out CompactJws? jws)
    {
        jws = null;
        var first = token.IndexOf((byte)'.');
        var last = token.LastIndexOf((byte)'.');
        if (first <= 0 || last == first || token[(first + 1)..last].Contains((byte)'.'))
            return TokenRefusal.Malformed;
        if (!Base64UrlText.TryDecode(token[..first], out var headerBytes)
            || !Base64UrlText.TryDecode(token[(first + 1)..last], out var payload)
            || !Base64UrlText.TryDecode(token[(last + 1)..], out var signature))
            return TokenRefusal.Malformed;
        if (JoseHeader.TryRead(headerBytes, out var header) is { } refusal)
            return refusal;
        jws = new CompactJws(header!, payload, signature, last);
        return null;
    }

    /// <summary>Returns whether a key verifies the signature.</summary>
    /// <param name="token">The token that this was read from.</param>
    /// <param name="key">The key.</param>
    /// <param name="algorithm">The header's algorithm.</param>
    public bool IsSignedBy(ReadOnlySpan<byte> token, JsonWebKey key, SignatureAlgorithm algorithm) =>
        key.Verify(algorithm, token[..SigningInputLength], Signature);

    /// <summary>Returns the hash of the same token with the other signature that is valid (<see cref="EllipticCurve.FindOtherForm"/>).</summary>
    /// <param name="token">The token that this was read from.</param>
    /// <returns>Null where there is no other one, as with RSA.</returns>
    public TokenHash? FindOtherFormHash(ReadOnlySpan<byte> token)
    {
        if (SignatureAlgorithm.Find(Header.Algorithm)?.Curve?.FindOtherForm(Signature) is not { } other)
            return null;
        var text = new byte[SigningInputLength + 1 + Base64Url.GetEncodedLength(other.Length)];
        token[..(SigningInputLength + 1)].CopyTo(text);
        Base64Url.EncodeToUtf8(other, text.AsSpan(SigningInputLength + 1));
        var hash = TokenHash.Of(text);
        CryptographicOperations.ZeroMemory(text);
        return hash;
    }
}
