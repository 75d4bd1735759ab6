using System.Globalization;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Lines for the operator at a bounded rate. What goes beyond it is counted, and the count is written when lines may be written again:
/// nobody outside fills the operator's disk or buries a line that matters (CWE-779), and nothing is left out in silence.
/// </summary>
/// <param name="write">Where lines go.</param>
/// <param name="time">The clock.</param>
internal sealed class OperatorLines(Action<string> write, TimeProvider time)
{
    /// <summary>Lines that may come at once after a pause.</summary>
    public const int Burst = 100;

    /// <summary>Characters of a line; what is longer is cut, and says so.</summary>
    public const int LongestLine = 4096;

    // One line a second: 86,400 a day at most, some megabytes.
    private static readonly TimeSpan Refill = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private long filledAt = time.GetTimestamp();
    private int left = Burst;
    private long unwritten;
    private long omitted;

    /// <summary>Lines left out since the start.</summary>
    public long Omitted
    {
        get
        {
            lock (gate) return omitted;
        }
    }

    /// <summary>Writes a line, or counts it.</summary>
    public void Write(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        long before;
        lock (gate)
        {
            Fill();
            if (left == 0)
            {
                unwritten++;
                omitted++;
                return;
            }

            left--;
            before = unwritten;
            unwritten = 0;
        }

        WriteCount(before);
        if (TryPut(line.Length <= LongestLine ? line
            : string.Create(CultureInfo.InvariantCulture, $"{line.AsSpan(0, LongestLine)} [{line.Length - LongestLine} characters more]"))) return;
        lock (gate)
        {
            unwritten++;
            omitted++;
        }
    }

    /// <summary>Writes how many lines were left out, when there were any and one may be written; called now and then.</summary>
    public void WriteOmitted()
    {
        long count;
        lock (gate)
        {
            Fill();
            if (unwritten == 0 || left == 0) return;
            left--;
            count = unwritten;
            unwritten = 0;
        }

        WriteCount(count);
    }

    private void WriteCount(long count)
    {
        if (count == 0 || TryPut(
            string.Create(CultureInfo.InvariantCulture, $"{count} lines were left out here: at most one a second is written, after {Burst} at once")))
                return;
        lock (gate) unwritten += count;
    }

    // Lines come from timers too, where nobody catches: a volume that is full under stderr must not end the gateway, least of all while it
    // says that its log cannot be written (CWE-248).
    private bool TryPut(string line)
    {
        try
        {
            write(line);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
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
