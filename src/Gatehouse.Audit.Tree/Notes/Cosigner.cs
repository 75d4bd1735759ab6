using System.Security.Cryptography;

namespace Gatehouse.Audit.Tree.Notes;

/// <summary>The private key of a witness. It signs checkpoints with a time.</summary>
public abstract class Cosigner : IDisposable
{
    private protected Cosigner(NoteKey key) => Key = key;

    /// <summary>The public key.</summary>
    public NoteKey Key { get; }

    /// <summary>Returns a cosigner on P-256. It owns the key from now on.</summary>
    public static Cosigner Ecdsa(string name, ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new EcdsaKey(new EcdsaCosigner(name, [.. EcdsaCosigner.Prefix, .. key.ExportSubjectPublicKeyInfo()]), key);
    }

    /// <summary>Returns a cosigner with Ed25519 (type 0x04).</summary>
    /// <exception cref="PlatformNotSupportedException">The system's libcrypto has no Ed25519.</exception>
    public static Cosigner WithEd25519(string name, ReadOnlySpan<byte> seed) =>
        new Ed25519Key(new Ed25519Cosigner(name, [Ed25519Cosigner.Type, .. Ed25519.PublicKey(seed)]), seed.ToArray());

    /// <summary>Signs the text of a checkpoint, with the time in whole seconds.</summary>
    public NoteSignature Sign(string text, DateTimeOffset time)
    {
        ArgumentNullException.ThrowIfNull(text);
        var seconds = time.ToUnixTimeSeconds();
        return new NoteSignature(Key.Name, Key.Id, Cosignature.WithTime(seconds, SignMessage(Cosignature.Message(seconds, text))));
    }

    /// <inheritdoc />
    public override string ToString() => Key.ToString();

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Destroys the private key.</summary>
    protected virtual void Dispose(bool disposing) => (Key as IDisposable)?.Dispose();

    private protected abstract byte[] SignMessage(byte[] message);

    private sealed class EcdsaKey(EcdsaCosigner shown, ECDsa key) : Cosigner(shown)
    {
        protected override void Dispose(bool disposing)
        {
            key.Dispose();
            base.Dispose(disposing);
        }

        private protected override byte[] SignMessage(byte[] message) =>
            key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    private sealed class Ed25519Key(Ed25519Cosigner shown, byte[] seed) : Cosigner(shown)
    {
        private readonly Ed25519Seed key = new(seed);

        protected override void Dispose(bool disposing)
        {
            key.Dispose();
            base.Dispose(disposing);
        }

        private protected override byte[] SignMessage(byte[] message) => key.Sign(message);
    }
}
