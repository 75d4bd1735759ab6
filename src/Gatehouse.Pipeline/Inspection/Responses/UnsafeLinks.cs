using Gatehouse.Pipeline.Uris;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.Inspection.Responses;

/// <summary>
/// Addresses in a server's message that a client would open or show by itself: resources of MCP Apps, wherever content or <c>_meta</c> names one
/// (ST-09), icons that are neither https nor a data image, and page addresses that are no web page (row E11; a client that shows <c>javascript:</c>
/// or <c>file:</c> runs a script or reads a file). The value that contains one is removed as a whole; the bytes around it stay.
/// </summary>
internal sealed class UnsafeLinks
{
    // Values that belong to the tool or the client: their members have no meaning in the protocol.
    private static readonly HashSet<string> Opaque = new(StringComparer.Ordinal)
    {
        "structuredContent", "inputSchema", "outputSchema", "requestedSchema", "arguments", "input",
    };

    /// <summary>Number of contents and members that named a resource of an MCP App.</summary>
    public int Apps { get; private set; }

    /// <summary>Number of icons, and addresses of pages, with other schemes.</summary>
    public int Icons { get; private set; }

    /// <summary>Tells whether the bytes may contain any. It is false for most messages, at the cost of a search for a few words.</summary>
    public static bool MayBeIn(ReadOnlySpan<byte> bytes) =>
        bytes.IndexOf("icon"u8) >= 0 || bytes.IndexOf("websiteUrl"u8) >= 0 || bytes.IndexOf("\\u"u8) >= 0
        || bytes.IndexOf("ui:"u8) >= 0 || bytes.IndexOf("UI:"u8) >= 0 || bytes.IndexOf("Ui:"u8) >= 0 || bytes.IndexOf("uI:"u8) >= 0;

    /// <summary>Returns the value without them; null when it contains none.</summary>
    /// <param name="bytes">Validated JSON.</param>
    /// <param name="value">Place of the value.</param>
    public byte[]? Without(ReadOnlySpan<byte> bytes, ByteRange value) => bytes[value.Start] switch
    {
        (byte)'{' => WithoutMembers(bytes, value, isMeta: false),
        (byte)'[' => WithoutElements(bytes, value, areIcons: false),
        _ => null,
    };

    private byte[]? WithoutMembers(ReadOnlySpan<byte> bytes, ByteRange value, bool isMeta)
    {
        Rest? rest = null;
        var end = value.Start + 1; // of the part that is kept so far
        foreach (var member in JsonWalk.Members(bytes, value))
        {
            var name = JsonWalk.String(bytes, member.Name)!;
            var taken = TakesOut(bytes, name, member.Value, isMeta);
            var changed = taken || Opaque.Contains(name) ? null : Changed(bytes, name, member.Value);
            if (taken || changed is not null) rest ??= new Rest(bytes[value.Start..end]);
            if (!taken)
                rest?.Add(changed is null
                    ? bytes[member.Name.Start..member.Value.End] : [.. bytes[member.Name.Start..member.Value.Start], .. changed]);
            end = member.Value.End;
        }

        return rest?.End((byte)'}');
    }

    private byte[]? Changed(ReadOnlySpan<byte> bytes, string name, ByteRange value) => bytes[value.Start] switch
    {
        (byte)'{' => WithoutMembers(bytes, value, isMeta: name == "_meta"),
        (byte)'[' => WithoutElements(bytes, value, areIcons: name == "icons"),
        _ => null,
    };

    private byte[]? WithoutElements(ReadOnlySpan<byte> bytes, ByteRange value, bool areIcons)
    {
        Rest? rest = null;
        var end = value.Start + 1;
        foreach (var element in JsonWalk.Elements(bytes, value))
        {
            var taken = areIcons && IsBadIcon(bytes, element);
            if (taken) Icons++;
            if (!taken && IsApp(bytes, element))
            {
                taken = true;
                Apps++;
            }

            var changed = taken ? null : Without(bytes, element);
            if (taken || changed is not null) rest ??= new Rest(bytes[value.Start..end]);
            if (!taken) rest?.Add(changed is null ? element.Of(bytes) : changed);
            end = element.End;
        }

        return rest?.End((byte)']');
    }

    private bool TakesOut(ReadOnlySpan<byte> bytes, string name, ByteRange value, bool isMeta)
    {
        var icon = (name == "websiteUrl" && JsonWalk.String(bytes, value) is { } page && !IsWebPage(page))
            || (name == "icon" && JsonWalk.String(bytes, value) is { } image && image.Contains(':', StringComparison.Ordinal) && !IsGoodIcon(image))
            || (name == "icons" && IsBadIcon(bytes, value));
        if (icon) Icons++;
        var app = !icon && (isMeta ? NamesApp(bytes, value) : !Opaque.Contains(name) && IsApp(bytes, value));
        if (app) Apps++;
        return icon || app;
    }

    // An embedded resource, a link to one, the content of one, or a message of a prompt with such content.
    private static bool IsApp(ReadOnlySpan<byte> bytes, ByteRange value)
    {
        if (bytes[value.Start] != (byte)'{') return false;
        foreach (var member in JsonWalk.Members(bytes, value))
        {
            switch (JsonWalk.String(bytes, member.Name))
            {
                case "uri" when ResourceUri.IsApp(JsonWalk.String(bytes, member.Value)):
                case "resource" or "content" when IsApp(bytes, member.Value):
                    return true;
            }
        }

        return false;
    }

    private static bool NamesApp(ReadOnlySpan<byte> bytes, ByteRange value)
    {
        switch (bytes[value.Start])
        {
            case (byte)'"':
                return ResourceUri.IsApp(JsonWalk.String(bytes, value));
            case (byte)'{':
                foreach (var member in JsonWalk.Members(bytes, value))
                {
                    if (NamesApp(bytes, member.Value)) return true;
                }

                return false;
            case (byte)'[':
                foreach (var element in JsonWalk.Elements(bytes, value))
                {
                    if (NamesApp(bytes, element)) return true;
                }

                return false;
            default:
                return false;
        }
    }

    private static bool IsBadIcon(ReadOnlySpan<byte> bytes, ByteRange value) => bytes[value.Start] switch
    {
        (byte)'"' => !IsGoodIcon(JsonWalk.String(bytes, value)!),
        (byte)'{' => JsonWalk.TryFindMember(bytes, value, "src"u8, out var source)
            && !(JsonWalk.String(bytes, source) is { } text && IsGoodIcon(text)),
        _ => false,
    };

    private static bool IsGoodIcon(string text) =>
        text.StartsWith("https:", StringComparison.OrdinalIgnoreCase) || text.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase);

    private static bool IsWebPage(string text) =>
        text.StartsWith("https:", StringComparison.OrdinalIgnoreCase) || text.StartsWith("http:", StringComparison.OrdinalIgnoreCase);

    /// <summary>The part of an object or array that remains after a removal.</summary>
    private sealed class Rest
    {
        private readonly List<byte> kept;
        private bool isEmpty;

        public Rest(ReadOnlySpan<byte> before)
        {
            kept = [.. before];
            isEmpty = before.Length == 1;
        }

        public void Add(ReadOnlySpan<byte> part)
        {
            if (!isEmpty) kept.Add((byte)',');
            isEmpty = false;
            kept.AddRange(part);
        }

        public byte[] End(byte bracket)
        {
            kept.Add(bracket);
            return [.. kept];
        }
    }
}
