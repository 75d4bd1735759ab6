using Gatehouse.Settings;

namespace Gatehouse.Outbound.Tokens;

/// <summary>The keys and certificates of a configuration by which the gateway authenticates as a client.</summary>
internal static class AssertionKeys
{
    /// <summary>Checks that they can be used, so that a wrong one is reported when the configuration is read.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="secrets">Its secrets.</param>
    /// <exception cref="InvalidDataException">One cannot. The message names its reference.</exception>
    public static void Require(GatewaySettings settings, IReadOnlyList<ReadSecret> secrets)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var read = secrets.DistinctBy(static one => one.Reference).ToDictionary(static one => one.Reference, static one => one.Held.Current);
        var clients = settings.Issuers.Select(static issuer => issuer.Client)
            .Concat(settings.Servers.Select(static server => server.Http?.Issued?.Client)).OfType<IssuerClientSettings>();
        foreach (var client in clients)
        {
            if (client.Key is { } key) AssertionKey.OfKey(read[key], key, client.KeyId).Dispose();
            if (client.Certificate is { } certificate) AssertionKey.OfCertificate(read[certificate], certificate).Dispose();
        }
    }
}
