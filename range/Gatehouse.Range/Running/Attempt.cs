namespace Gatehouse.Range.Running;

/// <summary>One variant of an exploit and what it did.</summary>
/// <param name="Name">The variant.</param>
/// <param name="Succeeded">True when the canary shows its effect.</param>
/// <param name="Observed">What was seen, in words.</param>
public sealed record Attempt(string Name, bool Succeeded, string Observed)
{
    /// <summary>True for one that succeeds behind Gatehouse too: the exercise shows that nothing is claimed against it.</summary>
    public bool IsNotDefended { get; init; }

    /// <summary>Returns whether it must succeed in a variant.</summary>
    public bool MustSucceed(RunVariant variant) => variant != RunVariant.Guarded || IsNotDefended;
}
