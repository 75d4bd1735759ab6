namespace EntraStandIn;

/// <summary>Answers that say 429 before the next usual one.</summary>
public sealed class Throttle
{
    private readonly Lock gate = new();
    private int left;
    private int seconds;

    /// <summary>Sets how many answers say 429, and for how many seconds the caller has to wait.</summary>
    public void Set(int count, int retryAfter)
    {
        lock (gate) (left, seconds) = (count, retryAfter);
    }

    /// <summary>The seconds to wait; null where the answer is a usual one.</summary>
    public int? Take()
    {
        lock (gate) return left > 0 && left-- > 0 ? seconds : null;
    }
}
