using Gatehouse.Gateway.Configuration.Reading;
using Gatehouse.Identity;

namespace Gatehouse.Gateway.Configuration.Rules;

/// <summary>The issuers and how their tokens are signed.</summary>
internal static class IssuerRules
{
    public static void Check(ConfigurationSection root, bool development, FaultList faults)
    {
        var issuers = root.Parts("issuers");
        if (!development && issuers.Count == 0)
            faults.Add(root.At, "issuers", "there is no issuer, so no token could be accepted", "add an issuer under 'issuers', or run with --dev on loopback");
        foreach (var issuer in issuers) Check(issuer, faults);
        foreach (var twice in issuers.Select(issuer => issuer.Find("issuer")).OfType<ConfiguredValue>().GroupBy(value => value.Text, StringComparer.Ordinal).SelectMany(group => group.Skip(1)))
            faults.Add(twice, "this issuer stands here a second time", "keep one entry an issuer");
    }

    private static void Check(ConfigurationSection section, FaultList faults)
    {
        if (section.Find("issuer") is { } value) CheckUrl(value, faults);
        if (section.Find("algorithms") is { Items.Count: 0 } none)
            faults.Add(none, "no algorithm is accepted, so no token could be", $"name at least one of: {string.Join(", ", IssuerProfile.AllAlgorithms)}");
        foreach (var algorithm in section.Items("algorithms")) CheckAlgorithm(algorithm, faults);
    }

    private static void CheckUrl(ConfiguredValue value, FaultList faults)
    {
        if (UrlText.Read(value.Text, out var fault) is not { } url)
            faults.Add(value, fault, "write the issuer exactly as in its metadata");
        else if (url.Query.Length > 0 || value.Text.Contains('?', StringComparison.Ordinal))
            faults.Add(value, "an issuer has no query (RFC 8414 section 2)", "write the issuer exactly as in its metadata");
        else if (!UrlText.IsProtected(url))
            faults.Add(value, "keys fetched in clear could be anybody's", "write https://");
    }

    private static void CheckAlgorithm(ConfiguredItem algorithm, FaultList faults)
    {
        if (IssuerProfile.AllAlgorithms.Contains(algorithm.Text)) return;
        if (algorithm.Text.StartsWith("HS", StringComparison.OrdinalIgnoreCase))
            faults.Add(algorithm, "an HMAC key is known to all who check tokens with it, so any of them could make some", "choose ES256 or PS256");
        else if (string.Equals(algorithm.Text, "none", StringComparison.OrdinalIgnoreCase))
            faults.Add(algorithm, "a token without a signature is anybody's", "choose ES256 or PS256");
        else
            faults.Add(algorithm, "this algorithm is not known", $"choose from: {string.Join(", ", IssuerProfile.AllAlgorithms)}");
    }
}
