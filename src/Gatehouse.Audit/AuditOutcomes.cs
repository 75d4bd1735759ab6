using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Audit;

/// <summary>The words of the outcomes of parts, as they are written. A word never changes without a new version of the event model.</summary>
public static class AuditOutcomes
{
    // In the order of the enumeration.
    private static readonly string[] Texts =
    [
        "pass", "permit", "deny", "drop", "gap", "join", "warn", "removed", "replaced", "restored", "inserted", "failed", "fault", "list", "block",
        "ask", "in-force", "withheld",
    ];

    /// <summary>Returns the word of an outcome.</summary>
    public static string Text(AuditOutcome outcome) => Texts[(int)outcome];

    /// <summary>Finds an outcome by its word.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out AuditOutcome outcome)
    {
        var at = Array.IndexOf(Texts, text);
        outcome = (AuditOutcome)Math.Max(at, 0);
        return at >= 0;
    }
}
