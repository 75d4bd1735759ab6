namespace Gatehouse.Detection.Content;

/// <summary>What two concepts of a sentence are to each other.</summary>
internal enum ConceptPairKind
{
    /// <summary>The second follows the first within a few known words.</summary>
    Following,

    /// <summary>Both are in the sentence.</summary>
    Together,

    /// <summary>The second is the next token after the first.</summary>
    Adjacent,
}
