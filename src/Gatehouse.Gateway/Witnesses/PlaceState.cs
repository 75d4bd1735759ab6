using Gatehouse.Text;

namespace Gatehouse.Gateway.Witnesses;

/// <summary>What a witness or an outside place is known to have of the newest log.</summary>
/// <param name="Name">The kind and the name of the place.</param>
/// <param name="Operator">The operator of a witness, in words; null for a place.</param>
internal sealed record PlaceState(string Name, string? Operator)
{
    /// <summary>The size of the last checkpoint that reached the place, in entries; 0 where none did.</summary>
    public long Size { get; init; }

    /// <summary>The time at which it did; null where none did since the start.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The word of the last fault; null where the last attempt was good.</summary>
    public string? Fault { get; init; }

    /// <summary>The size of the newest checkpoint of the log, in entries; 0 where there is none yet.</summary>
    public long Published { get; init; }

    /// <summary>The time since which the log has a newer checkpoint than the place; null where it has none.</summary>
    public DateTimeOffset? LacksSince { get; init; }

    /// <summary>The time of the next attempt; null before the first one.</summary>
    public DateTimeOffset? Next { get; init; }

    /// <summary>Returns the state in words, as a fact of <c>status</c>.</summary>
    public string Sentence()
    {
        var which = LacksSince is null ? "newest checkpoint, of" : "checkpoint of";
        List<string> parts = [At is { } at ? $"has the {which} {Entries(Size)}, sent at {Moments.Rfc3339(at)}" : "nothing was sent since the start"];
        if (LacksSince is { } since)
        {
            parts.Add($"the log has a newer checkpoint, of {Entries(Published)}, since {Moments.Rfc3339(since)}");
            if (Next is { } next) parts.Add($"the next attempt is at {Moments.Rfc3339(next)}");
        }

        if (Fault is not null) parts.Add($"the last attempt failed ({Fault}): {SendOutcome.RemedyOf(Fault)}");
        if (Operator is not null) parts.Add($"operated by {Operator}");
        return string.Join("; ", parts);
    }

    private static string Entries(long size) => Counted.Of(size, "entry", "entries");
}
