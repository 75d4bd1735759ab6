namespace Gatehouse.Policy.Conditions;

/// <summary>A condition of a rule on more than the caller and the target. Immutable, compared by value.</summary>
public abstract record Condition
{
    /// <summary>True when an argument of the request is read anywhere inside. Lists leave such conditions open.</summary>
    public abstract bool ReadsArguments { get; }

    /// <summary>Returns the condition as a sentence, for explanations. It holds what the policy says, nothing of a request.</summary>
    public sealed override string ToString() => Describe();

    internal abstract Ternary Judge(in ConditionScope scope);

    private protected abstract string Describe();
}
