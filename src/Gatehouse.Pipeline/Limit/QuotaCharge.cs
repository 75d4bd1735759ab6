using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Limit;

/// <summary>
/// What an exchange is charged for, as it was then: a reload or an edit of the message changes which rules speak of it, and not who gave it a place.
/// </summary>
/// <param name="Rules">The rules in force.</param>
/// <param name="Tool">The tool that was called; null for no call.</param>
/// <param name="Occupies">Whether it has places of rules that bound what is under way.</param>
public sealed record QuotaCharge(IReadOnlyList<LimitRule> Rules, string? Tool, bool Occupies);
