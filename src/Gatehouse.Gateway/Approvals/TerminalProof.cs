using Gatehouse.Administration;
using Gatehouse.Pipeline;

namespace Gatehouse.Gateway.Approvals;

/// <summary>A confirmation typed at a terminal, as the proof of a person (design rule 12).</summary>
/// <remarks>
/// Threat: a program of the account, such as the shell of an agent, speaks to the control socket in the person's place. A gateway of a team takes no
/// such proof. With <c>--dev</c> the asking program needs a terminal, which stops programs that control only input and arguments. A program that
/// makes a terminal of its own is not stopped.
/// </remarks>
/// <param name="isTaken">Returns whether the configuration in force takes it.</param>
internal class TerminalProof(Func<bool> isTaken)
{
    /// <summary>The name under which a host composes it.</summary>
    public static PartName<TerminalProof> Part { get; } = new("administration/terminal-proof");

    /// <summary>True where it is taken.</summary>
    public virtual bool IsTaken => isTaken();

    /// <summary>Returns whether a program has a terminal at which a person can have typed.</summary>
    /// <param name="processId">The program.</param>
    public virtual bool HasTerminal(int processId) => Terminals.HasOne(processId);
}
