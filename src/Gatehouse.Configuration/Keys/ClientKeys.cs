using System.Collections.Frozen;

namespace Gatehouse.Configuration.Keys;

/// <summary>
/// Keys that MCP clients have for their servers. People paste the entry of a client, and none of the keys here is near to the one that they need.
/// </summary>
internal static class ClientKeys
{
    private static readonly FrozenDictionary<string, string> Remedies = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["mcpServers"] = "write 'servers'",
        ["mcp_servers"] = "write 'servers'",
        ["context_servers"] = "write 'servers'",
        ["servers.type"] = "remove it; 'url' or 'command' tells the transport",
        ["servers.transport"] = "remove it; 'url' or 'command' tells the transport",
        ["servers.args"] = "write the program and its arguments in one list, as in 'command: [npx, -y, \"@scope/tool@1.0.0\"]'",
        ["servers.env"] = "write 'environment', and 'secrets' for values that are secrets",
        ["servers.envs"] = "write 'environment', and 'secrets' for values that are secrets",
        ["servers.cwd"] = "write 'workingDirectory'",
        ["servers.headers"] = "write 'credential' with 'header' and 'value'",
        ["servers.http_headers"] = "write 'credential' with 'header' and 'value'",
        ["servers.serverUrl"] = "write 'url'",
        ["servers.httpUrl"] = "write 'url'",
        ["servers.timeout"] = "write 'limits: { deadline: 60s }'",
        ["servers.disabled"] = "remove it; a server that is not to be used has no entry",
        ["servers.enabled"] = "remove it; a server that is not to be used has no entry",
        ["servers.autoApprove"] = "remove it; 'policy' decides which calls need an approval",
        ["servers.alwaysAllow"] = "remove it; 'policy' decides which calls need an approval",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Returns what to write in place of a key; null when no client has it.</summary>
    /// <param name="section">The path of the section in the table, such as <c>servers</c>; empty at the top.</param>
    /// <param name="name">The key as written.</param>
    public static string? Find(string section, string name) => Remedies.GetValueOrDefault(section.Length == 0 ? name : $"{section}.{name}");
}
