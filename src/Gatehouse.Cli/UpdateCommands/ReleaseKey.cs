using System.Security.Cryptography;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Cli.UpdateCommands;

/// <summary>
/// A public key of releases: ECDSA on P-256, which every system verifies without further libraries, and <c>openssl</c> as well.
/// </summary>
internal sealed class ReleaseKey : IDisposable
{
    private const string Label = "PUBLIC KEY";

    private ReleaseKey(EcdsaNoteKey key, string fingerprint) => (Key, Fingerprint) = (key, fingerprint);

    /// <summary>The key that verifies statements.</summary>
    public EcdsaNoteKey Key { get; }

    /// <summary>The SHA-256 of the SubjectPublicKeyInfo, in lower-case hexadecimal.</summary>
    public string Fingerprint { get; }

    /// <summary>Reads a public key in PEM (RFC 7468).</summary>
    /// <exception cref="CryptographicException">It is no public key on P-256.</exception>
    public static ReleaseKey OfPem(string pem)
    {
        if (!PemEncoding.TryFind(pem, out var found) || pem[found.Label] != Label)
            throw new CryptographicException("there is no public key in PEM (-----BEGIN PUBLIC KEY-----)");
        var bytes = new byte[found.DecodedDataLength];
        if (!Convert.TryFromBase64Chars(pem.AsSpan()[found.Base64Data], bytes, out var length) || length != bytes.Length)
            throw new CryptographicException("the public key is no base64");
        return new ReleaseKey(EcdsaNoteKey.Of(ReleaseStatement.KeyName, bytes), FingerprintOf(bytes));
    }

    /// <summary>Returns the SHA-256 of a SubjectPublicKeyInfo, in lower-case hexadecimal.</summary>
    public static string FingerprintOf(ReadOnlySpan<byte> subjectPublicKeyInfo) => Convert.ToHexStringLower(SHA256.HashData(subjectPublicKeyInfo));

    /// <inheritdoc />
    public void Dispose() => Key.Dispose();
}
