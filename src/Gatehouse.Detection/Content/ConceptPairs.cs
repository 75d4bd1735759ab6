using System.Runtime.CompilerServices;

namespace Gatehouse.Detection.Content;

/// <summary>The features of two concepts. There are few enough of them to look up their weights without a hash.</summary>
internal static class ConceptPairs
{
    /// <summary>Numbers that a concept can have: those of the lexicon, those of other tokens, and the two ends of a sentence.</summary>
    public const int Numbers = 128;

    /// <summary>Number of the beginning of a sentence.</summary>
    public const int Begin = 126;

    /// <summary>Number of the end of a sentence.</summary>
    public const int End = 127;

    /// <summary>Number of kinds.</summary>
    public const int Kinds = 3;

    private static readonly uint[] Hashes = PassageTokens.Bracket < Begin
        ? [.. Enumerable.Range(0, Numbers).Select(number => PassageHash.Of((uint)number))]
        : throw new InvalidDataException("the lexicon has more concepts than their numbers allow");

    /// <summary>Returns the hash of a concept.</summary>
    public static uint HashOf(int concept) => Hashes[concept];

    /// <summary>Places in the table of all pairs.</summary>
    public const int Places = Kinds * Numbers * Numbers;

    /// <summary>Returns the place of a feature of two concepts in the table of all pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort PlaceOf(ConceptPairKind kind, int first, int second) => (ushort)(((((int)kind * Numbers) + first) * Numbers) + second);

    /// <summary>Returns the block that the features of a place belong to.</summary>
    public static int BlockOf(int place) =>
        (ConceptPairKind)(place / (Numbers * Numbers)) == ConceptPairKind.Adjacent ? PassageFeatures.Runs : PassageFeatures.Following;

    /// <summary>Returns the hash of the feature of a place.</summary>
    public static uint HashOfPlace(int place) =>
        HashOf((ConceptPairKind)(place / (Numbers * Numbers)), place / Numbers % Numbers, place % Numbers);

    /// <summary>Returns the hash of the feature of two concepts.</summary>
    public static uint HashOf(ConceptPairKind kind, int first, int second) => kind switch
    {
        ConceptPairKind.Following => PassageHash.Of(11, Hashes[first], Hashes[second]),
        ConceptPairKind.Together => PassageHash.Of(14, Hashes[first], Hashes[second]),
        _ => PassageHash.Of(2, Hashes[first], Hashes[second]),
    };
}
