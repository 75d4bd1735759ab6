using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Places;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Inventory.Discovery;

/// <summary>
/// Servers in JetBrains' settings: an element with a name and either a command line of its own fields or the JSON that the settings dialog takes. The
/// exact form is not documented; any element that holds these fields is recognized.
/// </summary>
internal static class JetBrainsServers
{
    public static IEnumerable<ServerEntry> Read(ClientConfigFile file, ConfigNode node, int depth = 0)
    {
        if (depth > ConfigReader.Deepest) yield break;
        var options = node.Members.Where(member => member.Name == "option").Select(member => member.Value).ToList();
        var command = Option(options, "command") ?? Option(options, "programPath");
        var url = Option(options, "url");
        if (command is not null || url is not null)
        {
            var map = new ConfigNode(ConfigNodeKind.Map, node.Line, -1);
            if (command is not null) map.Add("command", command, command.Line, -1);
            if (url is not null) map.Add("url", url, url.Line, -1);
            if ((Option(options, "arguments") ?? Option(options, "args")) is { } arguments) map.Add("args", Split(arguments), node.Line, -1);
            if (options.FirstOrDefault(option => option.TextOf("@name") is "envs" or "env")?["map"] is { } envs)
                map.Add("env", Variables(envs), node.Line, -1);
            yield return ServerEntryReader.Entry(file, Option(options, "name")?.Text ?? "(no name)", map, node.Line);
        }

        if (Json(options) is { } json)
        {
            foreach (var entry in json) yield return entry(file);
        }

        foreach (var entry in node.Members.SelectMany(member => Read(file, member.Value, depth + 1))) yield return entry;
    }

    private static ConfigNode? Option(List<ConfigNode> options, string name) =>
        options.FirstOrDefault(option => option.TextOf("@name") == name)?["@value"] is { Kind: ConfigNodeKind.Text } value && value.Text.Length > 0
            ? value : null;

    private static ConfigNode Split(ConfigNode text)
    {
        var list = new ConfigNode(ConfigNodeKind.List, text.Line, -1);
        foreach (var part in text.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            list.Add(new ConfigNode(ConfigNodeKind.Text, text.Line, -1, part));
        return list;
    }

    private static ConfigNode Variables(ConfigNode map)
    {
        var variables = new ConfigNode(ConfigNodeKind.Map, map.Line, -1);
        foreach (var entry in map.Members.Where(member => member.Name == "entry"))
        {
            if (entry.Value.TextOf("@key") is { } name && entry.Value["@value"] is { } value) variables.Add(name, value, entry.Line, -1);
        }

        return variables;
    }

    private static List<Func<ClientConfigFile, ServerEntry>>? Json(List<ConfigNode> options)
    {
        if (Option(options, "json") is not { } text) return null;
        try
        {
            var root = JsonConfig.Read(System.Text.Encoding.UTF8.GetBytes(text.Text), comments: true);
            return root["mcpServers"] is not { Kind: ConfigNodeKind.Map } servers ? null
                : [.. servers.Members.Select(
                member => new Func<ClientConfigFile, ServerEntry>(file => ServerEntryReader.Entry(file, member.Name, member.Value, text.Line)))];
        }
        catch (ConfigFaultException fault)
        {
            throw new ConfigFaultException(text.Line, $"the JSON in it: {fault.Message}");
        }
    }
}
