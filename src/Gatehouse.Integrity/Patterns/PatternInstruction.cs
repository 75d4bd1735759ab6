namespace Gatehouse.Integrity.Patterns;

/// <summary>One instruction; targets are indexes into the program.</summary>
internal readonly record struct PatternInstruction(PatternOperation Operation, int First = 0, int Second = 0, CharacterSet? Set = null,
    PatternInstruction[]? Inner = null);
