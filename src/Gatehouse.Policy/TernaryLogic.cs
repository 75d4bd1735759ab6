namespace Gatehouse.Policy;

/// <summary>Kleene's logic over sets of possible values; the parts of a condition are taken as independent.</summary>
internal static class TernaryLogic
{
    public static Ternary Of(bool value) => value ? Ternary.True : Ternary.False;

    /// <summary>Swaps true and false; undecidable stays undecidable.</summary>
    public static Ternary Not(Ternary value)
    {
        var result = value & Ternary.Undecidable;
        if ((value & Ternary.True) != 0) result |= Ternary.False;
        if ((value & Ternary.False) != 0) result |= Ternary.True;
        return result;
    }

    /// <summary>Returns the values that "both" can have.</summary>
    public static Ternary And(Ternary left, Ternary right)
    {
        var result = (left | right) & Ternary.False;
        result |= left & right & Ternary.True;
        var notFalse = Ternary.True | Ternary.Undecidable;
        if ((left & notFalse) != 0 && (right & notFalse) != 0 && ((left | right) & Ternary.Undecidable) != 0) result |= Undecided(left, right);
        return result;
    }

    /// <summary>Returns the values that "one of both" can have.</summary>
    public static Ternary Or(Ternary left, Ternary right) => Not(And(Not(left), Not(right)));

    // One side undecidable while the other can be true or undecidable.
    private static Ternary Undecided(Ternary left, Ternary right) =>
        (left & Ternary.Undecidable) != 0 && (right & (Ternary.True | Ternary.Undecidable)) != 0
        || (right & Ternary.Undecidable) != 0 && (left & (Ternary.True | Ternary.Undecidable)) != 0
            ? Ternary.Undecidable
            : Ternary.None;
}
