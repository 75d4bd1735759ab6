using Gatehouse.Policy.Matching;

namespace Gatehouse.Settings;

/// <summary>One limit (EX-03, H18): the parties that it counts, the exchanges that it covers, and the amount that it allows.</summary>
public sealed record LimitRule
{
    /// <summary>Unique id; it appears in events.</summary>
    public required string Id { get; init; }

    /// <summary>Parties whose requests are counted together.</summary>
    public required LimitParties Per { get; init; }

    /// <summary>Servers that it covers; null covers all.</summary>
    public NameSet? Servers { get; init; }

    /// <summary>Tools that it covers; applies only to calls of tools. Null covers every exchange.</summary>
    public NameSet? Tools { get; init; }

    /// <summary>Rate of exchanges; null sets none.</summary>
    public Rate? Requests { get; init; }

    /// <summary>Exchanges that may come together after a pause, at least 1.</summary>
    public int Burst { get; init; } = 1;

    /// <summary>Concurrent requests, without streams; 0 sets no limit.</summary>
    public int Concurrent { get; init; }

    /// <summary>Exchanges per day (UTC); 0 sets no limit.</summary>
    public long Daily { get; init; }

    /// <summary>Bytes of messages in both directions per day (UTC); 0 sets no limit.</summary>
    public long BytesPerDay { get; init; }

    /// <summary>True when a part of its count must survive a restart.</summary>
    public bool CountsDays => Daily > 0 || BytesPerDay > 0;

    /// <summary>Tells whether the rule covers an exchange with the server and, in a call of a tool, with the tool.</summary>
    public bool Concerns(string server, string? tool)
    {
        if (Servers is not null && !Servers.Contains(server)) return false;
        if (Tools is null && !Per.HasFlag(LimitParties.Tool)) return true;
        return tool is not null && (Tools is null || Tools.Contains(tool));
    }
}
