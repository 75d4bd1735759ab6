namespace Gatehouse.Detection.Content;

/// <summary>The room of a <see cref="FeatureList"/>.</summary>
internal sealed class FeatureRoom
{
    // A token has at most seven features of a block that are hashes, and four that are pairs; a sentence has a few more by itself.
    private const int Most = 8 * PassageTokens.Most;

    /// <summary>Room for hashes.</summary>
    public uint[] Hashes { get; } = new uint[Most];

    /// <summary>Room for places of pairs.</summary>
    public ushort[] Pairs { get; } = new ushort[Most];
}
