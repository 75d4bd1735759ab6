using System.Runtime.CompilerServices;

namespace Gatehouse.Detection.Content;

/// <summary>Adds up the weights of the features of a block.</summary>
/// <param name="head">The weights.</param>
/// <param name="words">What is known of words.</param>
/// <param name="block">The block.</param>
internal struct WeightCursor(HeadWeights head, WordTable words, int block) : IFeatureCursor
{
    /// <summary>The sums so far.</summary>
    public WeightSum Sum { get; private set; }

    /// <summary>Number of features so far.</summary>
    public int Count { get; private set; }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(uint hash) => Take(head.Of(block, hash));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddOwn(in PassageToken token, ReadOnlySpan<char> sentence)
    {
        ref readonly var facts = ref words[token.Slot];
        switch (block)
        {
            case PassageFeatures.Characters:
                Sum += facts.Characters;
                Count += facts.CharacterRuns;
                break;
            case PassageFeatures.Words:
                Take(facts.OfWord);
                break;
            case PassageFeatures.Following:
                Take(facts.OfConcept);
                break;
            default:
                Take(facts.OfStem);
                break;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddPair(ConceptPairKind kind, int first, int second) => Take(head.Of(kind, first, second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Take(short pair)
    {
        Sum += WeightSum.Of(pair);
        Count++;
    }
}
