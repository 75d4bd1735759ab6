namespace Gatehouse.Policy.Analysis.Recorded;

/// <summary>A recorded request that a new policy judges differently, or cannot judge from what was kept.</summary>
/// <param name="First">The first of these requests.</param>
/// <param name="NowPermitted">The new verdict, or null where it is undecidable.</param>
/// <param name="Count">The number of equal ones: same caller, server, method and name.</param>
public sealed record ReplayedChange(RecordedRequest First, bool? NowPermitted, int Count);
