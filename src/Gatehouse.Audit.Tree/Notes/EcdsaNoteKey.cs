using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Audit.Tree.Notes;

/// <summary>
/// ECDSA on P-256 over the text, SHA-256, signatures in ASN.1 DER (C2SP signed-note, type 0x02). Every platform has it, so an auditor needs nothing
/// but the runtime. The id is the hash of the public key, as this type asks, and not of the name.
/// </summary>
public sealed class EcdsaNoteKey : NoteKey, IDisposable
{
    internal const byte Type = 2;

    private readonly ECDsa key;

    internal EcdsaNoteKey(string name, byte[] material)
        : base(name, material) => key = EcdsaKeys.Import(material.AsSpan(1));

    /// <summary>Returns the key with a name and a public key in the form SubjectPublicKeyInfo (RFC 5280), as DER.</summary>
    /// <exception cref="CryptographicException">The bytes are no public key on P-256, or something follows it.</exception>
    public static EcdsaNoteKey Of(string name, ReadOnlySpan<byte> subjectPublicKeyInfo) => new(name, [Type, .. subjectPublicKeyInfo]);

    /// <inheritdoc />
    public override uint Id => ShortHash(Material.AsSpan(1));

    /// <inheritdoc />
    public override bool Verifies(string text, ReadOnlySpan<byte> signature) =>
        key.VerifyData(Encoding.UTF8.GetBytes(text), signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <inheritdoc />
    public void Dispose() => key.Dispose();
}
