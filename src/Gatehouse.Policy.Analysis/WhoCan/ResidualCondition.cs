using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.WhoCan;

/// <summary>A forbid that takes away a part of what a permit gives.</summary>
/// <param name="Rule">The forbid.</param>
/// <param name="Callers">The callers, as sentences that must all hold; empty for all callers.</param>
/// <param name="Conditions">The conditions.</param>
public sealed record ResidualCondition(PolicyRule Rule, IReadOnlyList<string> Callers, IReadOnlyList<string> Conditions);
