using Gatehouse.Gateway.Definitions;
using Gatehouse.Pipeline.Inspection.Requests;
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
        if (facts.Act is { } act) return ActQuestions.IsInForce(snapshot, act, facts.Rules) ? null : "rule-changed";
        if (!facts.IsWrapped && WhyNotServer(snapshot, facts) is { } why) return why;
        return facts.Rules.All(rule => rule.IsOfPolicy ? IsInForce(snapshot, rule) : InspectionIsInForce(snapshot, rule)) ? null : "rule-changed";
    }

    // The source of a wrapped server is compared when a grant is used: the digest covers it.
    private static string? WhyNotServer(GatewaySnapshot snapshot, ApprovalFacts facts)
    {
        if (snapshot.Settings.Server(facts.Server) is not { } server) return "server-removed";
        var isSame = ServerIdentities.Of(server).Source.ToString() == facts.Source && server.Stdio?.WorkingDirectory == facts.Folder
            && (ApprovalFacts.CommandOf(server) ?? []).SequenceEqual(facts.Command ?? [], StringComparer.Ordinal);
        return isSame ? null : "server-changed";
    }

    private static bool IsInForce(GatewaySnapshot snapshot, AskingRule rule) =>
        snapshot.Policy.Rules.FirstOrDefault(one => one.Id == rule.Source) is { } now && RuleText.Of(now) == rule.Text;

    // A rule of the inspection without a text of its own is bound by its name, and no configuration has it.
    private static bool InspectionIsInForce(GatewaySnapshot snapshot, AskingRule rule) =>
        rule.Text.Length == 0 || RequestTextRule.IsTextOf(snapshot, rule.Source, rule.Text)
        || RequestProtectionRule.IsTextOf(snapshot, rule.Source, rule.Text);
}
