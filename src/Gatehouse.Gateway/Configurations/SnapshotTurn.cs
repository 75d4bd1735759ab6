namespace Gatehouse.Gateway.Configurations;

/// <summary>
/// Runs the changes of the snapshot one after the other, reloads and acts of administration among them. Of two administrators who act at the same
/// time, each sees the result of the other.
/// </summary>
internal sealed class SnapshotTurn : IDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>Runs a change when no other one runs.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> change)
    {
        await turn.WaitAsync().ConfigureAwait(false);
        try
        {
            return await change().ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => turn.Dispose();
}
