namespace Gatehouse.Range.Running;

/// <summary>
/// One attack with everything that shows what stands against it. The exploit script runs unchanged in every variant, knows nothing
/// of Gatehouse, and judges by the effect. What is attacked, and how an variant is made, is said by <see cref="Exercise"/> (a server)
/// and <see cref="OfflineExercise{TSubject}"/> (what a person is shown, or what a command does on this machine).
/// </summary>
public abstract class RangeExercise
{
    /// <summary>Short stable id, as in <c>range run --only</c>.</summary>
    public abstract string Id { get; }

    /// <summary>What the attack is called.</summary>
    public abstract string Title { get; }

    /// <summary>Items of the OWASP MCP Top 10.</summary>
    public abstract IReadOnlyList<string> Owasp { get; }

    /// <summary>Requirements and rows of the specification list that it answers.</summary>
    public abstract IReadOnlyList<string> Rows { get; }

    /// <summary>What stops it, and what the replaced variant takes away: a stage or rule of the pipeline, or a part of a command.</summary>
    public abstract string Protection { get; }

    /// <summary>Vulnerable, exploit, fix, validate.</summary>
    public abstract ExerciseSteps Steps { get; }

    /// <summary>What the machine must have.</summary>
    public virtual Need Needs => Need.Nothing;

    /// <summary>Runs one variant: the honest use, where it is asked, and then the attack.</summary>
    internal abstract Task<VariantResult> PlayAsync(RunVariant variant, RangeFixture fixture);
}
