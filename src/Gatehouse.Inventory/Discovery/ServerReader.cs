using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Places;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Inventory.Discovery;

/// <summary>Makes server entries of the content of a file, in the forms that clients use.</summary>
internal static class ServerReader
{
    /// <summary>Most servers of one file.</summary>
    public const int MostServers = 1000;

    /// <summary>Returns the servers of a file.</summary>
    public static IReadOnlyList<ServerEntry> Read(ClientConfigFile file, ConfigNode root) => Read(file, root, out _);

    /// <summary>Returns the servers of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="root">Its content.</param>
    /// <param name="isCut">True when the file has more servers than are returned.</param>
    public static IReadOnlyList<ServerEntry> Read(ClientConfigFile file, ConfigNode root, out bool isCut)
    {
        // An entry takes much more memory than its text: no more are made than are returned (CWE-400).
        var servers = Of(file, root).Take(MostServers + 1).ToList();
        isCut = servers.Count > MostServers;
        return isCut ? servers[..MostServers] : servers;
    }

    private static IEnumerable<ServerEntry> Of(ClientConfigFile file, ConfigNode root)
    {
        if (file.Place.Pointers.Length == 0) return [];
        if (file.Place.Format == ConfigFormat.Xml) return JetBrainsServers.Read(file, root);
        return file.Place.Pointers.Split('|').SelectMany(pointer => Follow(root, pointer.Split('/'), []).SelectMany(found =>
            pointer.EndsWith("mcp_config", StringComparison.Ordinal)
                ? [ServerEntryReader.Entry(file, root.TextOf("display_name", "name") ?? "extension", found.Node, found.Node.Line)]
                : Entries(file, found.Node).Select(server => server with { Container = found.Container })));
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
        // An entry that is null is named: a client may fill it, or take the name from elsewhere.
        ConfigNodeKind.Map => servers.Members.Where(member => member.Value.Kind is ConfigNodeKind.Map or ConfigNodeKind.Nothing)
            .Select(member => ServerEntryReader.Entry(file, member.Name, member.Value, member.Line)),
        ConfigNodeKind.List => servers.Items.Where(item => item.Kind == ConfigNodeKind.Map)
            .Select(item => ServerEntryReader.Entry(file, item.TextOf("name") ?? "(no name)",
            item["transport"] is { Kind: ConfigNodeKind.Map } transport ? transport : item, item.Line)),
        _ => [],
    };
}
