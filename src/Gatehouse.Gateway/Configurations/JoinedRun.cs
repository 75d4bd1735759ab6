namespace Gatehouse.Gateway.Configurations;

/// <summary>An act that runs once at a time. Callers that come while it runs wait for that run. No lock is held while it runs.</summary>
/// <param name="act">The act.</param>
internal sealed class JoinedRun<T>(Func<Task<T>> act)
{
    private readonly Lock gate = new();
    private Task<T>? current;

    /// <summary>Runs the act, or waits for the run under way.</summary>
    public Task<T> RunAsync()
    {
        var run = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (current is { IsCompleted: false }) return current;
            current = run.Task;
        }

        _ = CompleteAsync(run);
        return run.Task;
    }

    private async Task CompleteAsync(TaskCompletionSource<T> run)
    {
        try
        {
            run.SetResult(await act().ConfigureAwait(false));
        }
        catch (Exception e)
        {
            run.SetException(e);
        }
    }
}
