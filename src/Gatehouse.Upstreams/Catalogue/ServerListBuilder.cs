using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Schemas;
using Gatehouse.Pipeline.Uris;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Headers;
using Gatehouse.Protocol.Json;
using Gatehouse.Refusals;

namespace Gatehouse.Upstreams.Catalogue;

/// <summary>A builder of one list from a server's pages. Bounded in entries and bytes.</summary>
internal sealed class ServerListBuilder(ListKind kind, TimeSpan maxAge, SchemaCache schemas)
{
    /// <summary>Most entries of a list.</summary>
    public const int MaxEntries = 10_000;

    /// <summary>Most bytes of a list.</summary>
    public const int MaxBytes = 16 << 20;

    private static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(5);

    private readonly List<ListEntry> entries = [];
    private readonly Dictionary<string, int> names = new(StringComparer.Ordinal);
    private readonly StringBuilder others = new();
    private byte[] resultType = [];
    private bool hasCacheScope;
    private long? ttl;
    private long bytes;
    private bool first = true;

    /// <summary>Adds a page.</summary>
    /// <exception cref="RefusalException">The list is larger than the bound.</exception>
    public void Add(ValidatedMessage page)
    {
        if (first) ReadHead(page);
        first = false;
        if (page.Has(EnvelopeMember.ResultTtlMs)
            && long.TryParse(page.Raw(EnvelopeMember.ResultTtlMs), NumberStyles.None, CultureInfo.InvariantCulture, out var told))
            ttl = ttl is { } before ? Math.Min(before, told) : told;
        hasCacheScope |= page.Has(EnvelopeMember.ResultCacheScope);
        var span = page.Bytes.Span;
        foreach (var range in JsonWalk.Elements(span, page.Range(ListKinds.Entries(kind)))) Add(span, range);
    }

    /// <summary>Number of entries so far.</summary>
    public int Count => entries.Count;

    /// <summary>True when the last page only repeated the page before and its cursor.</summary>
    public bool EndsByRepeat { get; set; }

    /// <summary>True when the last page arrived on an event stream.</summary>
    public bool IsStreamed { get; set; }

    public ServerList Build()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{kind}\n{resultType.Length}\n{others.Length}\n{others}\n{ttl}\n{hasCacheScope}\n{IsStreamed}\n"));
        hash.AppendData(resultType);
        foreach (var entry in entries)
        {
            hash.AppendData(entry.Digest.Span);
            hash.AppendData([entry.IsRepeated ? (byte)1 : (byte)0]);
        }

        return new ServerList(kind, entries, hash.GetHashAndReset())
        {
            IsStreamed = IsStreamed,
            EndsByRepeat = EndsByRepeat,
            ResultType = resultType,
            Others = Encoding.UTF8.GetBytes(others.ToString()),
            TtlMilliseconds = ttl,
            HasCacheScope = hasCacheScope,
            Life = Life(),
        };
    }

    private TimeSpan Life()
    {
        if (ttl is not { } ms) return maxAge;
        var told = TimeSpan.FromMilliseconds(Math.Min(ms, (long)maxAge.TotalMilliseconds));
        return told < ShortestLife && ShortestLife < maxAge ? ShortestLife : told < maxAge ? told : maxAge;
    }

    private void ReadHead(ValidatedMessage page)
    {
        var span = page.Bytes.Span;
        foreach (var member in JsonWalk.Members(span, page.Range(EnvelopeMember.Result)))
        {
            var name = JsonWalk.String(span, member.Name);
            if (name == "resultType") resultType = member.Value.Of(span).ToArray();
            if (name == ListKinds.Member(kind) || name is "resultType" or "nextCursor" or "ttlMs" or "cacheScope") continue;
            if (others.Length > 0) others.Append(',');
            others.Append(Encoding.UTF8.GetString(member.Name.Of(span))).Append(':').Append(Encoding.UTF8.GetString(member.Value.Of(span)));
        }
    }

    // No client can use an entry that is no object or has no name. Of several with one name, the first is the one that is checked and shown.
    private void Add(ReadOnlySpan<byte> span, ByteRange range)
    {
        if (span[range.Start] != (byte)'{' || !JsonWalk.TryFindMember(span, range, ListKinds.Name(kind), out var nameRange)) return;
        if (JsonWalk.String(span, nameRange) is not { } name) return;
        if (!names.TryAdd(name, entries.Count))
        {
            NoteRepeated(names[name], range.Of(span));
            return;
        }

        bytes += range.Length;
        if (entries.Count >= MaxEntries || bytes > MaxBytes) throw new RefusalException(Reasons.UpstreamTooLarge, ListKinds.Method(kind));
        var json = range.Of(span).ToArray();
        entries.Add(new ListEntry(name, json, SHA256.HashData(json))
        {
            Tool = kind == ListKind.Tools ? Tool(name, json) : null,
            Prompt = kind == ListKind.Prompts ? Prompt(json) : null,
            Shape = kind == ListKind.Templates ? new UriTemplateShape(name) : null,
        });
    }

    private void NoteRepeated(int at, ReadOnlySpan<byte> other)
    {
        if (!entries[at].Json.Span.SequenceEqual(other)) entries[at] = entries[at] with { IsRepeated = true };
    }

    private ToolDefinition Tool(string name, byte[] json)
    {
        var input = Member(json, "inputSchema"u8);
        var output = Member(json, "outputSchema"u8);
        var valid = ToolParameterHeaders.TryRead(input.IsEmpty ? "{}"u8.ToArray() : input, out var headers, out var reason);
        return new ToolDefinition(name, valid ? headers : [], reason)
        {
            Input = input.IsEmpty ? null : new ToolSchema(input, schemas),
            Output = output.IsEmpty ? null : new ToolSchema(output, schemas),
        };
    }

    private static PromptDefinition? Prompt(byte[] json)
    {
        var arguments = Member(json, "arguments"u8);
        if (arguments.IsEmpty || arguments.Span[0] != (byte)'[') return null;
        List<string> required = [];
        var span = arguments.Span;
        foreach (var argument in JsonWalk.Elements(span, new ByteRange(0, span.Length)))
        {
            if (span[argument.Start] != (byte)'{'
                || !JsonWalk.TryFindMember(span, argument, "required"u8, out var flag) || !flag.Of(span).SequenceEqual("true"u8)) continue;
            if (JsonWalk.TryFindMember(span, argument, "name"u8, out var name) && JsonWalk.String(span, name) is { } text)
                required.Add(text);
        }

        return new PromptDefinition(required);
    }

    private static ReadOnlyMemory<byte> Member(byte[] json, ReadOnlySpan<byte> name) =>
        JsonWalk.TryFindMember(json, new ByteRange(0, json.Length), name, out var found) ? json.AsMemory(found.Start, found.Length) : default;
}
