using Gatehouse.Administration;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AccessCommands;

/// <summary>Arguments with ids of requests for rights. The id of another question is a mistake.</summary>
internal static class AccessIds
{
    /// <summary>The arguments.</summary>
    public static IdArguments All { get; } = new(ApprovalActs.IsAccessId, "a request for a right", "access list", "acc-7q4kd2m9xs");
}
