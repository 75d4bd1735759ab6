using Gatehouse.Administration;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AccessCommands;

/// <summary>Arguments with ids of requests for rights. The id of another question is a mistake.</summary>
internal static class AccessIds
{
    /// <summary>The arguments.</summary>
    public static IdArguments All { get; } = Of(ApprovalActs.IsAccessId);

    /// <summary>The same, with ids of rights of Entra PIM: the gateway answers where such a right ends.</summary>
    public static IdArguments AllAndEntra { get; } = Of(static id => ApprovalActs.IsAccessId(id) || AccessActs.IsOfEntra(id));

    private static IdArguments Of(Func<string, bool> isId) => new(isId, "a request for a right", "access list", "acc-7q4kd2m9xs");
}
