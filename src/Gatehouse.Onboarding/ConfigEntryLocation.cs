using Gatehouse.Inventory.Reading;

namespace Gatehouse.Onboarding;

/// <summary>An entry within a file that was read, with the values that start its server.</summary>
internal sealed class ConfigEntryLocation
{
    private ConfigEntryLocation(ConfigNode entry, ConfigNode holder, ConfigMember command, ConfigMember? arguments)
    {
        Entry = entry;
        Holder = holder;
        Command = command;
        Arguments = arguments;
    }

    /// <summary>The entry.</summary>
    public ConfigNode Entry { get; }

    /// <summary>The map that names the program: the entry, or in Zed a map within it.</summary>
    public ConfigNode Holder { get; }

    /// <summary>The member that names the program: a text, or a list whose first item is the program.</summary>
    public ConfigMember Command { get; }

    /// <summary>The member that holds the arguments, or null when there is none.</summary>
    public ConfigMember? Arguments { get; }

    /// <summary>The list that arguments are put into, or null when there is none.</summary>
    public ConfigNode? List => Command.Value.Kind == ConfigNodeKind.List ? Command.Value : Arguments?.Value;

    /// <summary>Finds the entry, or returns the reason why it cannot be edited there.</summary>
    /// <param name="root">The file.</param>
    /// <param name="container">Names that lead to the map or list of servers.</param>
    /// <param name="name">Name of the entry.</param>
    /// <param name="reason">The reason; empty when there is no such entry.</param>
    public static ConfigEntryLocation? Find(ConfigNode root, IReadOnlyList<string> container, string name, out string reason)
    {
        reason = "";
        var node = root;
        foreach (var step in container)
        {
            if (Only(node, step, ref reason) is not { } next) return null;
            node = next.Value;
        }

        if (EntryOf(node, name, ref reason) is not { } entry) return null;
        var site = Of(entry, ref reason);
        if (site is null || !IsShared(root, site)) return site;
        reason = "another place of the file uses parts of it (an alias)";
        return null;
    }

    private static ConfigNode? EntryOf(ConfigNode container, string name, ref string reason)
    {
        if (container.Kind == ConfigNodeKind.Map) return Only(container, name, ref reason)?.Value;
        var found = container.Items.Where(item => item.Kind == ConfigNodeKind.Map && item.TextOf("name") == name).ToList();
        if (found.Count > 1) reason = $"the name '{name}' occurs {found.Count} times";
        if (found.Count != 1) return null;
        return found[0]["transport"] is { Kind: ConfigNodeKind.Map } transport ? transport : found[0];
    }

    private static ConfigEntryLocation? Of(ConfigNode entry, ref string reason)
    {
        if (entry.Kind != ConfigNodeKind.Map) return null;
        var holder = entry["command"] is { Kind: ConfigNodeKind.Map } inner ? inner : entry;
        string[] names = ["command", "cmd", "path"];
        var named = names.Where(name => holder[name] is { Kind: ConfigNodeKind.Text or ConfigNodeKind.List }).ToList();
        if (named.Count == 0)
        {
            reason = "it names no program";
            return null;
        }

        if (named is ["command", "cmd", ..])
        {
            reason = "it names its program twice ('command' and 'cmd')";
            return null;
        }

        if (Only(holder, named[0], ref reason) is not { } command) return null;
        var arguments = holder["args"] is null ? null : Only(holder, "args", ref reason);
        return holder["args"] is not null && arguments is null ? null : new ConfigEntryLocation(entry, holder, command, arguments);
    }

    private static ConfigMember? Only(ConfigNode map, string name, ref string reason)
    {
        var found = map.Members.Where(member => member.Name == name).ToList();
        if (found.Count > 1) reason = $"the name '{name}' occurs {found.Count} times, and clients differ in the entry that they use";
        return found.Count == 1 ? found[0] : null;
    }

    // An edit of a value behind an alias of YAML would change every place that refers to it.
    private static bool IsShared(ConfigNode root, ConfigEntryLocation site)
    {
        ConfigNode?[] mine = [site.Entry, site.Holder, site.Command.Value, site.Arguments?.Value];
        var met = new HashSet<ConfigNode>();
        var open = new Stack<ConfigNode>([root]);
        while (open.TryPop(out var node))
        {
            if (!met.Add(node))
            {
                if (mine.Contains(node)) return true;
                continue;
            }

            foreach (var member in node.Members) open.Push(member.Value);
            foreach (var item in node.Items) open.Push(item);
        }

        return false;
    }
}
