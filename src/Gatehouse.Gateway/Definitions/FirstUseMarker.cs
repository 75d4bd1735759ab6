using Gatehouse.Identity.Partitions;

namespace Gatehouse.Gateway.Definitions;

/// <summary>
/// How the store says that something was taken on first use, where it has the name of a person otherwise: the words alone for all callers, with
/// issuer and subject for one. A person is an issuer and a subject, or the terminal of an account, so nobody is called so.
/// </summary>
internal static class FirstUseMarker
{
    private const string ForAll = "first use";
    private const string ForOne = ForAll + " of ";

    /// <summary>The mark.</summary>
    /// <param name="caller">For whom; null for all callers.</param>
    public static string Format(CallerPartition? caller) => caller is { } one ? ForOne + one : ForAll;

    /// <summary>True for a mark, false for the name of a person.</summary>
    public static bool Is(string by) => by == ForAll || by.StartsWith(ForOne, StringComparison.Ordinal);

    /// <summary>For whom a mark is; null for all callers. One that names nobody is for a caller that there is not.</summary>
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
