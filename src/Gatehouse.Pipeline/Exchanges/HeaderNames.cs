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

    /// <summary>Proof of possession (RFC 9449 §4.1).</summary>
    public const string DPoP = "DPoP";

    /// <summary>Certificate of the client, from the named proxy that ended TLS (RFC 9440 §2.2).</summary>
    public const string ClientCertificate = "Client-Cert";

    /// <summary>Headers that may occur only once. With two values, two parsers could choose differently.</summary>
    public static IReadOnlyList<string> SingleValued { get; } =
    [
        "Host", "Origin", "Authorization", "Content-Type", "Content-Length", "Transfer-Encoding", "Content-Encoding",
        ProtocolVersion, SessionId, Method, Name, LastEventId, DPoP, ClientCertificate,
    ];
}
