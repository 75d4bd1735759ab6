using System.Text.Json;
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

    /// <summary>Returns the value without them; null when it contains none. Each value is visited once.</summary>
    /// <param name="message">A validated message.</param>
    /// <param name="value">Place of the value.</param>
    public ReadOnlyMemory<byte>? Without(ReadOnlyMemory<byte> message, ByteRange value)
    {
        var cuts = new JsonCuts(message, value);
        var reader = new Utf8JsonReader(value.Of(message.Span));
        reader.Read();
        Visit(ref reader, cuts, "", isElement: false, inMeta: false);
        return cuts.Rest;
    }

    // The name is that of the member, or of the one whose array has the element.
    private Found Visit(ref Utf8JsonReader reader, JsonCuts cuts, string name, bool isElement, bool inMeta) => reader.TokenType switch
    {
        JsonTokenType.StartObject => VisitMembers(ref reader, cuts, isIcon: name == "icons", isMeta: name == "_meta", inMeta),
        JsonTokenType.StartArray => VisitElements(ref reader, cuts, areIcons: name == "icons" && !isElement, inMeta),
        JsonTokenType.String => OfText(ref reader, name, inMeta),
        _ => Found.Nothing,
    };

    private Found VisitMembers(ref Utf8JsonReader reader, JsonCuts cuts, bool isIcon, bool isMeta, bool inMeta)
    {
        var found = Found.Nothing;
        var parts = cuts.Within();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            parts.Begin(reader.TokenStartIndex);
            var before = (Apps, Icons);
            var name = reader.GetString()!;
            var isOpaque = Opaque.Contains(name);
            reader.Read();
            var isText = reader.TokenType == JsonTokenType.String;
            var value = Found.Nothing;
            if (isOpaque && !isMeta && !inMeta) reader.Skip();
            else value = Visit(ref reader, cuts, name, isElement: false, isMeta || inMeta);
            found |= value & Found.AppName;
            if ((name == "uri" && isText && value.HasFlag(Found.AppName)) || (name is "resource" or "content" && value.HasFlag(Found.App)))
                found |= Found.App;
            if (isIcon && name == "src" && (!isText || value.HasFlag(Found.BadIcon))) found |= Found.BadIcon;
            var taken = name is "websiteUrl" or "icon" or "icons" ? value & Found.BadIcon : Found.Nothing;
            if (taken == Found.Nothing && value.HasFlag(isMeta ? Found.AppName : Found.App) && (isMeta || !isOpaque)) taken = Found.App;
            End(ref parts, reader.BytesConsumed, taken, before, isOpaque);
        }

        return found;
    }

    private Found VisitElements(ref Utf8JsonReader reader, JsonCuts cuts, bool areIcons, bool inMeta)
    {
        var found = Found.Nothing;
        var parts = cuts.Within();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            parts.Begin(reader.TokenStartIndex);
            var before = (Apps, Icons);
            var value = Visit(ref reader, cuts, areIcons ? "icons" : "", isElement: true, inMeta);
            found |= value & Found.AppName;
            var taken = areIcons && value.HasFlag(Found.BadIcon) ? Found.BadIcon : value & Found.App;
            End(ref parts, reader.BytesConsumed, taken, before, isOpaque: false);
        }

        return found;
    }

    // What is taken out as a whole counts once.
    private void End(ref JsonCuts.Parts parts, long position, Found taken, (int Apps, int Icons) before, bool isOpaque)
    {
        if (taken != Found.Nothing || isOpaque) (Apps, Icons) = before;
        if (taken == Found.BadIcon) Icons++;
        if (taken == Found.App) Apps++;
        if (taken != Found.Nothing) parts.Take(position);
        else if (isOpaque) parts.KeepWhole(position);
        else parts.Keep(position);
    }

    private static Found OfText(ref Utf8JsonReader reader, string name, bool inMeta)
    {
        if (!inMeta && name is not ("uri" or "src" or "icon" or "icons" or "websiteUrl")) return Found.Nothing;
        var text = reader.GetString()!;
        var isBad = name switch
        {
            "websiteUrl" => !IsWebPage(text),
            "icon" => text.Contains(':', StringComparison.Ordinal) && !IsGoodIcon(text),
            "icons" or "src" => !IsGoodIcon(text),
            _ => false,
        };
        return (isBad ? Found.BadIcon : Found.Nothing) | (ResourceUri.IsApp(text) ? Found.AppName : Found.Nothing);
    }

    private static bool IsGoodIcon(string text) =>
        text.StartsWith("https:", StringComparison.OrdinalIgnoreCase) || text.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase);

    private static bool IsWebPage(string text) =>
        text.StartsWith("https:", StringComparison.OrdinalIgnoreCase) || text.StartsWith("http:", StringComparison.OrdinalIgnoreCase);

    [Flags]
    private enum Found
    {
        Nothing = 0,

        // an embedded resource, a link to one, the content of one, or a message of a prompt with such content
        App = 1,

        // a text that names an app, at any depth; outside of _meta only where it is looked for
        AppName = 2,
        BadIcon = 4,
    }
}
