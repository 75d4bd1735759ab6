using System.Security.Cryptography;

namespace Gatehouse.Audit.Tree.Notes;

/// <summary>
/// The key of a witness that cosigns with ECDSA on P-256. C2SP has no such type, so it is 0xff with an identifier of Gatehouse, as signed-note
/// recommends. The message is that of an Ed25519 cosignature; the signature is the time and ASN.1 DER.
/// </summary>
public sealed class EcdsaCosigner : NoteKey, IDisposable
{
    internal const byte Type = 0xff;

    private readonly ECDsa key;

    internal EcdsaCosigner(string name, byte[] material)
        : base(name, material) => key = EcdsaKeys.Import(material.AsSpan(Prefix.Length));

    /// <inheritdoc />
    public override uint Id => NamedId(Name, Material);

    /// <inheritdoc />
    public override bool IsCosigner => true;

    /// <summary>The type and the identifier, before the public key.</summary>
    internal static byte[] Prefix { get; } = [Type, .. "gatehouse-p256-cosignature/v1"u8];

    /// <inheritdoc />
    public override bool Verifies(string text, ReadOnlySpan<byte> signature) =>
        Cosignature.Time(signature) is { } time
        && key.VerifyData(Cosignature.Message(time.ToUnixTimeSeconds(), text), signature[Cosignature.TimeBytes..], HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence);

    /// <inheritdoc />
    public void Dispose() => key.Dispose();
}
