namespace Gatehouse.Wrap;

/// <summary>
/// The host of the moment. Who needs one waits here while there is none, because nothing passes without a host (design rule 13). Safe for concurrent
/// use.
/// </summary>
/// <typeparam name="T">What is needed of the host.</typeparam>
internal sealed class PresentHost<T>
    where T : class
{
    private readonly Lock gate = new();
    private TaskCompletionSource<T?> present = None();

    /// <summary>A host is there, until it is cleared.</summary>
    public void Set(T host)
    {
        lock (gate) present.TrySetResult(host);
    }

    /// <summary>The host is gone. Its name serves where another may already be there: that one stays. Null is for any host.</summary>
    public void Clear(T? host = null)
    {
        lock (gate)
        {
#pragma warning disable RS0030 // It has completed.
            if (present.Task.IsCompletedSuccessfully && (host is null || ReferenceEquals(present.Task.Result, host))) present = None();
#pragma warning restore RS0030
        }
    }

    /// <summary>There is no host, and there will be no other.</summary>
    public void End()
    {
        lock (gate) present.TrySetResult(null);
    }

    /// <summary>Returns the host, or null when there will be none.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public Task<T?> WaitAsync(CancellationToken cancellation)
    {
        lock (gate) return present.Task.WaitAsync(cancellation);
    }

    private static TaskCompletionSource<T?> None() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
