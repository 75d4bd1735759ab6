using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Exchanges;

/// <summary>
/// The charge of an exchange, as of the time of charging. A reload or an edit of the message changes which rules apply to it, but not which rules
/// gave it a place.
/// </summary>
/// <param name="Rules">The rules in force.</param>
/// <param name="Tool">The tool that was called; null for no call.</param>
/// <param name="Occupies">True when it occupies places of rules that bound concurrent requests.</param>
public sealed record QuotaCharge(IReadOnlyList<LimitRule> Rules, string? Tool, bool Occupies);
