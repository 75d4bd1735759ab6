namespace Gatehouse.Identity.Introspection;

/// <summary>
/// An outage of an endpoint, reported once when it begins and once when it ends. Safe for concurrent use.
/// </summary>
/// <remarks>
/// An outage that begins within <see cref="Pause"/> after the one before it is reported only if it lasts: an endpoint of which every other answer is
/// a fault would otherwise fill the operator log.
/// </remarks>
/// <param name="time">The clock.</param>
/// <param name="report">Takes the cause of an outage when one begins, and null when it ends.</param>
internal sealed class OutageReporter(TimeProvider time, Action<string?> report)
{
    /// <summary>The shortest time between the reported beginnings of two outages.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private volatile string? cause;
    private long? reportedAt; // a timestamp: the time of day may be set back
    private bool isReported; // an outage that has not ended

    /// <summary>The cause of the outage; null where there is none.</summary>
    public string? Cause => cause;

    /// <summary>Notes that a request failed.</summary>
    /// <param name="cause">The cause, in words for the operator.</param>
    public void Failed(string cause)
    {
        lock (gate)
        {
            this.cause = cause;
            if (isReported || (reportedAt is { } at && time.GetElapsedTime(at) < Pause)) return;
            isReported = true;
            reportedAt = time.GetTimestamp();
        }

        report(cause);
    }

    /// <summary>Notes that a request was answered.</summary>
    public void Succeeded()
    {
        lock (gate)
        {
            cause = null;
            if (!isReported) return;
            isReported = false;
        }

        report(null);
    }
}
