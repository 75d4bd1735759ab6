using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.Detection.Model;

namespace Gatehouse.Detection.Content;

/// <summary>The form of the content model: one line of JSON (<see cref="ContentCard"/>), then a byte for each bucket.</summary>
internal static class ContentFile
{
    private static readonly Lazy<(ContentCard Card, ContentModel Model)> Loaded = new(Load);

    /// <summary>The model that this build carries.</summary>
    public static ContentModel Default => Loaded.Value.Model;

    /// <summary>The known facts about it.</summary>
    public static ContentCard Card => Loaded.Value.Card;

    /// <summary>Writes a model.</summary>
    public static byte[] Write(ContentModel model, ContentCard card)
    {
        byte[] weights = [.. model.ToWeights().Select(weight => (byte)weight)];
        var whole = card with { Weights = Text(SHA256.HashData(weights)), Scales = model.Scales };
        return [.. JsonSerializer.SerializeToUtf8Bytes(whole, ContentCardJson.Default.ContentCard), (byte)'\n', .. weights];
    }

    /// <summary>
    /// Reads a model. Beside it, weights of one head at a time are in memory: all of them are 4 MB, which a process that reads its model once would
    /// keep.
    /// </summary>
    /// <param name="file">A file in its form, at its beginning.</param>
    /// <exception cref="InvalidDataException">It is damaged, or of another version.</exception>
    public static (ContentCard Card, ContentModel Model) Read(Stream file)
    {
        if (ReadCard(file) is not { Version: ContentCard.FormatVersion } card) throw Damaged();
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var heads = new HeadWeights[ContentModel.Heads];
        var weights = new byte[ContentModel.WeightsOfHead];
        for (var head = 0; head < heads.Length; head++)
        {
            if (file.ReadAtLeast(weights, weights.Length, throwOnEndOfStream: false) < weights.Length) throw Damaged();
            digest.AppendData(weights);
            heads[head] = new HeadWeights(MemoryMarshal.Cast<byte, sbyte>(weights));
        }

        if (file.ReadByte() >= 0 || card.Weights != Text(digest.GetHashAndReset())) throw Damaged();
        return (card, new ContentModel(heads, card.Scales));
    }

    // The first line.
    private static ContentCard? ReadCard(Stream file)
    {
        using var line = new MemoryStream();
        for (var next = file.ReadByte(); next != '\n'; next = file.ReadByte())
        {
            if (next < 0) return null;
            line.WriteByte((byte)next);
        }

        try
        {
            return JsonSerializer.Deserialize(line.GetBuffer().AsSpan(0, (int)line.Length), ContentCardJson.Default.ContentCard);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static InvalidDataException Damaged() => new("the weights of the content model are damaged");

    private static string Text(ReadOnlySpan<byte> digest) => "sha256:" + Convert.ToHexStringLower(digest);

    private static (ContentCard Card, ContentModel Model) Load()
    {
        using var stream = typeof(ContentFile).Assembly.GetManifestResourceStream("content.model")!;
        return Read(stream);
    }
}
