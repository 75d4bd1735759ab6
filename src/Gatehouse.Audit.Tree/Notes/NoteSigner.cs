using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Audit.Tree.Notes;

/// <summary>A private key that signs notes. It is never printed: its text is that of the public key.</summary>
public abstract class NoteSigner : IDisposable
{
    private protected NoteSigner(NoteKey key) => Key = key;

    /// <summary>The public key.</summary>
    public NoteKey Key { get; }

    /// <summary>True where this system can sign with Ed25519.</summary>
    public static bool HasEd25519 => Ed25519.IsSupported;

    /// <summary>Returns a signer on P-256 (note type 0x02). It owns the key from now on.</summary>
    public static NoteSigner Ecdsa(string name, ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new EcdsaSigner(new EcdsaNoteKey(name, [EcdsaNoteKey.Type, .. key.ExportSubjectPublicKeyInfo()]), key);
    }

    /// <summary>Returns a signer with Ed25519 (note type 0x01).</summary>
    /// <param name="name">The name of the key.</param>
    /// <param name="seed">The private key, 32 bytes (RFC 8032, section 5.1.5).</param>
    /// <exception cref="PlatformNotSupportedException">The system's libcrypto has no Ed25519.</exception>
    public static NoteSigner WithEd25519(string name, ReadOnlySpan<byte> seed) =>
        new Ed25519Signer(new Ed25519NoteKey(name, [Ed25519NoteKey.Type, .. Ed25519.PublicKey(seed)]), seed.ToArray());

    /// <summary>Signs a text.</summary>
    public abstract NoteSignature Sign(string text);

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

    private sealed class EcdsaSigner(EcdsaNoteKey shown, ECDsa key) : NoteSigner(shown)
    {
        private readonly Lock gate = new(); // the runtime does not say that a key may be used by several threads

        public override NoteSignature Sign(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            lock (gate) return new(Key.Name, Key.Id, key.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        }

        protected override void Dispose(bool disposing)
        {
            lock (gate) key.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class Ed25519Signer(Ed25519NoteKey shown, byte[] seed) : NoteSigner(shown)
    {
        private readonly Ed25519Seed key = new(seed);

        public override NoteSignature Sign(string text) => new(Key.Name, Key.Id, key.Sign(Encoding.UTF8.GetBytes(text)));

        protected override void Dispose(bool disposing)
        {
            key.Dispose();
            base.Dispose(disposing);
        }
    }
}
