namespace Gatehouse.Policy;

/// <summary>Kleene's logic over sets of possible values; the parts of a condition are taken as independent.</summary>
internal static class TruthLogic
{
    public static Truths Of(bool value) => value ? Truths.True : Truths.False;

    /// <summary>Swaps true and false; undecidable stays undecidable.</summary>
    public static Truths Not(Truths value)
    {
        var result = value & Truths.Undecidable;
        if ((value & Truths.True) != 0) result |= Truths.False;
        if ((value & Truths.False) != 0) result |= Truths.True;
        return result;
    }

    /// <summary>The values that "both" can have.</summary>
    public static Truths And(Truths left, Truths right)
    {
        var result = (left | right) & Truths.False;
        result |= left & right & Truths.True;
        var notFalse = Truths.True | Truths.Undecidable;
        if ((left & notFalse) != 0 && (right & notFalse) != 0 && ((left | right) & Truths.Undecidable) != 0) result |= Undecided(left, right);
        return result;
    }

    /// <summary>The values that "one of both" can have.</summary>
    public static Truths Or(Truths left, Truths right) => Not(And(Not(left), Not(right)));

    // One side undecidable while the other can be true or undecidable.
    private static Truths Undecided(Truths left, Truths right) =>
        (left & Truths.Undecidable) != 0 && (right & (Truths.True | Truths.Undecidable)) != 0
        || (right & Truths.Undecidable) != 0 && (left & (Truths.True | Truths.Undecidable)) != 0
            ? Truths.Undecidable
            : Truths.None;
}
