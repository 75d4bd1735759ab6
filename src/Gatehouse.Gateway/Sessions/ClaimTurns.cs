namespace Gatehouse.Gateway.Sessions;

/// <summary>
/// Serializes claims to one task: between the look-up and the claim no other flow claims the same task. The store may be asked in between, so it is
/// no lock of a thread. Claims to different tasks seldom wait for each other. Safe for concurrent use.
/// </summary>
internal sealed class ClaimTurns
{
    // A fixed number, whatever tasks there are: a turn for each task would be memory that servers decide about (CWE-770).
    private const int Count = 64;

    private readonly SemaphoreSlim[] turns = [.. Enumerable.Range(0, Count).Select(static _ => new SemaphoreSlim(1, 1))];

    /// <summary>Waits for the turn of a task. Disposing the result ends the turn.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public async ValueTask<IDisposable> TakeAsync(string server, string task, CancellationToken cancellation)
    {
        var turn = turns[(uint)HashCode.Combine(server, task) % Count];
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        return new Turn(turn);
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
