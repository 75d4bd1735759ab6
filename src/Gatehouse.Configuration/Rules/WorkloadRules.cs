using System.Text.RegularExpressions;
using Gatehouse.Configuration.Reading;

namespace Gatehouse.Configuration.Rules;

/// <summary>Certificate issuers, and the servers that take them.</summary>
internal static partial class WorkloadRules
{
    public static void Check(ConfigurationSection root, FaultList faults)
    {
        var issuers = root.Parts("certificateIssuers");
        foreach (var issuer in issuers) CheckIssuer(issuer, faults);
        foreach (var twice in issuers.Select(issuer => issuer.Find("name")).OfType<ConfiguredValue>()
            .GroupBy(name => name.Text, StringComparer.Ordinal).SelectMany(group => group.Skip(1)))
            faults.Add(twice, "another certificate issuer has this name already", "give each a different name");
        var names = issuers.Select(issuer => issuer.Get<string>("name")).ToHashSet(StringComparer.Ordinal);
        var isOff = root.Part("listen").Get<string>("clientCertificates") == "off";
        foreach (var taken in root.Parts("servers").SelectMany(server => server.Items("certificateIssuers")))
        {
            if (!names.Contains(taken.Text)) faults.Add(taken, "there is no certificate issuer with this name", "name one of 'certificateIssuers'");
            else if (isOff) faults.Add(taken, "no client can present a certificate", "set 'listen.clientCertificates'");
        }
    }

    private static void CheckIssuer(ConfigurationSection issuer, FaultList faults)
    {
        if (issuer.Find("name") is { } name && !NameForm().IsMatch(name.Text))
            faults.Add(name, "the name is not made of letters, digits, '-' and '_', at most 63, beginning with a letter", "choose another name");
        foreach (var pin in issuer.Items("pins")) ServerRules.CheckPin(pin, faults);
        CheckWorkloads(issuer, faults);
        foreach (var scope in issuer.Items("scopes")) ScopeRules.Check(scope, faults);
        if (issuer.Find("pins") is { Items.Count: 0, IsGiven: true } none)
            faults.Add(none, "the list is empty", "name at least one pin, or remove 'pins'");
    }

    // Threat: the holder of one pinned key writes the name of another workload into a certificate of its own (RFC 5280 §4.1.2.6).
    private static void CheckWorkloads(ConfigurationSection issuer, FaultList faults)
    {
        if (issuer.Find("pins") is { Items.Count: > 0 } pins && !issuer.Wrote("authorities"))
            faults.Add(pins, "no authority vouches for the names, so the owner of one of these keys could use any name",
                "name the workload of each key: 'workloads: { NAME: [sha256/…] }'");
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var workload in issuer.Items("workloads"))
        {
            foreach (var pin in ((TextList)workload.Content).Items)
            {
                ServerRules.CheckPin(workload with { Content = pin }, faults);
                if (!named.Add(pin)) faults.Add(workload, "one of these keys belongs to another workload too", "give each workload its own key");
            }
        }
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();
}
