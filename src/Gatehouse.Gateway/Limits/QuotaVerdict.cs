namespace Gatehouse.Gateway.Limits;

/// <summary>What a party's account says to a charge; the default value charges.</summary>
/// <param name="Fault">Which part of the rule refuses.</param>
/// <param name="RetryAfter">When trying again can help.</param>
internal readonly record struct QuotaVerdict(QuotaFault Fault, TimeSpan RetryAfter);
