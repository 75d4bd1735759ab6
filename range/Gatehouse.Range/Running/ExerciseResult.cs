namespace Gatehouse.Range.Running;

/// <summary>What an exercise showed.</summary>
/// <param name="Exercise">The exercise.</param>
/// <param name="Variants">Its variants; empty when it was skipped.</param>
/// <param name="Skipped">Why it was skipped; null when it ran.</param>
/// <param name="Duration">How long it took.</param>
public sealed record ExerciseResult(RangeExercise Exercise, IReadOnlyList<VariantResult> Variants, string? Skipped, TimeSpan Duration)
{
    /// <summary>True when every variant showed what it must; a skipped exercise shows nothing and fails nothing.</summary>
    public bool Behaves => Skipped is not null || (Variants.Count == 3 && Variants.All(a => a.Behaves));
}
