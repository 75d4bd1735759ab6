using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>The places of calls that use a connection. Who waits has a place in a queue with a limit; closing lets all of them finish.</summary>
/// <param name="places">The most calls at the same time.</param>
/// <param name="queueLimit">The most calls that wait.</param>
internal sealed class Gate(int places, int queueLimit)
{
    private readonly SemaphoreSlim free = new(places);
    private readonly Lock changing = new();
    private readonly TaskCompletionSource empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long inside;
    private bool isClosed;

    /// <summary>Waits for a place, and runs the call in it.</summary>
    /// <exception cref="StoreException">Too many calls wait.</exception>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    /// <exception cref="OperationCanceledException">The call had not begun.</exception>
    public async ValueTask<T> RunAsync<T>(Func<ValueTask<T>> call, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Enter();
        try
        {
            await free.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                return await call().ConfigureAwait(false);
            }
            finally
            {
                free.Release();
            }
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Lets no further call in. Ends when those that are inside have ended. May be repeated.</summary>
    public async ValueTask CloseAsync()
    {
        lock (changing)
        {
            isClosed = true;
            if (inside == 0) empty.TrySetResult();
        }

        await empty.Task.ConfigureAwait(false);
    }

    private void Enter()
    {
        lock (changing)
        {
            ObjectDisposedException.ThrowIf(isClosed, typeof(PostgreSqlStore));
            if (inside >= (long)places + queueLimit)
            {
                throw new StoreException(
                    $"{queueLimit} calls of the store wait for a connection. Nothing was changed. Check the load of the PostgreSQL server, or allow "
                    + "more connections.");
            }

            inside++;
        }
    }

    private void Leave()
    {
        lock (changing)
        {
            if (--inside == 0 && isClosed) empty.TrySetResult();
        }
    }
}
