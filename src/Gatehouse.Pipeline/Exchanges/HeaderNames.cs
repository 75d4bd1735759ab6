using System.Collections.Frozen;

namespace Gatehouse.Pipeline.Exchanges;

/// <summary>Names of the headers that stages read.</summary>
public static class HeaderNames
{
    /// <summary>Protocol revision.</summary>
    public const string ProtocolVersion = "MCP-Protocol-Version";

    /// <summary>Session handle (legacy era).</summary>
    public const string SessionId = "Mcp-Session-Id";

    /// <summary>Mirrored method (modern era).</summary>
    public const string Method = "Mcp-Method";

    /// <summary>Mirrored name (modern era).</summary>
    public const string Name = "Mcp-Name";

    /// <summary>Prefix of mirrored parameters (modern era).</summary>
    public const string ParameterPrefix = "Mcp-Param-";

    /// <summary>Position to resume from (legacy era).</summary>
    public const string LastEventId = "Last-Event-ID";

    /// <summary>Number of the headers that stages read.</summary>
    public const int Count = 16;

    // Each name, and whether the header may occur only once.
    private static readonly Dictionary<RequestHeader, (string Name, bool IsSingleValued)> Known = new(Count)
    {
        [RequestHeader.Host] = ("Host", true),
        [RequestHeader.Origin] = ("Origin", true),
        [RequestHeader.Authorization] = ("Authorization", true),
        [RequestHeader.ContentType] = ("Content-Type", true),
        [RequestHeader.ContentLength] = ("Content-Length", true),
        [RequestHeader.TransferEncoding] = ("Transfer-Encoding", true),
        [RequestHeader.ContentEncoding] = ("Content-Encoding", true),
        [RequestHeader.ProtocolVersion] = (ProtocolVersion, true),
        [RequestHeader.SessionId] = (SessionId, true),
        [RequestHeader.Method] = (Method, true),
        [RequestHeader.Name] = (Name, true),
        [RequestHeader.LastEventId] = (LastEventId, true),
        [RequestHeader.DPoP] = ("DPoP", true),
        [RequestHeader.ClientCertificate] = ("Client-Cert", true),
        [RequestHeader.Accept] = ("Accept", false),
        [RequestHeader.Trailer] = ("Trailer", false),
    };

    private static readonly FrozenDictionary<string, RequestHeader> Headers =
        Known.ToFrozenDictionary(static header => header.Value.Name, static header => header.Key, StringComparer.OrdinalIgnoreCase);

    /// <summary>The headers that may occur only once, in the order in which a repeated one is reported.</summary>
    /// <remarks>Threat: of two values, two parsers could choose differently (CWE-444).</remarks>
    public static IReadOnlyList<RequestHeader> SingleValued { get; } =
        [.. Known.Where(static header => header.Value.IsSingleValued).Select(static header => header.Key).Order()];

    /// <summary>The name of a header.</summary>
    public static string Of(RequestHeader header) => Known[header].Name;

    /// <summary>Finds a header by its name, compared without case (RFC 9110 §5.1).</summary>
    public static bool TryFind(string name, out RequestHeader header) => Headers.TryGetValue(name, out header);
}
