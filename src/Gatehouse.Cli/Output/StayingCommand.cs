using System.CommandLine;

namespace Gatehouse.Cli.Output;

/// <summary>
/// A command that stays until SIGTERM or Ctrl+C, and then ends in order: its cancellation is the signal. Other commands have
/// <see cref="CommandRun.LongestEnd"/> for it (<see cref="TerminationSignals"/>), which would cut the requests that a gateway waits for.
/// </summary>
/// <param name="name">The word of the command.</param>
/// <param name="description">Its help.</param>
internal sealed class StayingCommand(string name, string description) : Command(name, description)
{
    /// <summary>
    /// The longest time from the signal to the end, after which the process ends as it is: more than the waits for requests and for local processes
    /// together, and less than the 90 s after which service managers kill.
    /// </summary>
    public static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(60);

    /// <summary>Waits for the signal.</summary>
    /// <param name="cancellation">The cancellation of the command.</param>
    public static async Task UntilSignalAsync(CancellationToken cancellation)
    {
        var signalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = cancellation.Register(() => signalled.TrySetResult());
        await signalled.Task.ConfigureAwait(false);
    }
}
