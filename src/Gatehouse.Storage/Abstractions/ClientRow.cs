namespace Gatehouse.Storage.Abstractions;

/// <summary>A client that registered itself (RFC 7591).</summary>
/// <param name="Id">The client id; random.</param>
/// <param name="Metadata">Its metadata as JSON, as the server understood them; at most <see cref="MostMetadataBytes"/> bytes.</param>
/// <param name="Party">Digest of the address block that registered it.</param>
/// <param name="At">When it registered.</param>
/// <param name="Until">When it is forgotten, unless it is used before.</param>
public sealed record ClientRow(string Id, ReadOnlyMemory<byte> Metadata, ReadOnlyMemory<byte> Party, DateTimeOffset At, DateTimeOffset Until)
{
    /// <summary>The most bytes of metadata.</summary>
    public const int MostMetadataBytes = 16_384;

    /// <summary>Refuses what would not come back as it went in.</summary>
    /// <exception cref="ArgumentException">A text, digest or the metadata is out of its range.</exception>
    public void Validate()
    {
        StoredText.Check(Id, nameof(Id));
        StoredText.CheckDigest(Party, nameof(Party));
        if (Metadata.Length is < 2 or > MostMetadataBytes)
            throw new ArgumentException($"The metadata have {Metadata.Length} bytes; 2 to {MostMetadataBytes} are kept.", nameof(Metadata));
    }
}
