using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Verification.Logs;

/// <summary>
/// Entries of a log that are not in its folder: they may be archived, or missing. The first bundle stays when others are archived, so there can be
/// holes anywhere. The numbers come from the files, or from a checkpoint that a key beside the log signed. The threats: an answer of a part of the
/// log that looks like one of the whole (CWE-778), and a checkpoint of any writer of the folder that claims any size.
/// </summary>
public static class ArchivedEntries
{
    /// <summary>The most ranges of one log that are listed. The last one then has no known end.</summary>
    public const int MostRanges = 200;

    private const int MostInWords = 8;

    /// <summary>Returns the entries in words, such as "entries 256 to 511 of log-0001"; null where none is absent.</summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public static string? Of(EvidenceLog log)
    {
        var ranges = In(log);
        if (ranges.Count == 0) return null;
        if (!log.IsFolder) return $"the entries of {log.Name}, which is a link or a file and was not read,";
        if (!log.IsRead) return $"the entries of {log.Name}, whose number is too far ahead of the log before it and which was not read,";
        var words = string.Join(", ", ranges.Take(MostInWords));
        return ranges.Count > MostInWords ? $"{words} and {ranges.Count - MostInWords} more ranges of {log.Name}" : words;
    }

    /// <summary>Returns the entries as ranges, in their order.</summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public static IReadOnlyList<AbsentRange> In(EvidenceLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (!log.IsRead) return [new AbsentRange(log.Name, 0, null)];
        using var snapshot = log.Open();
        var found = new List<AbsentRange>();
        foreach (var range in Ranges(snapshot))
        {
            if (found.Count == MostRanges - 1) return [.. found, range with { Last = null }];
            found.Add(range);
        }

        return found;
    }

    private static IEnumerable<AbsentRange> Ranges(LogSnapshot log)
    {
        var next = 0L;
        foreach (var first in log.FullBundles().Select(static bundle => bundle * TilePath.FullWidth))
        {
            if (first > next) yield return new AbsentRange(log.Name, next, first - 1);
            next = first + TilePath.FullWidth;
        }

        if (AtEnd(log, next) is { } last) yield return last;
    }

    // Behind the last full bundle: up to the next entry in a partial bundle or in the journal, or up to the checkpoint.
    private static AbsentRange? AtEnd(LogSnapshot log, long next)
    {
        if (log.Entries(next).Select(static entry => (long?)entry.Index).FirstOrDefault() is { } first)
            return first > next ? new AbsentRange(log.Name, next, first - 1) : null;
        return log.Checkpoint switch
        {
            { Size: var size } when size <= next => null,
            { Size: var size } => new AbsentRange(log.Name, next, IsSigned(log) ? size - 1 : null),
            null when next > 0 || !log.HasTiles => null, // the newest entries are in the journal; or the log is about to begin
            _ => new AbsentRange(log.Name, next, null),
        };
    }

    private static bool IsSigned(LogSnapshot log)
    {
        var keys = log.Keys().Select(static line => NoteKey.TryParse(line, out var key, out _) ? key : null).OfType<NoteKey>()
            .Where(key => key.IsSupported && key.Name == log.Checkpoint!.Origin);
        return log.Note!.Verified([.. keys]) is { Count: > 0 };
    }
}
