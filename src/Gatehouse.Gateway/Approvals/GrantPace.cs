namespace Gatehouse.Gateway.Approvals;

/// <summary>Counts of grants by the time between showing a text and the answer. Many fast ones say that people do not read any more.</summary>
internal sealed class GrantPace
{
    /// <summary>A grant in less time than this is a fast one: 2 seconds.</summary>
    public static readonly TimeSpan Fast = TimeSpan.FromSeconds(2);

    private long fast;
    private long slow;

    /// <summary>Grants that came in less than <see cref="Fast"/> since the start of the process.</summary>
    public long FastOnes => Interlocked.Read(ref fast);

    /// <summary>All other grants since the start of the process.</summary>
    public long SlowOnes => Interlocked.Read(ref slow);

    /// <summary>Counts a grant.</summary>
    /// <param name="seconds">Seconds from showing the text to the answer.</param>
    public void Note(double seconds)
    {
        if (seconds < Fast.TotalSeconds) Interlocked.Increment(ref fast);
        else Interlocked.Increment(ref slow);
    }
}
