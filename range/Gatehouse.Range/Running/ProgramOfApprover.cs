using System.Diagnostics;

namespace Gatehouse.Range.Running;

/// <summary>A program that runs under the account of the person who approves, such as the shell of an agent.</summary>
/// <param name="fixture">The fixture.</param>
/// <param name="socket">The control socket of the system that asks.</param>
internal sealed class ProgramOfApprover(RangeFixture fixture, string socket)
{
    /// <summary>Grants the newest question. Returns whether the grant was taken.</summary>
    /// <param name="hasTerminal">True to make a terminal first; false to run without one.</param>
    public async Task<bool> GrantAsync(bool hasTerminal)
    {
        using var process = Process.Start(new ProcessStartInfo(
            fixture.Tools.Python!, [fixture.Script("grant-by-program.py"), socket, hasTerminal ? "terminal" : "none"]))!;
        await process.WaitForExitAsync().ConfigureAwait(false);
        return process.ExitCode == 0;
    }
}
