namespace Gatehouse.Policy.Conditions;

/// <summary>Something a rule asks beyond who and what. Immutable, compared by value.</summary>
public abstract record Condition
{
    /// <summary>True when an argument of the request is read anywhere inside. Lists leave such conditions open.</summary>
    public abstract bool ReadsArguments { get; }

    /// <summary>The condition as a sentence, for explanations. It holds what the policy says, nothing of a request.</summary>
    public sealed override string ToString() => Describe();

    internal abstract Ternary Judge(in ConditionScope scope);

    private protected abstract string Describe();
}
