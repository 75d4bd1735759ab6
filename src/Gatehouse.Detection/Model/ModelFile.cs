using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;

namespace Gatehouse.Detection.Model;

/// <summary>
/// The form of the weights: one line of JSON (<see cref="ModelCard"/>), then floats of concepts and pairs, a scale, and a byte for each bucket.
/// </summary>
internal static class ModelFile
{
    private static readonly Lazy<(ModelCard Card, LinearModel Model)> Loaded = new(Load);

    /// <summary>The model that this build carries.</summary>
    public static LinearModel Default => Loaded.Value.Model;

    /// <summary>The known facts about it.</summary>
    public static ModelCard Card => Loaded.Value.Card;

    /// <summary>Writes a model.</summary>
    public static byte[] Write(LinearModel model, ModelCard card)
    {
        var weights = Weights(model);
        var whole = card with { Weights = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(weights)) };
        return [.. JsonSerializer.SerializeToUtf8Bytes(whole, CardJson.Default.ModelCard), (byte)'\n', .. weights];
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or of another version.</exception>
    public static (ModelCard Card, LinearModel Model) Read(ReadOnlySpan<byte> bytes)
    {
        var line = bytes.IndexOf((byte)'\n');
        var card = line > 0 ? JsonSerializer.Deserialize(bytes[..line], CardJson.Default.ModelCard) : null;
        var weights = bytes[(line + 1)..];
        if (card is not { Version: ModelCard.FormatVersion } || weights.Length != (4 * (Features.Concepts + Features.Pairs + 1)) + Features.Buckets
            || card.Weights != "sha256:" + Convert.ToHexStringLower(SHA256.HashData(weights)))
            throw new InvalidDataException("the weights of the detection model are damaged");
        var concepts = Floats(ref weights, Features.Concepts);
        var pairs = Floats(ref weights, Features.Pairs);
        var scale = Floats(ref weights, 1)[0];
        var buckets = new float[Features.Buckets];
        for (var i = 0; i < buckets.Length; i++)
            buckets[i] = (sbyte)weights[i] * scale;
        return (card, new LinearModel(card.Bias, concepts, pairs, buckets, card.Threshold));
    }

    private static byte[] Weights(LinearModel model)
    {
        var most = Math.Max(model.Buckets.Max(Math.Abs), 1e-6f);
        using var stream = new MemoryStream();
        Span<byte> four = stackalloc byte[4];
        foreach (var weight in (IEnumerable<float>)[.. model.Concepts, .. model.Pairs, most / 127])
        {
            BinaryPrimitives.WriteSingleLittleEndian(four, weight);
            stream.Write(four);
        }

        foreach (var weight in model.Buckets)
            stream.WriteByte((byte)(sbyte)MathF.Round(weight / most * 127));
        return stream.ToArray();
    }

    private static float[] Floats(ref ReadOnlySpan<byte> bytes, int count)
    {
        var read = new float[count];
        for (var i = 0; i < count; i++)
            read[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]);
        bytes = bytes[(4 * count)..];
        return read;
    }

    private static (ModelCard Card, LinearModel Model) Load()
    {
        using var stream = typeof(ModelFile).Assembly.GetManifestResourceStream("metadata.model")!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return Read(memory.ToArray());
    }
}
