namespace Gatehouse.Range.Servers;

/// <summary>A circuit breaker as people write it: whoever fails, and however, it is a failure of the server.</summary>
internal sealed class NaiveBreaker
{
    private const int After = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private int failures;
    private long openedAt;

    public bool IsOpen
    {
        get
        {
            lock (gate) return failures >= After && TimeProvider.System.GetElapsedTime(openedAt) < Pause;
        }
    }

    public void Note(bool succeeded)
    {
        lock (gate)
        {
            failures = succeeded ? 0 : failures + 1;
            openedAt = TimeProvider.System.GetTimestamp();
        }
    }
}
