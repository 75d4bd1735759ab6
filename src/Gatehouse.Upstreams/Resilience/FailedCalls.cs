using Gatehouse.Refusals;
using Gatehouse.Text;

namespace Gatehouse.Upstreams.Resilience;

/// <summary>
/// The calls of a server that failed since the last one that it answered, for operators: also those that say nothing about the server to a
/// <see cref="CircuitBreaker"/>, such as a credential that cannot be had. Safe for concurrent use.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class FailedCalls(TimeProvider time)
{
    private readonly Lock gate = new();
    private long count;
    private DateTimeOffset last;
    private string why = "";

    /// <summary>The number of calls, the moment of the last one and its cause; null without any.</summary>
    public string? Words
    {
        get
        {
            lock (gate) return count == 0 ? null : $"{Counted.Of(count, "call")} failed, the last at {Moments.Words(last)}: {why}";
        }
    }

    /// <summary>Counts a call that failed.</summary>
    public void Add(Refusal refusal)
    {
        // The detail is of the gateway. What the server said is in the audit log only.
        var cause = $"{refusal.Reason.Code} {refusal.Reason.Slug}" + (refusal.Detail is { Length: > 0 } detail ? $", {detail}" : "");
        lock (gate) (count, last, why) = (count + 1, time.GetUtcNow(), cause);
    }

    /// <summary>Forgets all, because the server answered a call.</summary>
    public void Clear()
    {
        lock (gate) count = 0;
    }
}
