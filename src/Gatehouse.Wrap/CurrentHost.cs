namespace Gatehouse.Wrap;

/// <summary>
/// Holds the current host. Callers wait here while there is none, because nothing passes without a host (design rule 13). Safe for concurrent use.
/// </summary>
/// <typeparam name="T">The part of the host that callers need.</typeparam>
internal sealed class CurrentHost<T>
    where T : class
{
    private readonly Lock gate = new();
    private bool hasEnded;
    private TaskCompletionSource<T?> present = None();

    /// <summary>Sets the host, and releases all who wait. Has no effect while a host is set, or after <see cref="End"/>.</summary>
    public void Set(T host)
    {
        lock (gate) present.TrySetResult(host);
    }

    /// <summary>
    /// Removes the host. With <paramref name="host"/>, removes it only if it is still the current one. Has no effect after <see cref="End"/>.
    /// </summary>
    public void Clear(T? host = null)
    {
        lock (gate)
        {
#pragma warning disable RS0030 // It has completed.
            if (!hasEnded && present.Task.IsCompletedSuccessfully && (host is null || ReferenceEquals(present.Task.Result, host))) present = None();
#pragma warning restore RS0030
        }
    }

    /// <summary>Ends all waits with null, now and later.</summary>
    public void End()
    {
        lock (gate)
        {
            hasEnded = true;
            if (present.TrySetResult(null)) return;
            present = None();
            present.SetResult(null);
        }
    }

    /// <summary>Returns the host, or null when there will be none.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public Task<T?> WaitAsync(CancellationToken cancellation)
    {
        lock (gate) return present.Task.WaitAsync(cancellation);
    }

    private static TaskCompletionSource<T?> None() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
