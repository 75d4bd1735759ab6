namespace Gatehouse.Bench.Reporting;

/// <summary>A goal and what was measured of it.</summary>
internal sealed record Goal(string Id, string What, string Measured, bool IsReached);
