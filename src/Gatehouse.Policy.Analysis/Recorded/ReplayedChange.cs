namespace Gatehouse.Policy.Analysis.Recorded;

/// <summary>A recorded request that a new policy judges differently, or cannot judge from what was kept.</summary>
/// <param name="First">The first of these requests.</param>
/// <param name="NowPermitted">The new verdict, or null where it is undecidable.</param>
/// <param name="Count">The number of equal ones: same caller, server, method, name and missing facts.</param>
public sealed record ReplayedChange(RecordedRequest First, bool? NowPermitted, int Count)
{
    /// <summary>The facts that the verdict needs and that the log does not hold. Empty where there is a verdict.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];
}
