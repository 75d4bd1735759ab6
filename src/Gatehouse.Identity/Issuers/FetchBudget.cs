namespace Gatehouse.Identity.Issuers;

/// <summary>A token bucket. Not safe for concurrent use; the owner locks.</summary>
/// <remarks>
/// Threat: tokens with made-up key ids turn the gateway into a load on the issuer.
/// </remarks>
internal sealed class FetchBudget
{
    private readonly double capacity;
    private readonly double perMinute;
    private double available;
    private DateTimeOffset refilledAt;

    private FetchBudget(double capacity, double perMinute, DateTimeOffset now)
    {
        this.capacity = capacity;
        this.perMinute = perMinute;
        available = capacity;
        refilledAt = now;
    }

    /// <summary>
    /// Returns a budget of never more than the given number within any minute. Half of it may be used immediately, the rest flows in evenly, so that
    /// under a flood a real rotation is still noticed within seconds.
    /// </summary>
    public static FetchBudget Strict(int mostPerMinute, DateTimeOffset now)
    {
        var capacity = (mostPerMinute + 1) / 2;

        // Within any minute at most capacity + perMinute fetches start, rounded down: exactly mostPerMinute.
        return new FetchBudget(capacity, mostPerMinute - capacity + 0.5, now);
    }

    /// <summary>
    /// Returns a budget of the given number immediately, and as many a minute after that: a part of a budget that is strict itself.
    /// </summary>
    public static FetchBudget Part(int perMinute, DateTimeOffset now) => new(perMinute, perMinute, now);

    /// <summary>Returns whether there is one to take.</summary>
    public bool HasOne(DateTimeOffset now)
    {
        Refill(now);
        return available >= 1;
    }

    /// <summary>Returns whether everything that was taken has flowed in again.</summary>
    public bool IsFull(DateTimeOffset now)
    {
        Refill(now);
        return available >= capacity;
    }

    /// <summary>Takes one. Takes nothing when there is none.</summary>
    public bool TryTake(DateTimeOffset now)
    {
        if (!HasOne(now))
            return false;
        available--;
        return true;
    }

    /// <summary>Gives one back.</summary>
    public void Return() => available = Math.Min(capacity, available + 1);

    private void Refill(DateTimeOffset now)
    {
        var minutes = Math.Max(0, (now - refilledAt).TotalMinutes);
        available = Math.Min(capacity, available + (minutes * perMinute));
        refilledAt = now;
    }
}
