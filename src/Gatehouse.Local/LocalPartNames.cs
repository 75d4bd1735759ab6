using Gatehouse.Pipeline;

namespace Gatehouse.Local;

/// <summary>The names of parts that only the host of an account composes, in addition to those of every host.</summary>
internal static class LocalPartNames
{
    /// <summary>The decision whether a command may start on this machine.</summary>
    public static PartName<ICommandApprovals> CommandApprovals { get; } = new("command-approvals");
}
