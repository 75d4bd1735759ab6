using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.Usage;

/// <summary>How a permit was used.</summary>
/// <param name="Rule">The permit.</param>
/// <param name="Count">How many recorded requests it permitted, alone or with others.</param>
/// <param name="Last">When last; null for never.</param>
/// <param name="Unused">Names of the rule that no such request needed, as <c>list: name</c>.</param>
/// <param name="IsObservable">False for a permit of what servers ask: the log has no exchange of its own for that.</param>
public sealed record GrantUsage(PolicyRule Rule, int Count, DateTimeOffset? Last, IReadOnlyList<string> Unused, bool IsObservable);
