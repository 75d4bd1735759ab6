namespace Gatehouse.Range.Running;

/// <summary>What an exercise teaches, in four steps.</summary>
/// <param name="Vulnerable">What is wrong with the unguarded server.</param>
/// <param name="Exploit">What the attacker does.</param>
/// <param name="Fix">What stands in the way behind Gatehouse.</param>
/// <param name="Validate">How the range shows that it is this that helps.</param>
public sealed record ExerciseSteps(string Vulnerable, string Exploit, string Fix, string Validate)
{
    /// <summary>What succeeds behind Gatehouse too, and what helps against it; null where nothing that the exercise tries does.</summary>
    public string? NotDefended { get; init; }
}
