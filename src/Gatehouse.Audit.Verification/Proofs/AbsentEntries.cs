using System.Globalization;

namespace Gatehouse.Audit.Verification.Proofs;

/// <summary>A range of entries that an evidence file does not have, between entries that it has.</summary>
/// <param name="First">The lowest index of the range.</param>
/// <param name="Last">The highest index of the range.</param>
public sealed record AbsentEntries(long First, long Last)
{
    /// <summary>The number of ranges that are kept of a file.</summary>
    internal const int Kept = 1000;

    private const int Shown = 10;

    /// <summary>Returns ranges in words.</summary>
    /// <param name="ranges">The ranges, at least one.</param>
    internal static string Words(IReadOnlyList<AbsentEntries> ranges) =>
        string.Join(", ", ranges.Take(Shown)) + (ranges.Count > Shown ? ", and more after that" : "");

    /// <summary>Returns the range in words.</summary>
    public override string ToString() =>
        First == Last ? First.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{First} to {Last}");
}
