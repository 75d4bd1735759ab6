namespace Gatehouse.Policy.Conditions;

/// <summary>The demand of a condition on a list, where its path goes through one (<c>*</c>).</summary>
public enum Quantifier
{
    /// <summary>Every entry satisfies it; an empty list does.</summary>
    Every,

    /// <summary>At least one entry satisfies it.</summary>
    Some,
}
