namespace Gatehouse.Policy.Conditions;

/// <summary>A test of a value. A value that is absent or of another type is undecidable.</summary>
public abstract record ValueTest
{
    /// <summary>Returns the test as the end of a sentence.</summary>
    public sealed override string ToString() => Describe();

    internal abstract Ternary Judge(in PolicyValue value, in ConditionScope scope);

    private protected abstract string Describe();
}
