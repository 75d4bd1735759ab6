namespace Gatehouse.Range.Running;

/// <summary>What happened in one arm.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Attempts">Each variant of the exploit.</param>
/// <param name="HonestUseWorks">The benign twin; null where it is not asked (the replaced arm).</param>
/// <param name="Fault">Why the arm could not run; null when it ran.</param>
public sealed record ArmResult(Arm Arm, IReadOnlyList<Attempt> Attempts, bool? HonestUseWorks, string? Fault)
{
    /// <summary>True when the arm showed what it must.</summary>
    public bool Behaves => Fault is null && HonestUseWorks != false && Attempts.Count > 0
        && Attempts.All(a => a.Succeeded == (Arm != Arm.Guarded));
}
