using Gatehouse.Configuration.Keys;
using Gatehouse.Text;

namespace Gatehouse.Configuration.Reading;

/// <summary>
/// A walk through the file and the table together: unknown keys, missing ones, and each value by its kind. The rules judge the meaning of several
/// keys together afterwards.
/// </summary>
internal sealed class SectionReader(FaultList faults, ConfigurationRequest request)
{
    private readonly ValueReader values = new(faults);
    private readonly Dictionary<KeyNode, int> listed = []; // sections whose keys a fault has listed, with its line
    private readonly HashSet<ConfigurationSection> later = []; // sections with a key of a later build, which a fault has named
    private readonly Overrides overrides = new(request);

    /// <summary>Reads the whole configuration.</summary>
    public ConfigurationSection ReadRoot(YamlMap map) => ReadRoot(map, KeyNode.Root);

    /// <summary>Reads the whole of another file, by its own table.</summary>
    public ConfigurationSection ReadRoot(YamlMap map, KeyNode root) => Read(root, "", "", map.At, map);

    private ConfigurationSection Read(KeyNode node, string path, string name, YamlMark at, YamlMap? map)
    {
        var section = new ConfigurationSection(path, name, node, at, map is not null);
        foreach (var entry in map?.Entries ?? []) ReadEntry(section, entry);
        foreach (var child in node.Children) Complete(section, child);
        if (map is not null) CheckPresence(section);
        return section;
    }

    private void ReadEntry(ConfigurationSection section, YamlEntry entry)
    {
        if (section.Node.Find(entry.Key) is not { } child)
        {
            ReportUnknown(section, entry);
            return;
        }

        section.MarkWritten(entry.Key);
        var path = Paths.Join(section.Path, entry.Key);
        if (child.Key.IsSection) ReadSections(section, child, path, entry);
        else if (overrides.Find(child.Key) is null) Set(section, child.Key, path, entry.Value, ValueOrigin.File(entry.At.Line));
    }

    private void ReadSections(ConfigurationSection section, KeyNode child, string path, YamlEntry entry)
    {
        if (entry.Value is YamlRefused) return;
        if (child.Key.Kind == KeyKind.Section) ReadSection(section, child, path, "", entry);
        else if (child.Key.Kind == KeyKind.SectionList) ReadSectionList(section, child, path, entry.Value);
        else ReadNamedSections(section, child, path, entry.Value);
    }

    private void ReadSection(ConfigurationSection section, KeyNode child, string path, string name, YamlEntry entry)
    {
        if (entry.Value is YamlRefused) return;
        if (entry.Value is YamlMap map && (map.Entries.Count > 0 || child.Key.MayBeEmpty))
            section.Add(child.Key.Name, Read(child, path, name, entry.At, map));
        else if (child.Key.ShortFor is { } inner && entry.Value is YamlScalar { IsNothing: false } word)
            section.Add(child.Key.Name, Read(child, path, name, entry.At, new YamlMap(entry.At, [new YamlEntry(word.At, inner, word)])));
        else
            faults.Add(entry.At, path, "keys are expected here", $"write {SomeOf(child)} inside, or remove it{Needed(child)}");
    }

    private static string Needed(KeyNode child) => string.Concat(
        child.Children.Select(one => one.Key).Where(key => key.Required).Select(key => $"; '{key.Name}' is required: {key.Description}"));

    private void ReadSectionList(ConfigurationSection section, KeyNode child, string path, YamlNode node)
    {
        if (node is not YamlList list)
        {
            faults.Add(node.At, path, "a list is expected here", $"write entries that begin with '- {child.Children[0].Key.Name}: '");
            return;
        }

        for (var i = 0; i < list.Items.Count; i++)
        {
            var item = list.Items[i];
            if (item is YamlMap map) section.Add(child.Key.Name, Read(child, $"{path}[{i}]", "", item.At, map));
            else if (item is not YamlRefused) faults.Add(item.At, $"{path}[{i}]", "keys are expected here", $"write {SomeOf(child)}");
        }
    }

