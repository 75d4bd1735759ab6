using System.Buffers.Text;
using System.Security.Cryptography;

namespace Gatehouse.Integrity.Locks;

/// <summary>The count of signers.</summary>
internal static class ApprovalSignatures
{
    private const int Length = 64;

    /// <summary>Returns the number of different listed keys that have signed the statement.</summary>
    public static int Count(ReadOnlySpan<byte> statement, IReadOnlyList<ApprovalSignature> signatures, ApprovalRules rules)
    {
        var signers = new HashSet<string>(StringComparer.Ordinal);
        foreach (var signature in signatures)
        {
            if (rules.Keys.TryGetValue(signature.Key, out var key) && Verifies(statement, signature.Value, key.Span, out var identity))
                signers.Add(identity!);
        }

        return signers.Count;
    }

    // The point itself names the key: two encodings or two names of one key are one signer.
    private static bool Verifies(ReadOnlySpan<byte> statement, string value, ReadOnlySpan<byte> publicKey, out string? identity)
    {
        identity = null;
        Span<byte> raw = stackalloc byte[Length];
        if (!Base64Url.TryDecodeFromChars(value, raw, out var written) || written != Length)
            return false;
        using var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportSubjectPublicKeyInfo(publicKey, out var read);
            var parameters = ecdsa.ExportParameters(includePrivateParameters: false);
            if (read != publicKey.Length || parameters.Curve.Oid.Value != ECCurve.NamedCurves.nistP256.Oid.Value)
                return false;
            identity = Convert.ToHexStringLower(parameters.Q.X!) + Convert.ToHexStringLower(parameters.Q.Y!);
            return ecdsa.VerifyData(statement, raw, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
