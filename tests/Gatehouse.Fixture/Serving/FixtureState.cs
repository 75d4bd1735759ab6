namespace Gatehouse.Fixture.Serving;

/// <summary>What outlives one request, session or connection.</summary>
internal sealed class FixtureState
{
    private int cancelled;

    public ChangeHub Changes { get; } = new();

    public RequestState RequestStates { get; } = new();

    /// <summary>How many calls of <c>slow</c> ended by cancellation.</summary>
    public int Cancelled => Volatile.Read(ref cancelled);

    public void CountCancelled() => Interlocked.Increment(ref cancelled);
}
