namespace Gatehouse.Policy;

/// <summary>
/// The truth values that a condition can have. For a request with all its arguments it is exactly one. Where arguments are left open (lists), a
/// condition on them can have any.
/// </summary>
/// <remarks>
/// Undecidable is a value of its own (strong Kleene logic). A fact is undecidable when it is absent, has another type than it is compared with, or
/// cannot be read in one way only. It never satisfies a permit and always satisfies a forbid, so that no caller gains by sending a value that the
/// policy cannot judge.
/// </remarks>
[Flags]
public enum Ternary
{
    /// <summary>No value; never the outcome of a condition.</summary>
    None = 0,

    /// <summary>Can be true.</summary>
    True = 1,

    /// <summary>Can be false.</summary>
    False = 2,

    /// <summary>Can be undecidable.</summary>
    Undecidable = 4,

    /// <summary>Depends on a fact that is not known here.</summary>
    Open = True | False | Undecidable,
}
