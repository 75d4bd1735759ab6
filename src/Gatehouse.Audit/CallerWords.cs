namespace Gatehouse.Audit;

/// <summary>
/// Fields of an entry with a text that the caller chose freely: it is no method, name or server that the gateway knows. Such a text can name a
/// person, so it is sealed (DP-03).
/// </summary>
[Flags]
public enum CallerWords
{
    /// <summary>All texts are known.</summary>
    None = 0,

    /// <summary>The HTTP method is none of RFC 9110 and RFC 5789.</summary>
    Verb = 1,

    /// <summary>The JSON-RPC method is in no revision of MCP.</summary>
    Method = 2,

    /// <summary>The tool or prompt is not known to be in the server's list.</summary>
    Name = 4,

    /// <summary>The server is not in the configuration.</summary>
    Server = 8,
}
