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
        var whole = card with { Weights = Digest(weights), Scales = model.Scales };
        return [.. JsonSerializer.SerializeToUtf8Bytes(whole, ContentCardJson.Default.ContentCard), (byte)'\n', .. weights];
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or of another version.</exception>
    public static (ContentCard Card, ContentModel Model) Read(ReadOnlySpan<byte> bytes)
    {
        var line = bytes.IndexOf((byte)'\n');
        var card = line > 0 ? JsonSerializer.Deserialize(bytes[..line], ContentCardJson.Default.ContentCard) : null;
        var weights = bytes[(line + 1)..];
        if (card is not { Version: ContentCard.FormatVersion } || weights.Length != ContentModel.Heads * ContentModel.WeightsOfHead
            || card.Weights != Digest(weights))
            throw new InvalidDataException("the weights of the content model are damaged");
        return (card, new ContentModel(MemoryMarshal.Cast<byte, sbyte>(weights).ToArray(), card.Scales));
    }

    private static string Digest(ReadOnlySpan<byte> weights) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(weights));

    private static (ContentCard Card, ContentModel Model) Load()
    {
        using var stream = typeof(ContentFile).Assembly.GetManifestResourceStream("content.model")!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return Read(memory.ToArray());
    }
}
