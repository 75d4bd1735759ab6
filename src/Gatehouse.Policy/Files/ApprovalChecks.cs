using Gatehouse.Policy.Conditions;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Files;

/// <summary>The parts of a rule that together ask a person, or say who may answer.</summary>
internal static class ApprovalChecks
{
    public static void Check(PolicyMap map, PolicyRule rule)
    {
        if (rule.Directions is not { } directions) return;
        if (directions.Contains(PolicyDirection.Approvals)) CheckAnswers(map, rule);
        else if (rule.Approval is not null && !directions.Contains(PolicyDirection.Calls))
            map.Fault("obligations", "an approval is asked for calls, and this rule is about none",
                "remove 'approval', or add calls to 'directions'");
        else if (rule.Approval is not null && directions.Any(direction => direction is not (PolicyDirection.Calls or PolicyDirection.Lists)))
            map.Fault("obligations", "an approval is asked for calls, and this rule is also about requests of the server",
                "write a rule of its own for the other directions, without 'approval'");
    }

    // The right to answer comes from the person and the target. It is never read from the call, which the caller words.
    private static void CheckAnswers(PolicyMap map, PolicyRule rule)
    {
        if (rule.Directions!.Count > 1)
            map.Fault("the direction approvals is about people who answer, and the others about callers", "write a rule of its own for approvals");
        if (!rule.Obligations.IsEmpty)
            map.Fault("obligations", "an answer has no obligations", "remove 'obligations', or move them to the rule of the call");
        if (rule.When.SelectMany(ConditionParts.Leaves).OfType<ValueCondition>().Any(leaf => leaf.Source.Kind != ValueSourceKind.Claim))
            map.Fault("when", "the right to answer cannot depend on the arguments or the URI of the call, because the caller chooses them",
                "use a claim or a time, or name tools and resources in the rule");
    }
}
