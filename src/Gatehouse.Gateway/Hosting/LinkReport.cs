namespace Gatehouse.Gateway.Hosting;

/// <summary>The protection of one link of the gateway.</summary>
/// <param name="Link">The other end of the link: callers, a proxy by its address, a server by its name.</param>
/// <param name="Protection">Its protection.</param>
public sealed record LinkReport(string Link, string Protection)
{
    /// <summary>The statements of the other end that the gateway believes without a proof; null for none.</summary>
    public string? Believed { get; init; }

    /// <summary>
    /// The file of the gateway's own certificate with its validity, or with the reason that it cannot be used; null for a link without one.
    /// </summary>
    public string? Certificate { get; init; }

    /// <summary>The end of the gateway's own certificate; null for a link without one, or where it cannot be used.</summary>
    public DateTimeOffset? CertificateExpiresAt { get; init; }

    /// <summary>The remedy where the certificate cannot be used, is not valid yet, expires soon or has expired; null otherwise.</summary>
    public string? CertificateRemedy { get; init; }
}
