namespace Gatehouse.Detection.Content;

/// <summary>The features of a sentence: for each block their hashes, one after the other. Reused; not safe for concurrent use.</summary>
internal sealed class FeatureBuffer
{
    // A sentence has at most 400 characters and tokens: three runs of characters for each, and fewer than 20 features of any other block a token.
    private const int Most = 8_192;

    private readonly uint[][] hashes = [.. Enumerable.Range(0, PassageFeatures.Blocks).Select(_ => new uint[Most])];
    private readonly int[] counts = new int[PassageFeatures.Blocks];

    /// <summary>Room for the tokens of the sentence.</summary>
    public PassageTokens Tokens { get; } = new();

    /// <summary>Returns the features of a block.</summary>
    public ReadOnlySpan<uint> Of(int block) => hashes[block].AsSpan(0, counts[block]);

    /// <summary>Empties it.</summary>
    public void Clear() => Array.Clear(counts);

    /// <summary>Adds a feature; what does not fit is left out.</summary>
    public void Add(int block, uint hash)
    {
        ref var count = ref counts[block];
        var room = hashes[block];
        if ((uint)count < (uint)room.Length) room[count++] = hash;
    }

    /// <summary>Returns the free room of a block, to write into.</summary>
    public Span<uint> Room(int block) => hashes[block].AsSpan(counts[block]);

    /// <summary>Takes what was written into the room of a block.</summary>
    public void Take(int block, int count) => counts[block] += count;
}
