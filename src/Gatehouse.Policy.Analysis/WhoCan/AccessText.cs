using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.WhoCan;

/// <summary>The terms of a right as a condition of an answer.</summary>
internal static class AccessText
{
    /// <summary>Returns the condition; none for a permit that always holds.</summary>
    /// <param name="terms">The terms.</param>
    /// <param name="granted">The words for a right that people grant.</param>
    public static IEnumerable<string> Condition(AccessTerms? terms, string granted) => terms switch
    {
        null => [],
        { Entra: { } assignment } => [$"Entra PIM has an active assignment ({assignment})"],
        _ => [granted],
    };
}
