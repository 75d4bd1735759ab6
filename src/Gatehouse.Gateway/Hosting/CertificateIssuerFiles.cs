using Gatehouse.Identity.Certificates;
using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Hosting;

/// <summary>Reads the authorities of the certificate issuers.</summary>
internal static class CertificateIssuerFiles
{
    private const int MaxBytes = 1024 * 1024;

    /// <summary>Returns the issuers, in the order of the settings.</summary>
    /// <exception cref="InvalidDataException">A file cannot be read or holds no authority.</exception>
    public static IReadOnlyList<CertificateIssuer> Load(GatewaySettings settings) => [.. settings.CertificateIssuers.Select(Load)];

    private static CertificateIssuer Load(CertificateIssuerSettings settings) => new(new CertificateIssuerOptions
    {
        Name = settings.Name,
        AuthoritiesPem = settings.AuthoritiesFile is { } path
            ? new WatchedFile<string>(path, MaxBytes, System.Text.Encoding.UTF8.GetString).Current : null,
        Pins = [.. settings.Pins],
        Workloads = settings.Workloads,
        Subject = settings.Subject,
        Scopes = [.. settings.Scopes],
    });
}
