namespace Gatehouse.Policy.Analysis.Checking;

/// <summary>A part of a policy that is not wrong but probably not meant.</summary>
/// <param name="RuleId">The rule it is about.</param>
/// <param name="Place">The place of the rule; null for a rule made in code.</param>
/// <param name="Message">The oddity.</param>
/// <param name="Remedy">The remedy.</param>
public sealed record PolicyWarning(string RuleId, string? Place, string Message, string Remedy);
