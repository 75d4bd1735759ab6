namespace Gatehouse.Bench.Reporting;

/// <summary>A goal, what was measured of it, and where the cost is.</summary>
internal sealed record Goal(string Id, string What, string Measured, bool IsReached, string Limit);
