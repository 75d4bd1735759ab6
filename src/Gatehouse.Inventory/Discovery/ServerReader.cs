using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Places;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Inventory.Discovery;

/// <summary>Makes server entries of the content of a file, in the forms that clients use.</summary>
internal static class ServerReader
{
    /// <summary>Most servers of one file.</summary>
    public const int MostServers = 1000;

    public static IReadOnlyList<ServerEntry> Read(ClientConfigFile file, ConfigNode root)
    {
        if (file.Place.Pointers.Length == 0) return [];
        if (file.Place.Format == ConfigFormat.Xml) return [.. JetBrainsServers.Read(file, root)];
        var servers = new List<ServerEntry>();
        foreach (var pointer in file.Place.Pointers.Split('|'))
        {
            foreach (var (found, container) in Follow(root, pointer.Split('/'), []))
            {
                if (pointer.EndsWith("mcp_config", StringComparison.Ordinal))
                    servers.Add(ServerEntryReader.Entry(file, root.TextOf("display_name", "name") ?? "extension", found, found.Line));
                else servers.AddRange(Entries(file, found).Select(server => server with { Container = container }));
            }
        }

        return servers.Count > MostServers ? servers[..MostServers] : servers;
    }

    private static IEnumerable<(ConfigNode Node, string[] Container)> Follow(ConfigNode node, string[] pointer, string[] container)
    {
        if (container.Length == pointer.Length) return [(node, container)];
        var step = pointer[container.Length];
        return node.Members.Where(member => step == "*" || member.Name == step)
            .SelectMany(member => Follow(member.Value, pointer, [.. container, member.Name]));
    }

    private static IEnumerable<ServerEntry> Entries(ClientConfigFile file, ConfigNode servers) => servers.Kind switch
    {
        ConfigNodeKind.Map => servers.Members.Where(member => member.Value.Kind == ConfigNodeKind.Map)
            .Select(member => ServerEntryReader.Entry(file, member.Name, member.Value, member.Line)),
        ConfigNodeKind.List => servers.Items.Where(item => item.Kind == ConfigNodeKind.Map)
            .Select(item => ServerEntryReader.Entry(file, item.TextOf("name") ?? "(no name)",
            item["transport"] is { Kind: ConfigNodeKind.Map } transport ? transport : item, item.Line)),
        _ => [],
    };
}
