namespace Gatehouse.Identity;

/// <summary>
/// A token bucket for fetches that strangers can provoke: never more than the given number within any minute. Not safe for
/// concurrent use; the owner locks.
/// </summary>
/// <remarks>
/// Threat: tokens with made-up key ids turn the gateway into a load on the issuer. Half of the minute's fetches may come at
/// once, the rest flow in evenly, so that under such a flood a real rotation is still noticed within seconds.
/// </remarks>
internal sealed class FetchBudget
{
    private readonly double _capacity;
    private readonly double _perMinute;
    private double _available;
    private DateTimeOffset _refilledAt;

    public FetchBudget(int mostPerMinute, DateTimeOffset now)
    {
        _capacity = (mostPerMinute + 1) / 2;

        // Within any minute at most capacity + perMinute fetches start, rounded down: exactly mostPerMinute.
        _perMinute = mostPerMinute - _capacity + 0.5;
        _available = _capacity;
        _refilledAt = now;
    }

    public bool TryTake(DateTimeOffset now)
    {
        var minutes = Math.Max(0, (now - _refilledAt).TotalMinutes);
        _available = Math.Min(_capacity, _available + (minutes * _perMinute));
        _refilledAt = now;
        if (_available < 1)
            return false;
        _available--;
        return true;
    }
}
