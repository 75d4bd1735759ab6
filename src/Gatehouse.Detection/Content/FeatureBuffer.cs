namespace Gatehouse.Detection.Content;

/// <summary>The features of a sentence: for each block their hashes, one after the other. Reused; not safe for concurrent use.</summary>
internal sealed class FeatureBuffer
{
    private readonly List<uint>[] hashes = [.. Enumerable.Range(0, PassageFeatures.Blocks).Select(_ => new List<uint>())];
    private readonly PassageTokens tokens = new(new WordTable(null));

    /// <summary>Returns the features of a block.</summary>
    public IReadOnlyList<uint> Of(int block) => hashes[block];

    /// <summary>Reads the features of a folded sentence.</summary>
    public void Read(ReadOnlySpan<char> sentence)
    {
        tokens.Read(sentence);
        for (var block = 0; block < hashes.Length; block++)
        {
            hashes[block].Clear();
            var cursor = new HashCursor(block, hashes[block]);
            PassageFeatures.Add(block, sentence, tokens, ref cursor);
        }
    }

    private readonly struct HashCursor(int block, List<uint> target) : IFeatureCursor
    {
        public void Add(uint hash) => target.Add(hash);

        public void AddIf(bool isTaken, uint hash)
        {
            if (isTaken) Add(hash);
        }

        public void AddOwn(in PassageToken token, ReadOnlySpan<char> sentence)
        {
            var cursor = this;
            if (block == PassageFeatures.Characters) PassageFeatures.AddCharacters(sentence.Slice(token.Start, token.Length), ref cursor);
            else
                Add(block switch
                {
                    PassageFeatures.Words => token.Word,
                    PassageFeatures.Following => ConceptPairs.HashOf(token.Concept),
                    _ => token.Stem,
                });
        }

        public void AddPair(ConceptPairKind kind, int first, int second) => Add(ConceptPairs.HashOf(kind, first, second));

        public void AddPairIf(bool isTaken, ConceptPairKind kind, int first, int second) => AddIf(isTaken, ConceptPairs.HashOf(kind, first, second));
    }
}
