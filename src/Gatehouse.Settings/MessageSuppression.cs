using Gatehouse.Policy.Matching;

namespace Gatehouse.Settings;

/// <summary>Findings in messages that a person examined and accepted: narrow, explained, and for a time.</summary>
public sealed record MessageSuppression
{
    /// <summary>The server.</summary>
    public required string Server { get; init; }

    /// <summary>The tools; null for every message of the server.</summary>
    public NameSet? Tools { get; init; }

    /// <summary>Id of the finding.</summary>
    public required string Finding { get; init; }

    /// <summary>The reason why it is harmless here.</summary>
    public required string Reason { get; init; }

    /// <summary>The end of the suppression.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>Returns whether it is about a finding.</summary>
    public bool IsAbout(string server, string? tool, string finding, DateTimeOffset now) =>
        now < Expires && Server == server && Finding == finding && (Tools is null || (tool is not null && Tools.Contains(tool)));
}
