namespace Gatehouse.Policy.Conditions;

/// <summary>Takes conditions apart.</summary>
internal static class ConditionParts
{
    /// <summary>Returns the conditions on one value or on time that a condition is made of.</summary>
    public static IEnumerable<Condition> Leaves(Condition condition) => condition switch
    {
        AllCondition all => all.Parts.SelectMany(Leaves),
        AnyCondition any => any.Parts.SelectMany(Leaves),
        NotCondition not => Leaves(not.Part),
        _ => [condition],
    };

    public static bool ReadVariables(Condition condition) =>
        Leaves(condition).Any(leaf => leaf is ValueCondition { Source.Kind: ValueSourceKind.Variable });
}
