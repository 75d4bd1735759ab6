namespace Gatehouse.Protocol;

/// <summary>
/// The work that one message may still cost, whichever rule does it: values visited, characters decoded or compared, patterns run. A rule that finds
/// it spent refuses (CWE-400, CWE-407). A count and no time: the same message has the same outcome everywhere. Not for use by several threads.
/// </summary>
/// <param name="steps">Most steps.</param>
public sealed class MessageWork(long steps = MessageWork.MaxSteps)
{
    /// <summary>Most steps of one message. A step is a visit of a value, or 64 characters, or 16 states of a pattern: about 0.1 µs.</summary>
    public const long MaxSteps = 2_000_000;

    private long counted;

    /// <summary>Steps that are left.</summary>
    public long Left => steps - Spent;

    /// <summary>Steps that were counted, at most all.</summary>
    public long Spent => Math.Min(counted, steps);

    /// <summary>True when more was counted than there was.</summary>
    public bool IsSpent => counted > steps;

    /// <summary>Begins another message: all steps are left.</summary>
    public void Begin() => counted = 0;

    /// <summary>Counts steps.</summary>
    /// <returns>False when there were not as many left.</returns>
    public bool Spend(long count)
    {
        counted += count;
        return !IsSpent;
    }
}
