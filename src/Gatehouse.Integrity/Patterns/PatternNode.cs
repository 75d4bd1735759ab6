namespace Gatehouse.Integrity.Patterns;

/// <summary>A part of a parsed pattern.</summary>
internal abstract record PatternNode
{
    /// <summary>One code point of a set.</summary>
    public sealed record One(CharacterSet Set) : PatternNode;

    /// <summary>Parts one after the other; none match the empty text.</summary>
    public sealed record Sequence(IReadOnlyList<PatternNode> Parts) : PatternNode;

    /// <summary>Any of several.</summary>
    public sealed record Either(IReadOnlyList<PatternNode> Choices) : PatternNode;

    /// <summary>A part between <paramref name="Min"/> and <paramref name="Max"/> times; a null maximum is none.</summary>
    public sealed record Repeat(PatternNode Part, int Min, int? Max) : PatternNode;

    /// <summary>A condition on the place.</summary>
    public sealed record Place(PatternOperation Condition) : PatternNode;

    /// <summary>A condition on the text that follows.</summary>
    public sealed record Ahead(PatternNode Part, bool Negative) : PatternNode;
}
