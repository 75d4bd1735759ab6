using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gatehouse.Yaml;

/// <summary>A node of a text with the ranges of its scalars.</summary>
/// <param name="Scalar">The scalar; null for a mapping and a sequence.</param>
/// <param name="Entries">The keys and values of a mapping; empty for others.</param>
/// <param name="Items">The elements of a sequence; empty for others.</param>
public sealed record YamlPlaces(YamlPlace? Scalar, IReadOnlyList<(YamlPlace Key, YamlPlaces Value)> Entries, IReadOnlyList<YamlPlaces> Items)
{
    private const int Deepest = 64;

    /// <summary>
    /// Reads a text, JSON among others. Unlike <see cref="StrictYaml"/> it takes values over several lines and keys that occur twice: the text may be
    /// one that no gateway accepts.
    /// </summary>
    /// <returns>
    /// Null where the text cannot be read, or has a part by which a value is somewhere else than its key: an anchor, alias, tag, directive, or a key
    /// that is no scalar.
    /// </returns>
    public static YamlPlaces? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        // The reader passes over directives that it does not know.
        if (text.StartsWith('%') || text.Contains("\n%", StringComparison.Ordinal)) return null;
        var parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
        try
        {
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out var start) || start.Version is not null) return null;
            var root = ReadNode(parser, 0);
            parser.Consume<DocumentEnd>();
            return parser.Accept<DocumentStart>(out _) ? null : root;
        }
        catch (Exception e) when (e is YamlException or InvalidOperationException or NotPlainException)
        {
            return null;
        }
    }

    private static YamlPlaces ReadNode(IParser parser, int depth)
    {
        if (depth > Deepest || !parser.Accept<NodeEvent>(out var node) || !node.Anchor.IsEmpty || !node.Tag.IsEmpty)
            throw new NotPlainException();
        if (parser.TryConsume<Scalar>(out var scalar)) return new YamlPlaces(PlaceOf(scalar), [], []);
        if (parser.TryConsume<SequenceStart>(out _))
        {
            var items = new List<YamlPlaces>();
            while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(ReadNode(parser, depth + 1));
            return new YamlPlaces(null, [], items);
        }

        parser.Consume<MappingStart>();
        var entries = new List<(YamlPlace, YamlPlaces)>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadNode(parser, depth + 1).Scalar ?? throw new NotPlainException();
            entries.Add((key, ReadNode(parser, depth + 1)));
        }

        return new YamlPlaces(null, entries, []);
    }

    private static YamlPlace PlaceOf(Scalar scalar) => new((int)scalar.Start.Index, (int)scalar.End.Index, scalar.Value);

    private sealed class NotPlainException : Exception;
}

/// <summary>A scalar of a text with the range of its characters, for a reader that changes how the text is shown.</summary>
/// <param name="Start">The first character, quotes included.</param>
/// <param name="End">The character behind the last.</param>
/// <param name="Text">The text, escapes resolved.</param>
public sealed record YamlPlace(int Start, int End, string Text);
