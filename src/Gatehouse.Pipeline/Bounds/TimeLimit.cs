namespace Gatehouse.Pipeline.Bounds;

/// <summary>A limit that ends an operation with its caller, or when its time is over.</summary>
/// <remarks>
/// Threat: a timer's callback can run after the timer was disposed of. If it cancels its own source, it then finds the source disposed. No code
/// catches the exception, and it ends the process. So a caller whose body ends at the moment when its time is over would end the gateway (CWE-362,
/// CWE-248). A source that has the time limit itself handles such a callback safely.
/// </remarks>
internal sealed class TimeLimit : IDisposable
{
    private readonly CancellationTokenSource over;
    private readonly CancellationTokenSource either;

    /// <summary>Starts the time.</summary>
    /// <param name="limit">Longest duration of the operation.</param>
    /// <param name="time">The clock.</param>
    /// <param name="caller">Also ends the operation.</param>
    public TimeLimit(TimeSpan limit, TimeProvider time, CancellationToken caller)
    {
        over = new CancellationTokenSource(limit, time);
        either = CancellationTokenSource.CreateLinkedTokenSource(caller, over.Token);
    }

    /// <summary>Ends the operation.</summary>
    public CancellationToken Token => either.Token;

    /// <summary>Removes the time limit; only the caller ends the operation.</summary>
    public void Lift() => over.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <inheritdoc />
    public void Dispose()
    {
        either.Dispose();
        over.Dispose();
    }
}
