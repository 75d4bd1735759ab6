namespace Gatehouse.Policy.Analysis.Checking;

/// <summary>Something in a policy that is not wrong but probably not meant.</summary>
/// <param name="RuleId">The rule it is about.</param>
/// <param name="Place">Where the rule stands; null for a rule made in code.</param>
/// <param name="Message">What is odd about it.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record PolicyWarning(string RuleId, string? Place, string Message, string Remedy);
