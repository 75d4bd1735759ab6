using Gatehouse.Administration;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.ApprovalCommands;

/// <summary>Arguments with ids of questions.</summary>
internal static class ApprovalIds
{
    /// <summary>The arguments.</summary>
    public static IdArguments All { get; } = new(ApprovalActs.IsId, "a question", "approval list", "apr-7q4kd2m9xs");
}
