using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Verification.Logs;

/// <summary>Entries whose bundles an auditor knows to be archived, or segments of earlier builds.</summary>
/// <param name="Log">The name of the folder of the log; <c>audit</c> for segments of earlier builds.</param>
/// <param name="First">The first index, or the number of the first segment.</param>
/// <param name="Last">The last index, or the number of the last segment.</param>
public sealed record ArchivedRange(string Log, long First, long Last)
{
    /// <summary>The word in place of a log for segments of earlier builds (<c>audit-0000000001.jsonl</c>).</summary>
    internal const string OfSegments = "audit";

    /// <summary>True where ranges of one log have all numbers from the first to the last.</summary>
    internal static bool Cover(IEnumerable<ArchivedRange> ranges, string log, long first, long last)
    {
        foreach (var range in ranges.Where(range => range.Log == log).OrderBy(range => range.First))
        {
            if (range.First > first || range.Last < first) continue;
            if (range.Last >= last) return true;
            first = range.Last + 1;
        }

        return false;
    }

    /// <summary>Reads <c>LOG:FIRST-LAST</c>; null where the text is none.</summary>
    public static ArchivedRange? Parse(string text)
    {
        if (text.LastIndexOf(':') is not (> 0 and var colon) || text[(colon + 1)..].Split('-') is not [var first, var last]) return null;
        if (!Checkpoint.TryParseSize(first, out var from) || !Checkpoint.TryParseSize(last, out var to) || from > to) return null;
        return new ArchivedRange(text[..colon], from, to);
    }

    /// <inheritdoc />
    public override string ToString() => $"{Log}:{First}-{Last}";
}
