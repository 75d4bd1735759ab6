namespace Gatehouse.AuthorizationServer.Signing;

/// <summary>A key that signs access tokens, as the store keeps it.</summary>
/// <param name="Id">Identifier (<c>kid</c>), random.</param>
/// <param name="PrivateKey">The private key, PKCS #8. Secret: the store seals it.</param>
/// <param name="SignsFrom">The moment from which it signs. It is published before.</param>
internal sealed record SigningKeyRecord(string Id, byte[] PrivateKey, DateTimeOffset SignsFrom)
{
    /// <summary>Only the identifier.</summary>
    public override string ToString() => $"signing key {Id}";
}
