namespace Gatehouse.Gateway.Limits;

/// <summary>The result of a charge. The default value charges.</summary>
/// <param name="Fault">The part of the rule that refuses.</param>
/// <param name="RetryAfter">The time after which trying again can help.</param>
internal readonly record struct QuotaVerdict(QuotaFault Fault, TimeSpan RetryAfter);
