using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Verification.Logs;

/// <summary>Entries whose bundles an auditor knows to be archived.</summary>
/// <param name="Log">The name of the folder of the log.</param>
/// <param name="First">The first index.</param>
/// <param name="Last">The last index.</param>
public sealed record ArchivedRange(string Log, long First, long Last)
{
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
