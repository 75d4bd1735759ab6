namespace Gatehouse.Integrity.Patterns;

/// <summary>The operation of an instruction of a compiled pattern.</summary>
internal enum PatternOperation
{
    /// <summary>The pattern matches.</summary>
    Match,

    /// <summary>Consumes one code point of the set.</summary>
    One,

    /// <summary>Continues at both targets.</summary>
    Fork,

    /// <summary>Continues at the first target.</summary>
    Jump,

    /// <summary>Continues only at the beginning of the text.</summary>
    Start,

    /// <summary>Continues only at the end of the text.</summary>
    End,

    /// <summary>Continues only between a word character and another (ECMA-262 section 22.2.2.4).</summary>
    Boundary,

    /// <summary>Continues only where <see cref="Boundary"/> does not.</summary>
    NoBoundary,

    /// <summary>Continues only where the inner program matches the text that follows.</summary>
    Ahead,

    /// <summary>Continues only where the inner program does not match the text that follows.</summary>
    NotAhead,
}
