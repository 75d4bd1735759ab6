using System.Security.Cryptography;

namespace Gatehouse.Identity.Keys;

/// <summary>The signature check itself (RFC 7515 §5.2 step 8; RFC 7518 §3.3 to §3.5).</summary>
internal static class JwsSignature
{
    /// <summary>Verifies a signature with a key that was found to fit the algorithm.</summary>
    public static bool Verify(AsymmetricAlgorithm key, SignatureAlgorithm algorithm, ReadOnlySpan<byte> signingInput, ReadOnlySpan<byte> signature) =>
        key switch
        {
            ECDsa ecdsa => VerifyEcdsa(ecdsa, algorithm, signingInput, signature),
            RSA rsa => VerifyRsa(rsa, algorithm, signingInput, signature),
            _ => false,
        };

    private static bool VerifyEcdsa(ECDsa key, SignatureAlgorithm algorithm, ReadOnlySpan<byte> signingInput, ReadOnlySpan<byte> signature)
    {
        // Threat: other encodings of a signature (DER, padded) and the all-zero signature of CVE-2022-21449. Exactly r and s
        // of the curve's length (RFC 7518 §3.4), neither of them zero.
        var length = algorithm.Curve!.FieldBytes;
        if (signature.Length != 2 * length || IsZero(signature[..length]) || IsZero(signature[length..]))
            return false;
        return key.VerifyData(signingInput, signature, algorithm.Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static bool VerifyRsa(RSA key, SignatureAlgorithm algorithm, ReadOnlySpan<byte> signingInput, ReadOnlySpan<byte> signature) =>
        signature.Length == (key.KeySize + 7) / 8
        && key.VerifyData(signingInput, signature, algorithm.Hash, algorithm.Padding!);

    private static bool IsZero(ReadOnlySpan<byte> number) => !number.ContainsAnyExcept((byte)0);
}
