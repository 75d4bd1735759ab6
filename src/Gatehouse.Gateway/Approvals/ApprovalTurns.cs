namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// Turns at a question: what this process does about one question happens one after the other, so that no waiter misses an answer and no effect
/// comes before its entry. The store decides between processes.
/// </summary>
internal sealed class ApprovalTurns : IDisposable
{
    private const int Stripes = 64;

    private readonly SemaphoreSlim[] turns = [.. Enumerable.Range(0, Stripes).Select(static _ => new SemaphoreSlim(1, 1))];

    /// <summary>Waits for the turn at a question.</summary>
    public async Task<IDisposable> TakeAsync(string id, CancellationToken cancellation)
    {
        var turn = turns[(uint)StringComparer.Ordinal.GetHashCode(id) % Stripes];
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        return new Turn(turn);
    }

    public void Dispose()
    {
        foreach (var turn in turns) turn.Dispose();
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        private int given;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref given, 1) == 0) turn.Release();
        }
    }
}
