using Gatehouse.Ipc;
using Gatehouse.Isolation;
using Gatehouse.Local;

namespace Gatehouse.Range.Doubles;

/// <summary>Approves whatever is to be started under a name that was approved once.</summary>
internal sealed class ApprovalsByName(string approved) : ICommandApprovals
{
    public ValueTask<CommandLine?> MayStartAsync(string name, CommandLine command) => ValueTask.FromResult(
        name == approved ? command with { Minimum = ProcessEnvironment.Minimum() } : null);
}
