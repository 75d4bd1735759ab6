namespace Gatehouse.Range.Running;

/// <summary>What an exercise showed.</summary>
/// <param name="Exercise">The exercise.</param>
/// <param name="Arms">Its arms; empty when it was skipped.</param>
/// <param name="Skipped">Why it was skipped; null when it ran.</param>
/// <param name="Duration">How long it took.</param>
public sealed record ExerciseResult(RangeExercise Exercise, IReadOnlyList<ArmResult> Arms, string? Skipped, TimeSpan Duration)
{
    /// <summary>True when every arm showed what it must; a skipped exercise shows nothing and fails nothing.</summary>
    public bool Behaves => Skipped is not null || (Arms.Count == 3 && Arms.All(a => a.Behaves));
}
