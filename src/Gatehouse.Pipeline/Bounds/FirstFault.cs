using System.Runtime.ExceptionServices;

namespace Gatehouse.Pipeline.Bounds;

/// <summary>
/// Parts of a work, each of which runs although another one failed. The first fault is thrown when all have run, so that the work is reported and
/// repeated.
/// </summary>
/// <remarks>Threat: one row that cannot be written, such as that of a caller whose part of the log is spent, keeps all other rows from being done.</remarks>
internal sealed class FirstFault
{
    private ExceptionDispatchInfo? first;

    /// <summary>Runs a part. Only a cancellation leaves it as an exception.</summary>
    public async Task RunAsync(Func<Task> part)
    {
        try
        {
            await part().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw;
        }
        catch (Exception fault)
        {
            first ??= ExceptionDispatchInfo.Capture(fault);
        }
    }

    /// <summary>Runs a part that waits for nothing.</summary>
    public void Run(Action part)
    {
        try
        {
            part();
        }
        catch (Exception fault)
        {
            first ??= ExceptionDispatchInfo.Capture(fault);
        }
    }

    /// <summary>Runs a part for each of several things.</summary>
    public async Task ForEachAsync<T>(IEnumerable<T> all, Func<T, Task> part)
    {
        foreach (var one in all) await RunAsync(() => part(one)).ConfigureAwait(false);
    }

    /// <summary>Throws the first fault; does nothing where no part failed.</summary>
    public void Throw() => first?.Throw();
}
