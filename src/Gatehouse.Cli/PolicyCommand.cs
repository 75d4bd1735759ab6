using System.CommandLine;

namespace Gatehouse.Cli;

/// <summary><c>gatehouse policy</c>: the questions that can be asked of a policy, a file a verb in <c>PolicyVerbs</c>.</summary>
internal static class PolicyCommand
{
    public static Command Create() => new("policy", "Check, test, explain and compare policies.")
    {
        PolicyCheckVerb.Create(),
        PolicyTestVerb.Create(),
        PolicyExplainVerb.Create(),
        PolicyWhoCanVerb.Create(),
        PolicyDiffVerb.Create(),
        PolicyUsageVerb.Create(),
        PolicyReplayVerb.Create(),
        PolicySchemaVerb.Create(),
        PolicyPresetVerb.Create(),
    };
}
