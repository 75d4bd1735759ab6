using System.Text;
using System.Text.Json;

namespace Gatehouse.Inventory.Reading;

/// <summary>JSON, strict or with comments and trailing commas, with byte offsets of the file as it is on disk.</summary>
internal static class JsonConfig
{
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    public static ConfigNode Read(ReadOnlySpan<byte> file, bool comments)
    {
        var skipped = file.StartsWith(Mark) ? Mark.Length : 0;
        var bytes = file[skipped..];
        if (bytes.Trim(" \t\r\n"u8).IsEmpty) throw new ConfigFaultException(1, "the file is empty");
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions
        {
            CommentHandling = comments ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow,
            AllowTrailingCommas = comments,
            MaxDepth = ConfigReader.Deepest,
        });
        var lines = new LineMap(bytes);
        try
        {
            var count = 0;
            Step(ref reader);
            var root = Value(ref reader, ref lines, skipped, ref count);
            if (reader.Read()) throw new ConfigFaultException(lines.LineOf(reader.TokenStartIndex), "there is text after the value");
            return root;
        }
        catch (JsonException fault)
        {
            throw new ConfigFaultException((int)(fault.LineNumber ?? 0) + 1, comments
                ? "not well-formed JSON with comments" : "not well-formed JSON");
        }
        catch (InvalidOperationException)
        {
            throw new ConfigFaultException(lines.LineOf(reader.TokenStartIndex), "a string is not valid UTF-8 or has a lone surrogate");
        }
    }

    private static ConfigNode Value(ref Utf8JsonReader reader, ref LineMap lines, int skipped, ref int count)
    {
        if (++count > ConfigReader.MostNodes) throw ConfigFaultException.Limit(lines.LineOf(reader.TokenStartIndex), "too many values");
        var offset = reader.TokenStartIndex;
        var line = lines.LineOf(offset);
        offset += skipped;
        var node = reader.TokenType switch
        {
            JsonTokenType.StartObject => Members(ref reader, ref lines, skipped, ref count, new ConfigNode(ConfigNodeKind.Map, line, offset)),
            JsonTokenType.StartArray => Items(ref reader, ref lines, skipped, ref count, new ConfigNode(ConfigNodeKind.List, line, offset)),
            JsonTokenType.String => new ConfigNode(ConfigNodeKind.Text, line, offset, reader.GetString()!),
            JsonTokenType.Number => new ConfigNode(ConfigNodeKind.Text, line, offset, Encoding.UTF8.GetString(reader.ValueSpan), isQuoted: false),
            JsonTokenType.True => new ConfigNode(ConfigNodeKind.Switch, line, offset, "true"),
            JsonTokenType.False => new ConfigNode(ConfigNodeKind.Switch, line, offset, "false"),
            _ => new ConfigNode(ConfigNodeKind.Nothing, line, offset),
        };
        // The reader is behind the last token of the value.
        node.Range = new ByteRange((int)offset, (int)reader.BytesConsumed + skipped);
        return node;
    }

    private static ConfigNode Members(ref Utf8JsonReader reader, ref LineMap lines, int skipped, ref int count, ConfigNode map)
    {
        for (Step(ref reader); reader.TokenType != JsonTokenType.EndObject; Step(ref reader))
        {
            var name = reader.GetString()!;
            var offset = reader.TokenStartIndex;
            var line = lines.LineOf(offset);
            var range = new ByteRange((int)offset + skipped, (int)offset + skipped + reader.ValueSpan.Length + 2);
            Step(ref reader);
            map.Add(name, Value(ref reader, ref lines, skipped, ref count), line, offset + skipped, range);
        }

        return map;
    }

    private static ConfigNode Items(ref Utf8JsonReader reader, ref LineMap lines, int skipped, ref int count, ConfigNode list)
    {
        for (Step(ref reader); reader.TokenType != JsonTokenType.EndArray; Step(ref reader))
            list.Add(Value(ref reader, ref lines, skipped, ref count));
        return list;
    }

    // The reader throws at the end of an unfinished value itself; this is for an end that it accepts.
    private static void Step(ref Utf8JsonReader reader)
    {
        if (!reader.Read()) throw new ConfigFaultException(1, "the file ends early");
    }
}
