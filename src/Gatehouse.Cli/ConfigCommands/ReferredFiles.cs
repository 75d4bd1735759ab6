using Gatehouse.Gateway.Secrets;
using Gatehouse.Settings;

namespace Gatehouse.Cli.ConfigCommands;

/// <summary>
/// The files and secrets to which a configuration refers. They are no part of it: its digest does not cover them, and they may change at any time.
/// </summary>
internal static class ReferredFiles
{
    /// <summary>Returns each with its key: a path, or the reference of a secret.</summary>
    public static IEnumerable<(string Key, string Place)> Of(GatewaySettings settings)
    {
        foreach (var (key, path) in Files(settings))
        {
            if (path is not null) yield return (key, path);
        }

        foreach (var use in SecretUses.Of(settings)) yield return (use.Key, $"{use.Reference.Scheme}:{use.Reference.Location}");
    }

    private static IEnumerable<(string Key, string? Path)> Files(GatewaySettings settings)
    {
        yield return ("listen.certificate", settings.Listen.CertificateFile);
        yield return ("listen.key", settings.Listen.KeyFile);
        foreach (var (at, issuer) in settings.CertificateIssuers.Index())
        {
            yield return ($"certificateIssuers[{at}].authorities", issuer.AuthoritiesFile);
            yield return ($"certificateIssuers[{at}].revocationList", issuer.RevocationList);
        }

        yield return ("revocations.file", settings.Revocations.File);
        foreach (var server in settings.Servers) yield return ($"servers.{server.Name}.revocationList", server.Http?.RevocationList);
    }
}
