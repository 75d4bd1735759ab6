using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Reading;

/// <summary>A value of a configuration file of any format, with its place.</summary>
internal sealed class ConfigNode(ConfigNodeKind kind, int line, long offset, string text = "", bool isQuoted = true)
{
    private readonly List<ConfigMember> members = [];
    private readonly List<ConfigNode> items = [];

    public ConfigNodeKind Kind { get; } = kind;

    public int Line { get; } = line;

    public long Offset { get; } = offset;

    /// <summary>The text of a scalar. Empty for others.</summary>
    public string Text { get; } = text;

    /// <summary>False for a number, a date, or a plain scalar of YAML. The difference matters only for comparisons.</summary>
    public bool IsQuoted { get; } = isQuoted;

    /// <summary>
    /// The value as it is written, from its first to its last byte. Null where it has no single place of its own (a table of TOML) or a form that is
    /// not edited (XML; in YAML anchors, tags, texts over several lines). The range of a block list in YAML begins at the first dash.
    /// </summary>
    public ByteRange? Range { get; set; }

    /// <summary>True when it is a list or map of YAML in block style, without brackets.</summary>
    public bool IsBlock { get; init; }

    /// <summary>Members in order. A name may occur twice: clients differ in which one they take, so both count.</summary>
    public IReadOnlyList<ConfigMember> Members => members;

    public IReadOnlyList<ConfigNode> Items => items;

    public bool IsTrue => Kind == ConfigNodeKind.Switch && Text == "true";

    public ConfigNode? this[string name] => members.LastOrDefault(member => member.Name == name)?.Value;

    /// <summary>Returns the text of a member that is a text; otherwise null.</summary>
    public string? TextOf(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (this[name] is { Kind: ConfigNodeKind.Text } node) return node.Text;
        }

        return null;
    }

    public void Add(string name, ConfigNode value, int line, long offset, ByteRange? range = null) =>
        members.Add(new(name, value, line, offset, range));

    public void Add(ConfigNode item) => items.Add(item);

    /// <summary>Returns the same value without lines, offsets and ranges.</summary>
    public ConfigNode WithoutPlaces()
    {
        var bare = new ConfigNode(Kind, 0, -1, Text, IsQuoted);
        foreach (var member in members) bare.Add(member.Name, member.Value.WithoutPlaces(), 0, -1);
        foreach (var item in items) bare.Add(item.WithoutPlaces());
        return bare;
    }

    public SourceLocation PlaceIn(string file) => new(file, Line, Offset);
}
