namespace Gatehouse.Fixture.Http;

/// <summary>The headers of the Streamable HTTP transport.</summary>
internal static class McpHeaders
{
    public const string ProtocolVersion = "MCP-Protocol-Version";
    public const string SessionId = "Mcp-Session-Id";
    public const string LastEventId = "Last-Event-ID";
    public const string Method = "Mcp-Method";
    public const string Name = "Mcp-Name";
    public const string ParameterPrefix = "Mcp-Param-";
}
