namespace Gatehouse.Policy.Conditions;

/// <summary>What is asked of a value. What is absent or of another type is undecidable.</summary>
public abstract record ValueTest
{
    /// <summary>The test as the end of a sentence.</summary>
    public sealed override string ToString() => Describe();

    internal abstract Ternary Judge(in PolicyValue value, in ConditionScope scope);

    private protected abstract string Describe();
}