    private void ReadNamedSections(ConfigurationSection section, KeyNode child, string path, YamlNode node)
    {
        if (node is not YamlMap { Entries.Count: > 0 } map)
        {
            faults.Add(node.At, path, "names are expected here", $"write a name and inside it {SomeOf(child)}");
            return;
        }

        foreach (var entry in map.Entries)
        {
            if (Paths.LooksLikeName(entry.Key)) ReadSection(section, child, Paths.Join(path, entry.Key), entry.Key, entry);
            else faults.Add(entry.At, path, "the name is not made of letters, digits, '-' and '_', at most 63, beginning with a letter",
                "choose another name");
        }
    }

    // Overrides replace the file's value, defaults a missing one. Sections without a line still have their defaults.
    private void Complete(ConfigurationSection section, KeyNode child)
    {
        var key = child.Key;
        var path = Paths.Join(section.Path, key.Name);
        if (overrides.Find(key) is { } found)
        {
            section.MarkWritten(key.Name);
            Set(section, key, path, new YamlScalar(YamlMark.None, found.Text, Quoted: false), found.Origin);
        }
        else if (key.Kind == KeyKind.Section && section.Parts(key.Name).Count == 0)
            section.Add(key.Name, Read(child, path, "", section.At, null));
        else if (key.Default is not null && !section.Wrote(key.Name))
            Set(section, key, path, Defaults.Node(key, section.At), ValueOrigin.Default);
    }

    private void Set(ConfigurationSection section, ConfigurationKey key, string path, YamlNode node, ValueOrigin origin)
    {
        if (values.Read(key, path, node, origin) is { } content)
            section.Set(key.Name, new ConfiguredValue(path, key, content, origin, node.At));
    }

    private void CheckPresence(ConfigurationSection section)
    {
        foreach (var key in section.Node.Children.Select(child => child.Key))
        {
            var path = Paths.Join(section.Path, key.Name);
            if (key.Required && !section.Wrote(key.Name))
                faults.Add(section.At, path, $"'{key.Name}' is missing", $"add '{key.Name}': {key.Description}");
            if (key.OnlyWith is { } other && section.Wrote(key.Name) && !section.Wrote(other))
                faults.Add(section.At, path, $"'{key.Name}' has no effect without '{other}'", $"add '{other}' or remove '{key.Name}'");
        }

        CheckAlternatives(section, section.Node.Key);
    }

    private void CheckAlternatives(ConfigurationSection section, ConfigurationKey key)
    {
        var count = key.OneOf.Count(section.Wrote);
        if (key.OneOf.Count > 0 && count != 1 && !later.Contains(section))
        {
            if (count == 0) faults.Add(section, $"there is none of {Names(key.OneOf)}", "write one of them");
            else faults.Add(section, $"{Names(key.OneOf)} exclude each other", "keep exactly one of them");
        }

        if (key.AnyOf.Count > 0 && !key.AnyOf.Any(section.Wrote))
            faults.Add(section, $"there is none of {Names(key.AnyOf)}, so the entry would match nothing", "give at least one of them");
    }

    private void ReportUnknown(ConfigurationSection section, YamlEntry entry)
    {
        if (LaterKeys.Find(section.Node.Key.Path, entry.Key) is { } feature)
        {
            faults.Add(entry.At, Paths.Join(section.Path, entry.Key), $"'{entry.Key}' is not in this build: {feature}", "remove it");
            later.Add(section);
            return;
        }

        // A key without a value may be a value that lost its key, so it is not quoted. Neither is anything next to a secret.
        var isQuotable = !section.Node.IsGuarded && Paths.LooksLikeName(entry.Key) && entry.Value is not YamlScalar { IsNothing: true };
        faults.Add(
            entry.At,
            isQuotable ? Paths.Join(section.Path, entry.Key) : section.Path,
            isQuotable ? $"the key '{entry.Key}' is unknown here" : "this key is unknown here",
            RemedyOf(section.Node, entry));
    }

    private string RemedyOf(KeyNode node, YamlEntry entry)
    {
        if (ClientKeys.Find(node.Key.Path, entry.Key) is { } ours) return ours;
        var names = node.Children.Select(child => child.Key.Name).ToList();
        if (Nearest.Of(entry.Key, names) is { } near) return $"did you mean '{near}'?";
        if (!listed.TryAdd(node, entry.At.Line)) return $"remove it; the fault of line {listed[node]} lists the keys that are known here";
        return $"remove it; known here: {string.Join(", ", names)}";
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));

    private static string SomeOf(KeyNode node) => Names(node.Children.Take(3).Select(child => child.Key.Name));
}
