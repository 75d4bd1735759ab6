using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Storage;

namespace Gatehouse.Gateway.SignIn;

/// <summary>The key ring, as the authorization server seals its rows by it.</summary>
internal sealed class RingSealer(KeyRing keys) : IKeySealer
{
    /// <inheritdoc />
    public byte[] Seal(string purpose, IReadOnlyList<string> owner, ReadOnlySpan<byte> plaintext) => keys.SealFor(purpose, owner, [], plaintext);

    /// <inheritdoc />
    public bool TryOpen(string purpose, IReadOnlyList<string> owner, ReadOnlySpan<byte> message, out byte[] plaintext)
    {
        if (keys.TryOpenFor(purpose, owner, [], message, out plaintext)) return true;
        // A command, or another gateway of the same state, may have added a key since the ring was read.
        if (keys.HasKeyOf(message) || !TryRefresh()) return false;
        return keys.TryOpenFor(purpose, owner, [], message, out plaintext);
    }

    private bool TryRefresh()
    {
        try
        {
            keys.Refresh();
            return true;
        }
        catch (KeyRingException)
        {
            return false;
        }
    }
}
