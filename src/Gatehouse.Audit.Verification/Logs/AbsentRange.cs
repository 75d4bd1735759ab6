using System.Globalization;
using System.Text.Json.Serialization;

namespace Gatehouse.Audit.Verification.Logs;

/// <summary>Entries of a log that are not in its folder: archived, or missing.</summary>
/// <param name="Log">The name of the folder of the log.</param>
/// <param name="First">The first index.</param>
/// <param name="Last">The last index; null where the number of entries is not known.</param>
public sealed record AbsentRange(
    [property: JsonPropertyName("log")] string Log,
    [property: JsonPropertyName("first")] long First,
    [property: JsonPropertyName("last"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Last)
{
    /// <summary>True where all entries are in the given ranges.</summary>
    /// <param name="ranges">Ranges, in any order.</param>
    public bool IsWithin(IEnumerable<ArchivedRange> ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        if (Last is not { } last) return false;
        var next = First;
        foreach (var range in ranges.Where(range => range.Log == Log).OrderBy(range => range.First))
        {
            if (range.First > next) return false;
            if (range.Last >= last) return true;
            next = Math.Max(next, range.Last + 1);
        }

        return false;
    }

    /// <summary>The option that names the entries as archived, such as "--archived log-0001:256-511"; null where their number is not known.</summary>
    public string? Option() => Last is { } last ? $"--archived {new ArchivedRange(Log, First, last)}" : null;

    /// <inheritdoc />
    public override string ToString() => Last is { } last
        ? string.Create(CultureInfo.InvariantCulture, $"entries {First} to {last} of {Log}")
        : string.Create(CultureInfo.InvariantCulture, $"the entries of {Log} from {First} on, whose number is not known,");
}
