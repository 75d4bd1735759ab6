namespace Gatehouse.Onboarding;

/// <summary>The questions in which a person approves several commands.</summary>
public static class ApprovalQuestions
{
    /// <summary>
    /// Returns the items by question. Threat: a dangerous command among many harmless ones is approved with them. An item with a critical finding has
    /// its own question, after those about the others.
    /// </summary>
    /// <param name="items">The items, in order.</param>
    /// <param name="isCritical">Returns whether an item has a critical finding.</param>
    /// <param name="atOnce">Most items of one question.</param>
    public static IReadOnlyList<IReadOnlyList<T>> Of<T>(IEnumerable<T> items, Func<T, bool> isCritical, int atOnce)
    {
        var byKind = items.ToLookup(isCritical);
        return [.. byKind[false].Chunk(atOnce), .. byKind[true].Select(static one => new[] { one })];
    }
}
