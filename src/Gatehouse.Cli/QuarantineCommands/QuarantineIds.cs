using Gatehouse.Administration;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.QuarantineCommands;

/// <summary>Arguments with ids of withheld results.</summary>
internal static class QuarantineIds
{
    /// <summary>The arguments.</summary>
    public static IdArguments All { get; } = new(QuarantineActs.IsId, "a withheld result", "quarantine list", "qua-7q4kd2m9xs");
}
