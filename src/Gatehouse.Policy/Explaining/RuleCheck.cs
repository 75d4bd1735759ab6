using Gatehouse.Policy.Conditions;

namespace Gatehouse.Policy.Explaining;

/// <summary>One thing that a rule asks, and what came of it.</summary>
/// <param name="Kind">What kind of question: <c>caller</c>, <c>server</c>, <c>direction</c>, <c>target</c> or <c>condition</c>.</param>
/// <param name="Text">The question as a sentence; it says what the policy says, nothing of the request.</param>
/// <param name="Outcome">What came of it.</param>
public sealed record RuleCheck(string Kind, string Text, Ternary Outcome);
