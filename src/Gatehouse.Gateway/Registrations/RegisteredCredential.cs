namespace Gatehouse.Gateway.Registrations;

/// <summary>A secret or certificate of a registration. Microsoft Graph never gives its value.</summary>
/// <param name="Path">Its JSON path.</param>
/// <param name="IsCertificate">True for a certificate, false for a secret.</param>
/// <param name="KeyId">Its id; null where it cannot be read.</param>
/// <param name="Start">Its begin; null where it cannot be read.</param>
/// <param name="End">Its end; null where it cannot be read.</param>
internal sealed record RegisteredCredential(string Path, bool IsCertificate, Guid? KeyId, DateTimeOffset? Start, DateTimeOffset? End)
{
    /// <summary>The kind, in a word.</summary>
    public string Word => IsCertificate ? "certificate" : "secret";
}
