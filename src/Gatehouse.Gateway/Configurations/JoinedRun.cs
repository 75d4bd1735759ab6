namespace Gatehouse.Gateway.Configurations;

/// <summary>An act that runs once at a time. Callers that come while it runs wait for that run. No lock is held while it runs.</summary>
/// <param name="act">The act; false where it has to be repeated.</param>
internal sealed class JoinedRun(Func<Task<bool>> act)
{
    private readonly Lock gate = new();
    private Task<bool>? current;

    /// <summary>Runs the act, or waits for the run under way.</summary>
    public Task<bool> RunAsync()
    {
        var run = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (current is { IsCompleted: false }) return current;
            current = run.Task;
        }

        _ = CompleteAsync(run);
        return run.Task;
    }

    private async Task CompleteAsync(TaskCompletionSource<bool> run)
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
