namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>The key ring of the gateway, as far as rows are sealed by it.</summary>
internal interface IKeySealer
{
    /// <summary>Seals a message under a key that is derived for one purpose and one owner.</summary>
    /// <param name="purpose">A word of the code.</param>
    /// <param name="owner">The place of the message, in parts.</param>
    /// <param name="plaintext">The message.</param>
    byte[] Seal(string purpose, IReadOnlyList<string> owner, ReadOnlySpan<byte> plaintext);

    /// <summary>Opens a message that was sealed for the same purpose and owner.</summary>
    /// <returns>False when it was sealed for another place, by another key, or was changed.</returns>
    bool TryOpen(string purpose, IReadOnlyList<string> owner, ReadOnlySpan<byte> message, out byte[] plaintext);
}
