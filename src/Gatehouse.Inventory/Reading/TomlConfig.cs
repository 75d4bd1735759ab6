using System.Globalization;
using System.Text;

namespace Gatehouse.Inventory.Reading;

/// <summary>
/// TOML 1.0, as strict as the specification where it says what is invalid: a key or table that is there twice, a table that is
/// reopened through an array, a text that is not closed. Numbers and dates are checked for their form and kept as written.
/// </summary>
internal sealed class TomlConfig
{
    private readonly byte[] bytes;
    private readonly HashSet<ConfigNode> defined = [];
    private readonly HashSet<ConfigNode> closed = [];
    private readonly HashSet<ConfigNode> dotted = [];
    private readonly HashSet<ConfigNode> tableLists = [];
    private readonly Dictionary<ConfigNode, Dictionary<string, ConfigNode>> members = [];
    private readonly IEqualityComparer<string> names;
    private readonly int skipped;
    private int at;
    private int line = 1;
    private int count;
    private int ended; // behind the last key that was read

    /// <param name="bytes">The file.</param>
    /// <param name="names">Compares names of one table. A test counts with it.</param>
    public TomlConfig(ReadOnlySpan<byte> bytes, IEqualityComparer<string>? names = null)
    {
        this.names = names ?? StringComparer.Ordinal;
        skipped = bytes.StartsWith("\uFEFF"u8) ? 3 : 0;
        this.bytes = [.. bytes[skipped..], (byte)'\n'];
    }

    // The place in the file, whose mark at the start is not among the bytes that are read.
    private int Place => at + skipped;

    private byte Now => at < bytes.Length ? bytes[at] : (byte)0;

    private bool IsEnd => at >= bytes.Length;

    public ConfigNode Read()
    {
        if (!System.Text.Unicode.Utf8.IsValid(bytes)) throw Fault("not valid UTF-8");
        var root = Table();
        var current = root;
        for (SkipBlank(); !IsEnd; SkipBlank())
        {
            if (Now == '[') current = Header(root);
            else Pair(current, []);
            EndOfLine();
        }

        return root;
    }

    private ConfigNode Table() => Count(new ConfigNode(ConfigNodeKind.Map, line, Place));

    private ConfigNode Header(ConfigNode root)
    {
        var isList = bytes.AsSpan(at).StartsWith("[["u8);
        at += isList ? 2 : 1;
        SkipSpace();
        var keys = Keys();
        Expect(isList ? "]]" : "]");
        var parent = root;
        foreach (var key in keys[..^1]) parent = Descend(parent, key);
        return isList ? NewItem(parent, keys[^1]) : NewTable(parent, keys[^1]);
    }

    private ConfigNode Descend(ConfigNode table, string key)
    {
        var child = Find(table, key);
        if (child is null)
        {
            child = Table();
            Add(table, key, child, line, Place);
        }

        if (child.Kind == ConfigNodeKind.List && tableLists.Contains(child)) child = child.Items[^1];
        if (child.Kind != ConfigNodeKind.Map || closed.Contains(child)) throw Fault($"'{key}' is not a table that can be extended");
        return child;
    }

    private ConfigNode NewTable(ConfigNode parent, string key)
    {
        var table = Find(parent, key);
        if (table is null)
        {
            table = Table();
            Add(parent, key, table, line, Place);
        }
        else if (table.Kind != ConfigNodeKind.Map || closed.Contains(table) || defined.Contains(table) || dotted.Contains(table))
        {
            throw Fault($"the table '{key}' occurs twice");
        }

        defined.Add(table);
        return table;
    }

    private ConfigNode NewItem(ConfigNode parent, string key)
    {
        var list = Find(parent, key);
        if (list is null)
        {
            list = Count(new ConfigNode(ConfigNodeKind.List, line, Place));
            tableLists.Add(list);
            Add(parent, key, list, line, Place);
        }
        else if (!tableLists.Contains(list))
        {
            throw Fault($"'{key}' is not a list of tables");
        }

        var item = Table();
        defined.Add(item);
        list.Add(item);
        return item;
    }

    private void Pair(ConfigNode table, HashSet<ConfigNode> mine)
    {
        var (line, offset) = (this.line, Place);
        var keys = Keys();
        var name = new ByteRange(offset, ended);
        foreach (var key in keys[..^1])
        {
            var child = Find(table, key);
            if (child is null)
            {
                child = Table();
                dotted.Add(child);
                mine.Add(child);
                Add(table, key, child, line, offset);
            }
            else if (child.Kind != ConfigNodeKind.Map || closed.Contains(child) || defined.Contains(child) || !dotted.Contains(child))
            {
                throw Fault($"'{key}' is not a table that can be extended");
            }

            table = child;
        }

        Expect("=");
        SkipSpace();
        if (Find(table, keys[^1]) is not null) throw Fault($"'{keys[^1]}' occurs twice");
        Add(table, keys[^1], Value(0), line, offset, name);
    }

    // Each key is looked up before it is added. A search through the members would take a time that grows with the square of the file (CWE-407).
    private ConfigNode? Find(ConfigNode table, string key) => members.TryGetValue(table, out var known) ? known.GetValueOrDefault(key) : null;

