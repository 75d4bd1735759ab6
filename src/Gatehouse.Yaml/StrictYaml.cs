using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gatehouse.Yaml;

/// <summary>
/// Reads the part of YAML that has one meaning: mappings, sequences and scalars on one line. What makes a file read
/// differently from how it looks is a fault: anchors, aliases, merge keys, tags, directives, further documents, keys that
/// occur twice.
/// </summary>
/// <remarks>Texts of the parser library are not passed on: some of them quote the file.</remarks>
public sealed class StrictYaml
{
    /// <summary>Deepest nesting; the format needs five.</summary>
    public const int Deepest = 16;

    private readonly Parser parser;
    private readonly FaultList faults;

    private StrictYaml(string text, FaultList faults)
    {
        parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
        this.faults = faults;
    }

    /// <summary>The mapping the text consists of; null when it could not be read, which is a fault then.</summary>
    public static YamlMap? Read(string text, FaultList faults)
    {
        if (text.StartsWith('\uFEFF')) text = text[1..];
        text = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        if (!YamlText.IsPlain(text, faults)) return null;
        var reader = new StrictYaml(text, faults);
        try
        {
            return reader.ReadDocument();
        }
        catch (YamlException exception)
        {
            return Invalid(Place(exception.Start), faults);
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException)
        {
            // The parser has such faults for some texts that are no YAML, such as an empty tag.
            return Invalid(Place(reader.parser.Current?.End ?? Mark.Empty), faults);
        }
        catch (TooDeepException)
        {
            return null;
        }
    }

    private YamlMap? ReadDocument()
    {
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out var start))
        {
            faults.Add(new YamlMark(1, 1), "", "the file is empty", "begin with 'version: 1'");
            return null;
        }

        if (start.Version is not null || start.Tags is { Count: > 0 } tags && tags.Any(tag => !IsBuiltIn(tag)))
            faults.Add(Place(start.Start), "", "a directive (%YAML, %TAG) is not allowed", "remove it");
        var root = ReadNode("", 0);
        parser.Consume<DocumentEnd>();
        if (parser.Accept<DocumentStart>(out var second))
            faults.Add(Place(second.Start), "", "a second document begins here", "keep one document in a file");
        if (root is YamlMap map) return map;
        faults.Add(root.At, "", "the file is not a mapping of keys", "begin with 'version: 1'");
        return null;
    }

    private static bool IsBuiltIn(YamlDotNet.Core.Tokens.TagDirective tag) => tag.Handle is "!" or "!!";

    private YamlNode ReadNode(string path, int depth)
    {
        if (depth > Deepest) throw TooDeep(path);
        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            Refuse(alias.Start, path, "an alias (*name) is not allowed", "write the value itself");
            return new YamlRefused(Place(alias.Start));
        }

        if (parser.Accept<NodeEvent>(out var node)) RefuseDecoration(node, path);
        if (parser.TryConsume<Scalar>(out var scalar)) return ReadScalar(scalar, path);
        return parser.TryConsume<SequenceStart>(out var list)
            ? ReadList(list, path, depth)
            : ReadMap(parser.Consume<MappingStart>(), path, depth);
    }

    private YamlNode ReadScalar(Scalar scalar, string path)
    {
        if (scalar.Style is not (ScalarStyle.Literal or ScalarStyle.Folded) && scalar.Start.Line == scalar.End.Line)
            return new YamlScalar(Place(scalar.Start), scalar.Value, scalar.Style != ScalarStyle.Plain);
        Refuse(scalar.Start, path, "a value continues on another line", "keep a value on one line");
        return new YamlRefused(Place(scalar.Start));
    }

    private YamlList ReadList(SequenceStart start, string path, int depth)
    {
        var items = new List<YamlNode>();
        while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(ReadNode($"{path}[{items.Count}]", depth + 1));
        return new YamlList(Place(start.Start), items);
    }

    private YamlMap ReadMap(MappingStart start, string path, int depth)
    {
        var entries = new List<YamlEntry>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var entry = ReadEntry(path, depth);
            if (entry is null) continue;
            if (lines.TryAdd(entry.Key, entry.At.Line)) entries.Add(entry);
            else faults.Add(entry.At, path, $"this key occurs twice; the first is in line {lines[entry.Key]}", "keep one of them");
        }

        return new YamlMap(Place(start.Start), entries);
    }

    private YamlEntry? ReadEntry(string path, int depth)
    {
        var key = ReadNode(path, depth + 1);
        if (key is not YamlScalar { Text: var name } || name.Length == 0)
        {
            faults.Add(key.At, path, "a key is not plain text", "write 'name: value'");
            ReadNode(path, depth + 1);
            return null;
        }

        // The path names only what looks like a name: a key in the wrong place may be a value that lost its own.
        var value = ReadNode(Paths.Join(path, name), depth + 1);
        if (name != "<<") return new YamlEntry(key.At, name, value);
        faults.Add(key.At, path, "a merge key (<<) is not allowed", "write the keys themselves");
        return null;
    }

    private void RefuseDecoration(NodeEvent node, string path)
    {
        if (!node.Anchor.IsEmpty) Refuse(node.Start, path, "an anchor (&name) is not allowed", "remove it; repeat the value where it is needed");
        if (!node.Tag.IsEmpty) Refuse(node.Start, path, "a tag (!name) is not allowed", "remove it; the key defines the type of its value");
    }

    private void Refuse(in Mark at, string path, string message, string remedy) => faults.Add(Place(at), path, message, remedy);

    private TooDeepException TooDeep(string path)
    {
        faults.Add(Place(parser.Current?.Start ?? Mark.Empty), path, $"the nesting is deeper than {Deepest}",
            "remove brackets or indentation that does not belong here");
        return new TooDeepException();
    }

    private static YamlMark Place(in Mark mark) => new((int)mark.Line, (int)mark.Column);

    private static YamlMap? Invalid(YamlMark at, FaultList faults)
    {
        faults.Add(at, "", "this is not valid YAML",
            "check this line and the line before: indentation with spaces, ': ' after a key, quotes and brackets in pairs");
        return null;
    }

    private sealed class TooDeepException : Exception;
}
