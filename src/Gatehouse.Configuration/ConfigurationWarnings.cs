using System.Globalization;
using System.Net;
using Gatehouse.Policy.Analysis.Checking;
using Gatehouse.Settings;

namespace Gatehouse.Configuration;

/// <summary>The warnings of <c>config check</c> and of the start about settings without fault that give more away than they seem to,
/// or no longer do what they say.</summary>
public static class ConfigurationWarnings
{
    /// <summary>Returns all warnings that hold at any time. Empty when there is none.</summary>
    public static IReadOnlyList<ConfigurationWarning> Of(GatewaySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return [.. Listening(settings.Listen), .. Issuers(settings), .. NeverReached(settings.Inspection.Messages.Rules)];
    }

    /// <summary>Returns the warnings about suppressions that have ended: their findings count again, without a change of the configuration.</summary>
    public static IEnumerable<ConfigurationWarning> EndedSuppressions(InspectionSettings inspection, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(inspection);
        return
        [
            .. inspection.Suppressions.All.Index().Where(one => one.Item.Expires <= now).Select(one =>
                Ended($"inspection.metadata.suppressions[{one.Index}]", $"{one.Item.Id} of {one.Item.Server}, {one.Item.Definition},", one.Item.Expires)),
            .. inspection.Messages.Suppressions.Index().Where(one => one.Item.Expires <= now).Select(one =>
                Ended($"inspection.messages.suppressions[{one.Index}]", $"{one.Item.Finding} of {one.Item.Server}", one.Item.Expires)),
        ];
    }

    private static ConfigurationWarning Ended(string path, string what, DateTimeOffset expires) => new(path,
        string.Create(CultureInfo.InvariantCulture, $"the suppression of {what} ended after {expires.AddDays(-1):yyyy-MM-dd}, so the finding counts again"),
        "examine the finding again, and give the suppression a later day in 'until' or remove it");

    // The first rule that matches decides, so the author of a later one would believe that it protects.
    private static IEnumerable<ConfigurationWarning> NeverReached(IReadOnlyList<MessageInspectionRule> rules)
    {
        if (rules.FirstOrDefault(rule => rule is { IsShadow: false, MatchesAll: true }) is not { } last) return [];
        return rules.Index().SkipWhile(one => one.Item != last).Skip(1).Select(one => new ConfigurationWarning(
            $"inspection.messages.rules[{one.Index}]",
            $"the rule {one.Item.Id} is never reached, because the rule {last.Id} before it matches every finding and is in force",
            $"move it before {last.Id}, or remove it"));
    }

    // Threat: certificates are public, so a client that can send the header can be any workload and use any token bound to a certificate. On one
    // machine that is every account.
    private static IEnumerable<ConfigurationWarning> Listening(ListenSettings listen)
    {
        if (listen.ClientCertificates == ClientCertificates.Header
            && listen.TlsEndedByProxies.Any(proxy => IPAddress.IsLoopback(IPAddress.Parse(proxy))))
        {
            yield return new ConfigurationWarning(
                "listen.clientCertificates",
                "the gateway trusts a proxy on this machine, so every account and program on it can act as any workload and use any token bound to a "
                    + "certificate",
                "let the gateway end TLS and write 'ask', or run the proxy on a machine of its own");
        }
    }

    // Threat: a name means something only together with its issuer.
    private static IEnumerable<ConfigurationWarning> Issuers(GatewaySettings settings) =>
        PolicyWarnings.OfIssuers(settings.Rules, settings.Issuers.Count + settings.CertificateIssuers.Count)
            .Select(warning => new ConfigurationWarning(warning.Place ?? warning.RuleId, warning.RuleId + ": " + warning.Message, warning.Remedy));
}
