using Gatehouse.Gateway.Definitions;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy.Writing;

namespace Gatehouse.Gateway.Approvals;

/// <summary>The comparison of a question with a configuration: whether what asked it is still in force.</summary>
internal static class RulesInForce
{
    /// <summary>Returns why a question does not fit the configuration any more; null when it does.</summary>
    public static string? WhyNot(GatewaySnapshot snapshot, ApprovalFacts facts)
    {
        if (facts.Access is not null) return facts.Rules.All(rule => IsInForce(snapshot, rule)) ? null : "rule-changed";
        if (snapshot.Settings.Server(facts.Server) is not { } server) return "server-removed";
        if (ServerIdentities.Of(server).Source.ToString() != facts.Source) return "server-changed";
        return facts.Rules.Where(static rule => rule.IsOfPolicy).All(rule => IsInForce(snapshot, rule)) ? null : "rule-changed";
    }

    private static bool IsInForce(GatewaySnapshot snapshot, AskingRule rule) =>
        snapshot.Policy.Rules.FirstOrDefault(one => one.Id == rule.Source) is { } now && RuleText.Of(now) == rule.Text;
}
