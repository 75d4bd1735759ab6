namespace Gatehouse.Range.Running;

/// <summary>What happened in one variant.</summary>
/// <param name="RunVariant">The variant.</param>
/// <param name="Attempts">Each variant of the exploit.</param>
/// <param name="HonestUseWorks">The benign twin; null where it is not asked (the replaced variant).</param>
/// <param name="Fault">Why the variant could not run; null when it ran.</param>
public sealed record VariantResult(RunVariant RunVariant, IReadOnlyList<Attempt> Attempts, bool? HonestUseWorks, string? Fault)
{
    /// <summary>True when the variant showed what it must.</summary>
    public bool Behaves => Fault is null && HonestUseWorks != false && Attempts.Count > 0
        && Attempts.All(a => a.Succeeded == a.MustSucceed(RunVariant)) && Attempts.Any(static a => !a.IsNotDefended);
}
