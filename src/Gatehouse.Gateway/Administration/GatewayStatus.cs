using System.Globalization;
using Gatehouse.Administration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Upstreams;

namespace Gatehouse.Gateway.Administration;

/// <summary>The state of a gateway, as <c>status</c> shows it.</summary>
internal sealed class GatewayStatus(GatewayHost host) : IStatusSource
{
    public IReadOnlyDictionary<string, string> Facts()
    {
        var facts = new Dictionary<string, string>
        {
            ["url"] = host.Address.ToString(),
            ["generation"] = host.Snapshots.Current.Generation.ToString(CultureInfo.InvariantCulture),
            ["sessions"] = host.Sessions.Entries.Count.ToString(CultureInfo.InvariantCulture),
            ["underWay"] = host.Registry.Count.ToString(CultureInfo.InvariantCulture),
            ["ready"] = host.IsReady ? "yes" : "no",
            ["development"] = host.Snapshots.Current.Settings.Development ? "yes" : "no",
            ["counted"] = host.Quotas.Table.Count.ToString(CultureInfo.InvariantCulture),
        };
        foreach (var (name, value) in WorkFacts.Of(host.Core)) facts[name] = value;
        if (host.Core.Services.Configurations.InForce is { } texts) facts["configuration"] = texts.Digest;
        AddEntra(facts);
        foreach (var (issuer, fault) in host.Issuers.Faults()) facts["issuer." + issuer] = "fails: " + fault;
        foreach (var (provider, fault) in host.SignInProviderFaults())
        {
            if (fault is not null) facts["provider." + provider] = "fails: " + fault;
        }

        foreach (var (name, value) in StoreAdministration.Facts(host.Core)) facts[name] = value;
        LogFacts.AddTo(facts, host.Core);
        foreach (var (name, value) in host.Core.DefinitionFacts()) facts[name] = value;
        foreach (var health in host.Upstreams.Health()) facts["server." + health.Server] = health.State;
        return facts;
    }

    private void AddEntra(Dictionary<string, string> facts)
    {
        if (host.Snapshots.Current.AccessChecks is null) return;
        var checks = host.Core.Services.EntraChecks;
        facts["entra.rights"] = checks.Rights.All.Count(checks.Rights.Counts).ToString(CultureInfo.InvariantCulture);
        facts["entra.faults"] = checks.Faults.ToString(CultureInfo.InvariantCulture);
    }
}
