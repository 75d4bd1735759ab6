namespace Gatehouse.Policy.Explaining;

/// <summary>One check of a rule, and its outcome.</summary>
/// <param name="Kind">The kind of check: <c>caller</c>, <c>server</c>, <c>direction</c>, <c>target</c>, <c>access</c> or <c>condition</c>.</param>
/// <param name="Text">The check as a sentence. It has the words of the policy, nothing of the request.</param>
/// <param name="Outcome">Its outcome.</param>
public sealed record RuleCheck(string Kind, string Text, Ternary Outcome);
