using System.Security.Cryptography;

namespace Gatehouse.Audit.Tree.Notes;

/// <summary>
/// A private key of Ed25519 until it is destroyed. The threat: a caller that still signs while a log is closed gets a signature by the key of 32
/// zeros, which everybody has, or by one that is half zeros. Safe for concurrent use.
/// </summary>
/// <param name="seed">The private key, which belongs to this object from now on.</param>
internal sealed class Ed25519Seed(byte[] seed) : IDisposable
{
    private readonly Lock gate = new();
    private bool isDestroyed;

    /// <summary>Signs a message.</summary>
    /// <exception cref="ObjectDisposedException">The key is destroyed.</exception>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isDestroyed, this);
            return Ed25519.Sign(seed, message);
        }
    }

    /// <summary>Destroys the key.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isDestroyed = true;
            CryptographicOperations.ZeroMemory(seed);
        }
    }
}
