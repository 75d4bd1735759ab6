using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.WhoCan;

/// <summary>A forbid that takes away a part of what a permit gives.</summary>
/// <param name="Rule">The forbid.</param>
/// <param name="Callers">Whom it speaks of, as sentences that must all hold; empty for everybody.</param>
/// <param name="Conditions">When it speaks.</param>
public sealed record ResidualCondition(PolicyRule Rule, IReadOnlyList<string> Callers, IReadOnlyList<string> Conditions);
