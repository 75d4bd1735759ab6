using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Audit;

/// <summary>The words of the kinds of parts, as they are written. A word never changes without a new version of the event model.</summary>
public static class AuditPartKinds
{
    // In the order of the enumeration.
    private static readonly string[] Texts =
        ["authentication", "decision", "detection", "approval", "limit", "change", "definition", "forward", "rule"];

    /// <summary>Returns the word of a kind.</summary>
    public static string Text(AuditPartKind kind) => Texts[(int)kind];

    /// <summary>Finds a kind by its word.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out AuditPartKind kind)
    {
        var at = Array.IndexOf(Texts, text);
        kind = (AuditPartKind)Math.Max(at, 0);
        return at >= 0;
    }
}
