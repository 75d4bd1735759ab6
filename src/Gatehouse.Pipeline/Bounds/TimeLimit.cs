namespace Gatehouse.Pipeline.Bounds;

/// <summary>Ends a piece of work with its caller, or when its time is over.</summary>
/// <remarks>
/// Threat: a timer's callback can run after the timer was disposed of. One that cancels a source of its own then finds the source
/// disposed; nobody catches the exception, and it ends the process. A caller whose body ends in the moment in which its time is
/// over would end the gateway (CWE-362, CWE-248). A source that has its time itself takes such a callback calmly.
/// </remarks>
internal sealed class TimeLimit : IDisposable
{
    private readonly CancellationTokenSource over;
    private readonly CancellationTokenSource either;

    /// <summary>Begins the time.</summary>
    /// <param name="limit">How long the work may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="caller">Ends the work as well.</param>
    public TimeLimit(TimeSpan limit, TimeProvider time, CancellationToken caller)
    {
        over = new CancellationTokenSource(limit, time);
        either = CancellationTokenSource.CreateLinkedTokenSource(caller, over.Token);
    }

    /// <summary>Ends the work.</summary>
    public CancellationToken Token => either.Token;

    /// <summary>The time counts no more; only the caller ends the work.</summary>
    public void Lift() => over.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <inheritdoc />
    public void Dispose()
    {
        either.Dispose();
        over.Dispose();
    }
}