    private void Add(ConfigNode table, string key, ConfigNode value, int line, long offset, ByteRange? name = null)
    {
        if (!members.TryGetValue(table, out var known)) members[table] = known = new Dictionary<string, ConfigNode>(names);
        known[key] = value;
        table.Add(key, value, line, offset, name);
    }

    private List<string> Keys()
    {
        var keys = new List<string>();
        do
        {
            SkipSpace();
            if (keys.Count == ConfigReader.Deepest) throw Fault("too deep");
            keys.Add(Key());
            ended = Place;
            SkipSpace();
        }
        while (Take('.'));
        return keys;
    }

    private string Key()
    {
        if (Now == '"') return BasicText();
        if (Now == '\'') return LiteralText();
        var start = at;
        while (char.IsAsciiLetterOrDigit((char)Now) || Now is (byte)'_' or (byte)'-') at++;
        if (at == start) throw Fault("a key is missing");
        return Encoding.UTF8.GetString(bytes, start, at - start);
    }

    private ConfigNode Value(int depth)
    {
        if (depth > ConfigReader.Deepest) throw Fault("too deep");
        var start = Place;
        var node = Written(depth);
        node.Range = new ByteRange(start, Place);
        return node;
    }

    private ConfigNode Written(int depth)
    {
        var (line, offset) = (this.line, (long)Place);
        ConfigNode Text(string text) => Count(new ConfigNode(ConfigNodeKind.Text, line, offset, text));
        var rest = bytes.AsSpan(at);
        if (rest.StartsWith("\"\"\""u8)) return Text(LongText('"'));
        if (rest.StartsWith("'''"u8)) return Text(LongText('\''));
        return Now switch
        {
            (byte)'"' => Text(BasicText()),
            (byte)'\'' => Text(LiteralText()),
            (byte)'[' => List(depth),
            (byte)'{' => Inline(depth),
            _ => Bare(line, offset),
        };
    }

    private ConfigNode Bare(int line, long offset)
    {
        var start = at;
        while (char.IsAsciiLetterOrDigit((char)Now) || Now is (byte)'_' or (byte)'-' or (byte)'+' or (byte)'.' or (byte)':') at++;
        // A date and its time may be parted by one space.
        if (at - start == 10 && bytes[start + 4] == '-' && Now == ' ' && char.IsAsciiDigit((char)bytes[Math.Min(at + 1, bytes.Length - 1)]))
        {
            at++;
            while (char.IsAsciiLetterOrDigit((char)Now) || Now is (byte)'-' or (byte)'+' or (byte)'.' or (byte)':') at++;
        }

        var text = Encoding.ASCII.GetString(bytes, start, at - start);
        if (text is "true" or "false") return Count(new ConfigNode(ConfigNodeKind.Switch, line, offset, text));
        if (!TomlNumbers.IsNumberOrDate(text)) throw Fault("a value is missing or has no valid form");
        return Count(new ConfigNode(ConfigNodeKind.Text, line, offset, text, isQuoted: false));
    }

    private ConfigNode List(int depth)
    {
        var list = Count(new ConfigNode(ConfigNodeKind.List, line, Place));
        at++;
        for (SkipBlank(); !Take(']'); SkipBlank())
        {
            list.Add(Value(depth + 1));
            SkipBlank();
            if (Now != ']') Expect(",");
        }

        return list;
    }

    private ConfigNode Inline(int depth)
    {
        var table = Table();
        var mine = new HashSet<ConfigNode>();
        at++;
        SkipSpace();
        if (Take('}')) return Close(table, mine);
        while (true)
        {
            if (depth > ConfigReader.Deepest) throw Fault("too deep");
            InlinePair(table, mine, depth);
            SkipSpace();
            if (Take('}')) return Close(table, mine);
            Expect(",");
        }
    }

    private void InlinePair(ConfigNode table, HashSet<ConfigNode> mine, int depth)
    {
        SkipSpace();
        var (line, offset) = (this.line, Place);
        var keys = Keys();
        var name = new ByteRange(offset, ended);
        foreach (var key in keys[..^1])
        {
            var child = Find(table, key);
            if (child is null)
            {
                child = Table();
                mine.Add(child);
                Add(table, key, child, line, offset);
            }
            else if (!mine.Contains(child))
            {
                throw Fault($"'{key}' is not a table that can be extended");
            }

            table = child;
        }

        Expect("=");
        SkipSpace();
        if (Find(table, keys[^1]) is not null) throw Fault($"'{keys[^1]}' occurs twice");
        Add(table, keys[^1], Value(depth + 1), line, offset, name);
    }

    private ConfigNode Close(ConfigNode table, HashSet<ConfigNode> mine)
    {
        closed.Add(table);
        closed.UnionWith(mine);
        return table;
    }

    private string LiteralText()
    {
        var start = ++at;
        while (Now != '\'')
        {
            if (IsEnd || IsControl(Now)) throw Fault("a string is not closed");
            at++;
        }

        return Encoding.UTF8.GetString(bytes, start, at++ - start);
    }

