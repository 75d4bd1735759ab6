using System.CommandLine;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary><c>gatehouse policy</c>: the questions to a policy, a file a verb in <c>PolicyVerbs</c>.</summary>
internal static class PolicyCommand
{
    public static Command Create() => new("policy", "Check, test, explain and compare policies.")
    {
        PolicyCheckCommand.Create(),
        PolicyTestCommand.Create(),
        PolicyExplainCommand.Create(),
        PolicyWhoCanCommand.Create(),
        PolicyDiffCommand.Create(),
        PolicyUsageCommand.Create(),
        PolicyReplayCommand.Create(),
        PolicySchemaCommand.Create(),
        PolicyPresetCommand.Create(),
    };
}
