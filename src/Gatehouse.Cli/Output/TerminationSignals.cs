using System.Runtime.InteropServices;

namespace Gatehouse.Cli.Output;

/// <summary>
/// SIGTERM and Ctrl+C while a command runs. The signal cancels the command, which has a limited time to end in order. A second Ctrl+C immediately
/// ends every command that is no <see cref="StayingCommand"/>.
/// </summary>
/// <remarks>
/// The signals are taken before the command begins. The library takes them after its first wait: a person who typed Ctrl+C at an early question ended
/// the process by the signal, before the command could remove its files and report.
/// </remarks>
internal sealed class TerminationSignals : IDisposable
{
    private const int Interrupted = 128 + 2; // as shells report SIGINT
    private const int Terminated = 128 + 15;

    private readonly bool isStaying;
    private readonly CancellationTokenSource ending = new();
    private readonly TaskCompletionSource<int> first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource second = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] signals;

    /// <summary>Takes the signals.</summary>
    /// <param name="isStaying">True for a command that has work of others to end, such as the requests of a gateway.</param>
    public TerminationSignals(bool isStaying)
    {
        this.isStaying = isStaying;
        signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => OnSignal(signal, Interrupted)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => OnSignal(signal, Terminated)),
        ];
    }

    /// <summary>Runs a command. Returns its exit code, or 130 or 143 where it has not ended in time after a signal.</summary>
    /// <param name="command">Starts the command, with the token that the first signal cancels.</param>
    public async Task<int> RunAsync(Func<CancellationToken, Task<int>> command)
    {
        // Not on this thread: a command that computes for long before its first wait must not keep the process.
        var run = Task.Run(() => command(ending.Token), CancellationToken.None);
        if (await Task.WhenAny(run, first.Task).ConfigureAwait(false) == first.Task)
        {
            var limit = Task.Delay(isStaying ? StayingCommand.LongestEnd : CommandRun.LongestEnd, TimeProvider.System);
            await Task.WhenAny(run, second.Task, limit).ConfigureAwait(false);
            if (!run.IsCompleted) return await first.Task.ConfigureAwait(false);
        }

        return await run.ConfigureAwait(false);
    }

    /// <summary>Leaves the signals to the system.</summary>
    public void Dispose()
    {
        // The source of the token is not disposed: a command that is overdue still has the token.
        foreach (var signal in signals) signal.Dispose();
    }

    private void OnSignal(PosixSignalContext signal, int code)
    {
        signal.Cancel = true;
        if (first.TrySetResult(code)) ending.Cancel();
        else if (!isStaying && code == Interrupted) second.TrySetResult();
    }
}
