namespace Gatehouse.Containment;

/// <summary>Counts of the requests, streams, sessions and processes that a containment ended, or would end.</summary>
internal sealed record ContainmentCut
{
    /// <summary>Requests in progress, held ones among them.</summary>
    public int Requests { get; init; }

    /// <summary>Requests in progress that a server had: it may have carried them out.</summary>
    public int Unknown { get; init; }

    /// <summary>Open streams, subscriptions among them.</summary>
    public int Streams { get; init; }

    /// <summary>Sessions.</summary>
    public int Sessions { get; init; }

    /// <summary>Local processes, not counting those that they started.</summary>
    public int Processes { get; init; }

    /// <summary>Open questions to people.</summary>
    public int Questions { get; init; }

    /// <summary>Grants that were not used.</summary>
    public int Grants { get; init; }

    /// <summary>Withheld results that a contained person released, and no call got.</summary>
    public int Releases { get; init; }

    /// <summary>People with a request, stream or session among these, each once.</summary>
    public IReadOnlyList<string> People { get; init; } = [];

    /// <summary>Time from the beginning of the act until everything was cut, in milliseconds.</summary>
    public long Milliseconds { get; init; }

    /// <summary>Steps that failed. Each sweep repeats them. The containment is in force nevertheless.</summary>
    public IReadOnlyList<string> Failed { get; init; } = [];
}
