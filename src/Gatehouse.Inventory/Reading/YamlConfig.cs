using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gatehouse.Inventory.Reading;

/// <summary>
/// YAML as other programs write it: anchors and aliases are followed within bounds, tags are ignored. A value that has an anchor, a tag or several
/// lines is given no range: nothing of it is edited.
/// </summary>
internal sealed class YamlConfig
{
    private readonly Dictionary<string, (ConfigNode Node, int Values)> anchors = new(StringComparer.Ordinal);
    private readonly Parser parser;
    private readonly CharacterMap places;
    private int count;

    private YamlConfig(Parser parser, CharacterMap places)
    {
        this.parser = parser;
        this.places = places;
    }

    public static ConfigNode Read(ReadOnlyMemory<byte> bytes)
    {
        using var text = new StreamReader(new MemoryStream(bytes.ToArray()), new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            var parser = new Parser(text);
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _)) throw new ConfigFaultException(1, "the file is empty");
            parser.Consume<DocumentStart>();
            return new YamlConfig(parser, new CharacterMap(bytes.Span)).Node(0);
        }
        catch (YamlException fault)
        {
            throw new ConfigFaultException((int)fault.Start.Line, "not well-formed YAML");
        }
        catch (System.Text.DecoderFallbackException)
        {
            throw new ConfigFaultException(1, "not valid UTF-8");
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException)
        {
            // Threat: the parser has such faults for some files that are no YAML, and one file would end the whole scan (CWE-248).
            throw new ConfigFaultException(1, "not well-formed YAML");
        }
    }

    private ConfigNode Node(int depth)
    {
        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            var line = (int)alias.Start.Line;
            // A copy by reference: an alias within its own anchor is not known yet, so the tree has no cycle. Readers of the tree walk a value
            // once for each alias, and few bytes can name a large value often, so each alias counts as much as its value (CWE-776).
            if (!anchors.TryGetValue(alias.Value.Value, out var known)) throw new ConfigFaultException(line, "an alias without its anchor");
            Count(known.Values, line);
            return known.Node;
        }

        Count(1, (int)parser.Current!.Start.Line);
        if (depth > ConfigReader.Deepest) throw ConfigFaultException.Limit((int)parser.Current!.Start.Line, "too deep or too large");
        if (parser.TryConsume<MappingStart>(out var map)) return Map(map, depth);
        if (parser.TryConsume<SequenceStart>(out var list)) return List(list, depth);
        return Scalar(parser.Consume<Scalar>());
    }

    private void Count(int values, int line)
    {
        count += values;
        if (count > ConfigReader.MostNodes) throw ConfigFaultException.Limit(line, "too deep or too large");
    }

    private ConfigNode Map(MappingStart start, int depth)
    {
        var before = count - 1;
        var node = new ConfigNode(ConfigNodeKind.Map, (int)start.Start.Line, -1) { IsBlock = start.Style != MappingStyle.Flow };
        while (!parser.Accept<MappingEnd>(out _))
        {
            var line = (int)parser.Current!.Start.Line;
            var name = Node(depth + 1);
            var value = Node(depth + 1);
            if (name is { Kind: ConfigNodeKind.Text, Text: "<<" } && value.Kind == ConfigNodeKind.Map)
            {
                foreach (var member in value.Members) node.Add(member.Name, member.Value, member.Line, -1);
            }
            else
            {
                node.Add(name.Text, value, line, -1, name.Range);
            }
        }

        var end = parser.Consume<MappingEnd>();
        node.Range = node.IsBlock ? null : Bracketed(start, end, '}');
        Keep(start, node, count - before);
        return node;
    }

    private ConfigNode List(SequenceStart start, int depth)
    {
        var before = count - 1;
        var node = new ConfigNode(ConfigNodeKind.List, (int)start.Start.Line, -1) { IsBlock = start.Style != SequenceStyle.Flow };
        while (!parser.Accept<SequenceEnd>(out _)) node.Add(Node(depth + 1));
        var end = parser.Consume<SequenceEnd>();
        node.Range = node.IsBlock ? RangeOf(start, end.End) : Bracketed(start, end, ']');
        Keep(start, node, count - before);
        return node;
    }

    private ConfigNode Scalar(Scalar scalar)
    {
        var line = (int)scalar.Start.Line;
        var node = scalar.Style != ScalarStyle.Plain ? new ConfigNode(ConfigNodeKind.Text, line, -1, scalar.Value) : scalar.Value switch
        {
            "true" or "True" or "TRUE" => new ConfigNode(ConfigNodeKind.Switch, line, -1, "true"),
            "false" or "False" or "FALSE" => new ConfigNode(ConfigNodeKind.Switch, line, -1, "false"),
            "" or "~" or "null" or "Null" or "NULL" => new ConfigNode(ConfigNodeKind.Nothing, line, -1),
            _ => new ConfigNode(ConfigNodeKind.Text, line, -1, scalar.Value, isQuoted: false),
        };
        var isOneLine = scalar.Style is ScalarStyle.Plain or ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted
            && scalar.Start.Line == scalar.End.Line;
        node.Range = isOneLine && scalar.Value.Length > 0 ? RangeOf(scalar, scalar.End) : null;
        Keep(scalar, node, 1);
        return node;
    }

    // The event of the end gives the place of the bracket, not of the text after it.
    private ByteRange? Bracketed(NodeEvent start, ParsingEvent end, char bracket) =>
        RangeOf(start, end.Start) is { } range && places.IsAt(range.End, bracket) ? range with { End = range.End + 1 } : null;

    private ByteRange? RangeOf(NodeEvent start, Mark end) =>
        start.Anchor.IsEmpty && start.Tag.IsEmpty ? new ByteRange(places.ByteOf(start.Start.Index), places.ByteOf(end.Index)) : null;

    private void Keep(NodeEvent start, ConfigNode node, int values)
    {
        if (!start.Anchor.IsEmpty) anchors[start.Anchor.Value] = (node, values);
    }
}
