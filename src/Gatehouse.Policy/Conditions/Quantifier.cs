namespace Gatehouse.Policy.Conditions;

/// <summary>What a condition asks of a list, where its path goes through one (<c>*</c>).</summary>
public enum Quantifier
{
    /// <summary>Every entry satisfies it; an empty list does.</summary>
    Every,

    /// <summary>At least one entry satisfies it.</summary>
    Some,
}
