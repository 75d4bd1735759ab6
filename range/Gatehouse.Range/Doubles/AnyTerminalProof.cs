using Gatehouse.Gateway.Approvals;

namespace Gatehouse.Range.Doubles;

/// <summary>Takes the word of each program of the account that a person confirmed.</summary>
internal sealed class AnyTerminalProof() : TerminalProof(static () => true)
{
    public override bool HasTerminal(int processId) => true;
}
