using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Audit;

/// <summary>The words of places of attempts, as they are written. A word never changes without a new version of the event model.</summary>
public static class AttemptPlaces
{
    // In the order of the enumeration.
    private static readonly string[] Texts =
        ["mcp", "decisions", "token", "introspection", "revocation", "registration", "sign-in", "control", "administration", "host", "management"];

    /// <summary>All words, in the order of the enumeration.</summary>
    public static IReadOnlyList<string> All => Texts;

    /// <summary>Returns the word of a place.</summary>
    public static string Text(AttemptPlace place) => Texts[(int)place];

    /// <summary>Finds a place by its word.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out AttemptPlace place)
    {
        var at = Array.IndexOf(Texts, text);
        place = (AttemptPlace)Math.Max(at, 0);
        return at >= 0;
    }
}
