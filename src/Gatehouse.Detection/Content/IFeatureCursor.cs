namespace Gatehouse.Detection.Content;

/// <summary>
/// A receiver of the features of one block of a sentence. Training keeps all of their hashes, and judging adds up their weights: which features a
/// sentence has is written once, in <see cref="PassageFeatures"/>.
/// </summary>
internal interface IFeatureCursor
{
    /// <summary>Takes a feature by its hash.</summary>
    void Add(uint hash);

    /// <summary>Takes a feature by its hash, or leaves it.</summary>
    /// <param name="isTaken">False to leave it; a condition that no processor can predict.</param>
    /// <param name="hash">The hash.</param>
    void AddIf(bool isTaken, uint hash);

    /// <summary>Takes the features that a token has by itself, whatever is around it.</summary>
    /// <param name="token">The token.</param>
    /// <param name="sentence">Its sentence.</param>
    void AddOwn(in PassageToken token, ReadOnlySpan<char> sentence);

    /// <summary>Takes the feature of two concepts.</summary>
    /// <param name="kind">What they are to each other.</param>
    /// <param name="first">Number of the first concept, below <see cref="ConceptPairs.Numbers"/>.</param>
    /// <param name="second">Number of the second.</param>
    void AddPair(ConceptPairKind kind, int first, int second);

    /// <summary>Takes the feature of two concepts, or leaves it.</summary>
    /// <param name="isTaken">False to leave it.</param>
    /// <inheritdoc cref="AddPair"/>
    void AddPairIf(bool isTaken, ConceptPairKind kind, int first, int second);
}
