using Gatehouse.Text;
using Gatehouse.Yaml;

namespace Gatehouse.Policy.Files;

/// <summary>A mapping of a policy whose keys were compared with the table.</summary>
internal sealed class PolicyMap
{
    private readonly Dictionary<string, YamlEntry> entries = new(StringComparer.Ordinal);
    private readonly HashSet<string> reported = new(StringComparer.Ordinal);
    private readonly FaultList faults;

    private PolicyMap(YamlMap map, string path, FaultList faults)
    {
        At = map.At;
        Path = path;
        this.faults = faults;
    }

    public YamlMark At { get; }

    public string Path { get; }

    /// <summary>Reads a mapping. Returns null, and adds a fault, when there is none.</summary>
    public static PolicyMap? Read(YamlNode node, string path, IReadOnlyList<PolicyKey> keys, FaultList faults)
    {
        if (node is YamlRefused) return null;
        if (node is not YamlMap map || map.Entries.Count == 0)
        {
            faults.Add(node.At, path, "keys are expected here", $"write {Names(keys.Take(3))} inside, or remove it");
            return null;
        }

        var result = new PolicyMap(map, path, faults);
        foreach (var entry in map.Entries) result.Add(entry, keys);
        foreach (var key in keys.Where(key => key.Required && !result.Has(key.Name)))
            faults.Add(map.At, Paths.Join(path, key.Name), $"'{key.Name}' is missing", $"add '{key.Name}': {key.Description}");
        return result;
    }

    public bool Has(string key) => entries.ContainsKey(key);

    public YamlNode? Node(string key) => entries.GetValueOrDefault(key)?.Value;

    public string PathOf(string key) => Paths.Join(Path, key);

    /// <summary>A text, or null when there is none, or a faulty one.</summary>
    public string? Text(string key)
    {
        if (Node(key) is not { } node || node is YamlRefused) return null;
        return node switch
        {
            YamlScalar { IsNothing: true } =>
                Fault(key, "the value is missing", "give a value or remove the key; put a word that YAML reads as null into quotes"),
            YamlScalar { Text.Length: 0 } => Fault(key, "the string is empty", "give a value or remove the key"),
            YamlScalar scalar when YamlText.IsPrintable(scalar.Text) => scalar.Text,
            YamlScalar => Fault(key, "the string contains a control character", "remove it"),
            _ => Fault(key, "a string is expected here, not a list or a mapping", $"write '{key}: text'"),
        };
    }

    /// <summary>A truth value, or null when there is none, or a faulty one.</summary>
    public bool? Switch(string key)
    {
        if (Node(key) is not { } node || node is YamlRefused) return null;
        if (node is YamlScalar { Quoted: false, Text: "true" }) return true;
        if (node is YamlScalar { Quoted: false, Text: "false" }) return false;
        Fault(key, "this is not true or false", $"write '{key}: true' or '{key}: false'; yes, no, on and off are not allowed here");
        return null;
    }

    /// <summary>A number, or null when there is none, or a faulty one.</summary>
    public decimal? Number(string key)
    {
        if (Node(key) is not { } node || node is YamlRefused) return null;
        if (node is YamlScalar { Quoted: false } scalar && PolicyScalars.Number(scalar.Text) is { } number) return number;
        Fault(key, "this is not a number", $"write '{key}: 10', without quotes and with at most 15 digits");
        return null;
    }

    /// <summary>A list of texts with their places, or null when there is none, or a faulty one.</summary>
    public IReadOnlyList<(string Text, YamlMark At, string Path)>? Texts(string key)
    {
        if (Node(key) is not { } node || node is YamlRefused) return null;
        if (node is not YamlList list)
        {
            Fault(key, "a list is expected here", $"write '{key}: [one, another]'");
            return null;
        }

        if (list.Items.Count == 0)
        {
            Fault(key, "the list is empty, so the rule could never apply", $"name at least one, or remove '{key}'");
            return null;
        }

        var result = new List<(string, YamlMark, string)>();
        for (var i = 0; i < list.Items.Count; i++)
        {
            var path = $"{PathOf(key)}[{i}]";
            if (list.Items[i] is YamlScalar { IsNothing: false, Text.Length: > 0 } item && YamlText.IsPrintable(item.Text))
                result.Add((item.Text, item.At, path));
            else if (list.Items[i] is not YamlRefused && reported.Add(path))
                faults.Add(list.Items[i].At, path, "a string is expected here", "write one string for each entry, without control characters");
        }

        return result.Count == list.Items.Count ? result : null;
    }

    /// <summary>Adds a fault at the value of a key.</summary>
    public string? Fault(string key, string message, string remedy)
    {
        if (reported.Add(key + "\n" + message)) faults.Add(Node(key)?.At ?? At, PathOf(key), message, remedy);
        return null;
    }

    /// <summary>Adds a fault of the mapping as a whole.</summary>
    public void Fault(string message, string remedy) => faults.Add(At, Path, message, remedy);

    private void Add(YamlEntry entry, IReadOnlyList<PolicyKey> keys)
    {
        if (keys.Any(key => key.Name == entry.Key))
        {
            entries[entry.Key] = entry;
            return;
        }

        var names = keys.Select(key => key.Name).ToList();
        var near = Nearest.Of(entry.Key, names);
        var shown = Paths.LooksLikeName(entry.Key) && entry.Value is not YamlScalar { IsNothing: true };
        faults.Add(
            entry.At,
            shown ? Paths.Join(Path, entry.Key) : Path,
            shown ? $"the key '{entry.Key}' is unknown here" : "this key is unknown here",
            near is null ? $"remove it; known here: {string.Join(", ", names)}" : $"did you mean '{near}'?");
    }

    private static string Names(IEnumerable<PolicyKey> keys) => string.Join(", ", keys.Select(key => $"'{key.Name}'"));
}
