namespace Gatehouse.Integrity.Patterns;

/// <summary>What an instruction of a compiled pattern does.</summary>
internal enum PatternOperation
{
    /// <summary>The pattern matches.</summary>
    Match,

    /// <summary>Consumes one code point of the set.</summary>
    One,

    /// <summary>Goes on at both targets.</summary>
    Fork,

    /// <summary>Goes on at the first target.</summary>
    Jump,

    /// <summary>Goes on only at the beginning of the text.</summary>
    Start,

    /// <summary>Goes on only at the end of the text.</summary>
    End,

    /// <summary>Goes on only between a word character and another (ECMA-262 section 22.2.2.4).</summary>
    Boundary,

    /// <summary>Goes on only where <see cref="Boundary"/> does not.</summary>
    NoBoundary,

    /// <summary>Goes on only where the inner program matches what follows.</summary>
    Ahead,

    /// <summary>Goes on only where the inner program does not match what follows.</summary>
    NotAhead,
}
