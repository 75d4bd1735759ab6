using System.Security.Cryptography;

namespace Gatehouse.Audit.Tree.Notes;

/// <summary>Public keys on P-256 in the form SubjectPublicKeyInfo.</summary>
internal static class EcdsaKeys
{
    private const string P256 = "1.2.840.10045.3.1.7";

    /// <exception cref="CryptographicException">The bytes are no public key on P-256, or something follows it.</exception>
    public static ECDsa Import(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out var read);
            if (read == subjectPublicKeyInfo.Length && key.ExportParameters(false).Curve.Oid.Value == P256) return key;
            throw new CryptographicException("The key is not a public key on P-256.");
        }
        catch (Exception e)
        {
            key.Dispose();
            // A curve that this system does not know is reported in another way than one that it knows and that is not P-256.
            if (e is PlatformNotSupportedException) throw new CryptographicException("The key is not a public key on P-256.", e);
            throw;
        }
    }
}
