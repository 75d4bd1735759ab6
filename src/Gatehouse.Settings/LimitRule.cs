using Gatehouse.Policy.Rules;

namespace Gatehouse.Settings;

/// <summary>One limit (EX-03, H18): for whom it counts, of what it speaks, and how much it lets through.</summary>
public sealed record LimitRule
{
    /// <summary>Unique id; it stands in events.</summary>
    public required string Id { get; init; }

    /// <summary>Whose requests are counted together.</summary>
    public required LimitParties Per { get; init; }

    /// <summary>Servers it speaks of; null speaks of all.</summary>
    public NameSet? Servers { get; init; }

    /// <summary>Tools it speaks of, in calls of tools alone; null speaks of every exchange.</summary>
    public NameSet? Tools { get; init; }

    /// <summary>Rate of exchanges; null sets none.</summary>
    public Rate? Requests { get; init; }

    /// <summary>Exchanges that may come at once after a pause, at least 1.</summary>
    public int Burst { get; init; } = 1;

    /// <summary>Requests under way at once, streams apart; 0 sets no limit.</summary>
    public int Concurrent { get; init; }

    /// <summary>Exchanges a day (UTC); 0 sets no limit.</summary>
    public long Daily { get; init; }

    /// <summary>Bytes of messages of both directions a day (UTC); 0 sets no limit.</summary>
    public long BytesPerDay { get; init; }

    /// <summary>True when something of it must survive a restart.</summary>
    public bool CountsDays => Daily > 0 || BytesPerDay > 0;

    /// <summary>True when the rule speaks of an exchange with the server and, in a call of a tool, with the tool.</summary>
    public bool Concerns(string server, string? tool)
    {
        if (Servers is not null && !Servers.Contains(server)) return false;
        if (Tools is null && !Per.HasFlag(LimitParties.Tool)) return true;
        return tool is not null && (Tools is null || Tools.Contains(tool));
    }
}
