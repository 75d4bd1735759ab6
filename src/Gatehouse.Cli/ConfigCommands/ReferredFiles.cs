using Gatehouse.Gateway.Secrets;
using Gatehouse.Settings;

namespace Gatehouse.Cli.ConfigCommands;

/// <summary>
/// The keys, certificates, lists and secrets to which a configuration refers. They are no part of it: its digest does not cover them, and they may
/// change at any time.
/// </summary>
internal static class ReferredFiles
{
    private static readonly (string Key, Func<GatewaySettings, IEnumerable<(string Key, string? Path)>> Read)[] Files =
    [
        ("listen.certificate", settings => [("listen.certificate", settings.Listen.CertificateFile)]),
        ("listen.key", settings => [("listen.key", settings.Listen.KeyFile)]),
        ("administration.http.listen.certificate", settings =>
            [("administration.http.listen.certificate", settings.Administration.Http?.Listen.CertificateFile)]),
        ("administration.http.listen.key", settings => [("administration.http.listen.key", settings.Administration.Http?.Listen.KeyFile)]),
        ("certificateIssuers[].authorities", settings =>
            settings.CertificateIssuers.Select((issuer, at) => ($"certificateIssuers[{at}].authorities", (string?)issuer.AuthoritiesFile))),
        ("certificateIssuers[].revocationList", settings =>
            settings.CertificateIssuers.Select((issuer, at) => ($"certificateIssuers[{at}].revocationList", issuer.RevocationList))),
        ("revocations.file", settings => [("revocations.file", settings.Revocations.File)]),
        ("servers.*.revocationList", settings =>
            settings.Servers.Select(server => ($"servers.{server.Name}.revocationList", server.Http?.RevocationList))),
    ];

    /// <summary>The keys of files, as the table of keys has them. Secrets have their own table (<see cref="SecretUses"/>).</summary>
    internal static IEnumerable<string> Keys => Files.Select(file => file.Key);

    /// <summary>Returns each with its key: a path, or the reference of a secret.</summary>
    public static IEnumerable<(string Key, string Place)> Of(GatewaySettings settings)
    {
        foreach (var (key, path) in Files.SelectMany(file => file.Read(settings)))
        {
            if (path is not null) yield return (key, path);
        }

        foreach (var use in SecretUses.Of(settings)) yield return (use.Key, $"{use.Reference.Scheme}:{use.Reference.Location}");
    }
}
