using Gatehouse.Gateway.Approvals;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;

namespace Gatehouse.Range.Exercises;

/// <summary>
/// An agent with a shell under the account that may answer questions grants its own call: by a program without a terminal, and by one that makes a
/// terminal of its own.
/// </summary>
public abstract class CommandLineExercise : ApprovalExercise
{
    /// <inheritdoc />
    public override Need Needs => Need.Python;

    internal override bool OpensControl => true;

    /// <summary>True where a program with a terminal of its own grants the call behind the gateway too.</summary>
    private protected abstract bool IsTerminalEnough { get; }

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None.Put(TerminalProof.Part, new AnyTerminalProof());

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await CanaryServer.StartAsync(fixture).ConfigureAwait(false);
        var (waiting, granted) = ((string?)null, new HashSet<string>(StringComparer.Ordinal));
        var socket = Path.Combine(fixture.NewFolder("control"), "approve.sock");
        NaiveControl.Open(fixture, socket, () => waiting, amount => granted.Add(amount));
        fixture.GrantByProgramAsync = new ProgramOfApprover(fixture, socket).GrantAsync;
        fixture.GrantAsync = _ => Task.FromResult(waiting is not null && granted.Add(waiting));
        return await NaiveProxy.StartAsync(fixture, server.Url, (_, body) =>
        {
            if (AmountOf(body) is not { } amount || granted.Remove(amount)) return true;
            waiting = amount;
            return false;
        }).ConfigureAwait(false);
    }

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await GrantAsync(context, "a program without a terminal", "30", hasTerminal: false).ConfigureAwait(false),
        await GrantAsync(context, "a program with a terminal of its own", "31", hasTerminal: true).ConfigureAwait(false) with
        { IsNotDefended = IsTerminalEnough },
    ];

    private static async Task<Attempt> GrantAsync(AttackContext context, string name, string amount, bool hasTerminal)
    {
        var agent = await BeginAsync(context, AttackContext.Attacker).ConfigureAwait(false);
        await TransferAsync(agent, amount).ConfigureAwait(false);
        if (Count(context, amount) > 0) return new Attempt(name, false, "the money was transferred before any answer");
        var isTaken = await context.GrantByProgramAsync(hasTerminal).ConfigureAwait(false);
        var answer = await TransferAsync(agent, amount).ConfigureAwait(false);
        var moved = Count(context, amount) > 0;
        return new Attempt(name, moved,
            moved ? "the money was transferred" : $"the grant was {(isTaken ? "taken" : "refused")}, and nothing was transferred: {answer}");
    }
}