    private string BasicText()
    {
        at++;
        var text = new List<byte>();
        while (Now != '"')
        {
            if (IsEnd || IsControl(Now)) throw Fault("a string is not closed");
            if (Now == '\\') Escape(text);
            else text.Add(bytes[at++]);
        }

        at++;
        return Encoding.UTF8.GetString([.. text]);
    }

    private string LongText(char quote)
    {
        at += 3;
        if (Now == '\r' && bytes[at + 1] == '\n') at++;
        if (Now == '\n') NewLine();
        var text = new List<byte>();
        while (true)
        {
            if (IsEnd) throw Fault("a string is not closed");
            if (Now == quote && ClosesAt(text, quote)) return Encoding.UTF8.GetString([.. text]);
            if (quote == '"' && Now == '\\') LongEscape(text);
            else TakeLong(text);
        }
    }

    private bool ClosesAt(List<byte> text, char quote)
    {
        var run = 0;
        while (at + run < bytes.Length && bytes[at + run] == quote) run++;
        if (run < 3)
        {
            for (; run > 0; run--) text.Add(bytes[at++]);
            return at > bytes.Length;
        }

        if (run > 5) throw Fault("too many quotes");
        for (var extra = run - 3; extra > 0; extra--) text.Add((byte)quote);
        at += run;
        return true;
    }

    private void TakeLong(List<byte> text)
    {
        if (IsEnd) return;
        if (Now == '\n')
        {
            text.Add((byte)'\n');
            NewLine();
        }
        else if (Now == '\r' && bytes[at + 1] == '\n')
        {
            at++;
        }
        else if (IsControl(Now))
        {
            throw Fault("a control character in a string");
        }
        else
        {
            text.Add(bytes[at++]);
        }
    }

    private void LongEscape(List<byte> text)
    {
        var look = at + 1;
        while (look < bytes.Length && bytes[look] is (byte)' ' or (byte)'\t') look++;
        if (look < bytes.Length && (bytes[look] == '\n' || (bytes[look] == '\r' && look + 1 < bytes.Length && bytes[look + 1] == '\n')))
        {
            at = look;
            while (Now is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
            {
                if (Now == '\r' && bytes[at + 1] != '\n') throw Fault("a control character in a string");
                if (Now == '\n') NewLine();
                else at++;
            }

            return;
        }

        Escape(text);
    }

    private void Escape(List<byte> text)
    {
        at++;
        var escaped = (char)Now;
        at++;
        switch (escaped)
        {
            case 'b': text.Add(8); break;
            case 't': text.Add(9); break;
            case 'n': text.Add(10); break;
            case 'f': text.Add(12); break;
            case 'r': text.Add(13); break;
            case '"' or '\\': text.Add((byte)escaped); break;
            case 'u': CodePoint(text, 4); break;
            case 'U': CodePoint(text, 8); break;
            default: throw Fault("an escape that does not exist");
        }
    }

    private void CodePoint(List<byte> text, int digits)
    {
        if (at + digits > bytes.Length || !bytes.AsSpan(at, digits).ContainsOnlyHex()
            || !int.TryParse(Encoding.ASCII.GetString(bytes, at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            || !Rune.IsValid(value))
        {
            throw Fault("an escape that is no character");
        }

        at += digits;
        Span<byte> encoded = stackalloc byte[4];
        text.AddRange(encoded[..new Rune(value).EncodeToUtf8(encoded)]);
    }

    private void SkipSpace()
    {
        while (Now is (byte)' ' or (byte)'\t') at++;
    }

    private void SkipBlank()
    {
        while (!IsEnd)
        {
            if (Now is (byte)' ' or (byte)'\t') at++;
            else if (Now == '\n') NewLine();
            else if (Now == '\r' && at + 1 < bytes.Length && bytes[at + 1] == '\n') at++;
            else if (Now == '#') Comment();
            else return;
        }
    }

    private void Comment()
    {
        while (!IsEnd && Now != '\n' && !(Now == '\r' && bytes[at + 1] == '\n'))
        {
            if (IsControl(Now)) throw Fault("a control character in a comment");
            at++;
        }
    }

    private void EndOfLine()
    {
        SkipSpace();
        if (Now == '#') Comment();
        if (Now == '\r' && at + 1 < bytes.Length && bytes[at + 1] == '\n') at++;
        if (!IsEnd && Now != '\n') throw Fault("there is text after the value");
    }

    private void NewLine()
    {
        at++;
        line++;
    }

    private bool Take(char wanted)
    {
        if (IsEnd || Now != wanted) return false;
        at++;
        return true;
    }

    private void Expect(string wanted)
    {
        if (!bytes.AsSpan(at).StartsWith(Encoding.ASCII.GetBytes(wanted))) throw Fault($"'{wanted}' is missing");
        at += wanted.Length;
    }

    private ConfigNode Count(ConfigNode node) => ++count > ConfigReader.MostNodes ? throw ConfigFaultException.Limit(line, "too many values") : node;

    private ConfigFaultException Fault(string message) => new(line, message);

    private static bool IsControl(byte value) => (value < 0x20 && value != '\t') || value == 0x7F;
}
