using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Storage;

namespace Gatehouse.AuthorizationServer.Tests.Tokens;

/// <summary>The key ring of the product as the sealer of facts.</summary>
internal sealed class RingSealer(KeyRing ring) : IKeySealer
{
    public byte[] Seal(string purpose, IReadOnlyList<string> owner, ReadOnlySpan<byte> plaintext) => ring.SealFor(purpose, owner, [], plaintext);

    public bool TryOpen(string purpose, IReadOnlyList<string> owner, ReadOnlySpan<byte> message, out byte[] plaintext) =>
        ring.TryOpenFor(purpose, owner, [], message, out plaintext);
}
