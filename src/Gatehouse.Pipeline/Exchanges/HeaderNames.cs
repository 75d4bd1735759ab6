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

    // In the order of RequestHeader.
    private static readonly string[] Names =
    [
        "Host", "Origin", "Authorization", "Content-Type", "Content-Length", "Transfer-Encoding", "Content-Encoding",
        ProtocolVersion, SessionId, Method, Name, LastEventId, "DPoP", "Client-Cert", "Accept", "Trailer",
    ];

    private static readonly FrozenDictionary<string, RequestHeader> Headers =
        Enum.GetValues<RequestHeader>().ToFrozenDictionary(Of, StringComparer.OrdinalIgnoreCase);

    /// <summary>The name of a header.</summary>
    public static string Of(RequestHeader header) => Names[(int)header];

    /// <summary>Finds a header by its name, compared without case (RFC 9110 §5.1).</summary>
    public static bool TryFind(string name, out RequestHeader header) => Headers.TryGetValue(name, out header);

    /// <summary>Tells whether a header may occur only once. With two values, two parsers could choose differently.</summary>
    public static bool IsSingleValued(RequestHeader header) => header < RequestHeader.Accept;
}
