using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.Integrity.Schema.Keywords;

/// <summary>The schemas of named members, found without making a string of the name.</summary>
internal sealed class MemberTable
{
    private const int OnStack = 128;

    private readonly FrozenDictionary<string, SchemaNode> nodes;
    private readonly FrozenDictionary<string, SchemaNode>.AlternateLookup<ReadOnlySpan<char>> lookup;

    public MemberTable(IReadOnlyDictionary<string, SchemaNode> nodes)
    {
        this.nodes = nodes.ToFrozenDictionary(StringComparer.Ordinal);
        lookup = this.nodes.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Returns the schema of a member, or null.</summary>
    public SchemaNode? Find(JsonProperty member)
    {
        if (nodes.Count == 0)
            return null;
        var raw = JsonMarshal.GetRawUtf8PropertyName(member);
        if (raw.Length > OnStack || raw.Contains((byte)'\\'))
            return nodes.GetValueOrDefault(member.Name);
        Span<char> name = stackalloc char[OnStack];
        var length = Encoding.UTF8.GetChars(raw, name);
        return lookup.TryGetValue(name[..length], out var node) ? node : null;
    }
}
