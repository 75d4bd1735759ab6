using Gatehouse.Identity.Partitions;

namespace Gatehouse.Gateway.Definitions;

/// <summary>
/// The mark of a first use in the store, in the field that otherwise holds the name of a person: only the words for all callers, with issuer and
/// subject for one. A person's name is an issuer and a subject, or the terminal of an account, so no person's name equals a mark.
/// </summary>
internal static class FirstUseMarker
{
    /// <summary>
    /// The digest of a kind that was seen to its end: a row of its own, with a name that no definition has. A kind without this row counts as unseen.
    /// </summary>
    public const string NothingDigest = "none";

    private const string ForAll = "first use";
    private const string ForOne = ForAll + " of ";

    /// <summary>Returns the mark.</summary>
    /// <param name="caller">The caller; null for all callers.</param>
    public static string Format(CallerPartition? caller) => caller is { } one ? ForOne + one : ForAll;

    /// <summary>Returns true for a mark, false for the name of a person.</summary>
    public static bool Is(string by) => by == ForAll || by.StartsWith(ForOne, StringComparison.Ordinal);

    /// <summary>
    /// Returns the caller of a mark, or null for all callers. A mark that names no known caller belongs to a caller that does not exist.
    /// </summary>
    /// <exception cref="FormatException">It is no mark.</exception>
    public static CallerPartition? Parse(string by)
    {
        if (!Is(by)) throw new FormatException("no mark of first use");
        if (by == ForAll) return null;
        // Issuers have no blanks; subjects may.
        var caller = by[ForOne.Length..];
        var end = caller.IndexOf(' ', StringComparison.Ordinal);
        return end <= 0 ? CallerPartition.Unknown : CallerPartition.Of(caller[..end], caller[(end + 1)..]);
    }
}
