namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The rate of lines for the operator. Lines above it are counted, and the count is written when lines may be written again. So no caller fills the
/// operator's disk or buries a line that matters (CWE-779), and no omission is silent.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class LineRate(TimeProvider time)
{
    /// <summary>Lines that may come at the same time after a pause.</summary>
    public const int Burst = 100;

    // One line a second: 86,400 a day at most, some megabytes.
    private static readonly TimeSpan Refill = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private long filledAt = time.GetTimestamp();
    private int left = Burst;
    private long unwritten;
    private long omitted;

    /// <summary>Lines omitted since the start.</summary>
    public long Omitted
    {
        get
        {
            lock (gate) return omitted;
        }
    }

    /// <summary>Writes a line after the count of those omitted before it, or counts the line.</summary>
    public void Write(Action write, Action<long> writeCount)
    {
        lock (gate)
        {
            Fill();
            if (left == 0)
            {
                Omit();
                return;
            }

            left--;
        }

        WriteCount(TakeCount(), writeCount);
        if (TryPut(write)) return;
        lock (gate) Omit();
    }

    /// <summary>Writes the number of omitted lines, when there were any and a line may be written. It is called now and then.</summary>
    public void WriteOmitted(Action<long> writeCount)
    {
        lock (gate)
        {
            Fill();
            if (unwritten == 0 || left == 0) return;
            left--;
        }

        WriteCount(TakeCount(), writeCount);
    }

    private void Omit()
    {
        unwritten++;
        omitted++;
    }

    private long TakeCount()
    {
        lock (gate)
        {
            var count = unwritten;
            unwritten = 0;
            return count;
        }
    }

    private void WriteCount(long count, Action<long> writeCount)
    {
        if (count == 0 || TryPut(() => writeCount(count))) return;
        lock (gate) unwritten += count;
    }

    // Lines come from timers too, where no caller catches: a full volume under stderr must not end the gateway, least of all while it
    // reports that its log cannot be written (CWE-248). The logs of Microsoft.Extensions.Logging throw the faults of their providers as one.
    private static bool TryPut(Action write)
    {
        try
        {
            write();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException or AggregateException)
        {
            return false;
        }
    }

    private void Fill()
    {
        var whole = (long)(time.GetElapsedTime(filledAt) / Refill);
        if (whole == 0) return;
        left = (int)Math.Min(Burst, left + whole);
        filledAt = time.GetTimestamp();
    }
}
