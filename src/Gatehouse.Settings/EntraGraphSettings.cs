namespace Gatehouse.Settings;

/// <summary>
/// Connection to Microsoft Graph, which the gateway asks about assignments of Entra Privileged Identity Management. The tenant is that of the issuer.
/// </summary>
public sealed record EntraGraphSettings
{
    /// <summary>Default of <see cref="Recheck"/>: 60 s.</summary>
    public static readonly TimeSpan DefaultRecheck = TimeSpan.FromSeconds(60);

    /// <summary>Application (client) id of the gateway in the tenant.</summary>
    public required string ClientId { get; init; }

    /// <summary>Reference to the secret of the application; null where it has a certificate.</summary>
    public SecretReference? Secret { get; init; }

    /// <summary>PEM file of the certificate of the application; null where it has a secret.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of the certificate's private key.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Origin of the login service. Default that of the global cloud.</summary>
    public Uri Authority { get; init; } = new("https://login.microsoftonline.com");

    /// <summary>Origin of Microsoft Graph. Default that of the global cloud.</summary>
    public Uri Origin { get; init; } = new("https://graph.microsoft.com");

    /// <summary>Time for which an answer counts.</summary>
    public TimeSpan Recheck { get; init; } = DefaultRecheck;

    /// <summary>Time for one check, with the wait for its turn.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);
}
