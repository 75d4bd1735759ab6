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
        foreach (var block in hashes) block.Clear();
        tokens.Read(sentence);
        var read = tokens.Tokens;
        var cursors = hashes.Select(block => new HashCursor(block)).ToArray();
        PassageFeatures.AddCharacters(sentence, read, ref cursors[PassageFeatures.Characters]);
        PassageFeatures.AddWords(sentence, read, ref cursors[PassageFeatures.Words]);
        PassageFeatures.AddFollowing(sentence, tokens, ref cursors[PassageFeatures.Following]);
        PassageFeatures.AddRuns(read, ref cursors[PassageFeatures.Runs]);
        PassageFeatures.AddMixed(sentence, tokens, ref cursors[PassageFeatures.Mixed]);
    }

    private readonly struct HashCursor(List<uint> target) : IFeatureCursor
    {
        public void Add(uint hash) => target.Add(hash);

        public void AddOwn(int block, in PassageToken token, ReadOnlySpan<char> sentence)
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
    }
}
