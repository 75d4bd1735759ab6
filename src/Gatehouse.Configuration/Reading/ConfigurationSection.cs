using Gatehouse.Configuration.Keys;

namespace Gatehouse.Configuration.Reading;

/// <summary>A mapping of the file after its keys and values were checked one by one. A missing value has its default.</summary>
/// <param name="path">Its path.</param>
/// <param name="name">The chosen name, of a section in <see cref="KeyKind.NamedSections"/>.</param>
/// <param name="node">Its row in the table.</param>
/// <param name="at">Its place.</param>
/// <param name="isGiven">True when the file contains it.</param>
internal sealed class ConfigurationSection(string path, string name, KeyNode node, YamlMark at, bool isGiven)
{
    private readonly Dictionary<string, ConfiguredValue> values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<ConfigurationSection>> parts = new(StringComparer.Ordinal);
    private readonly HashSet<string> written = new(StringComparer.Ordinal);

    public string Path => path;

    public string Name => name;

    public KeyNode Node => node;

    public YamlMark At => at;

    public bool IsGiven => isGiven;

    /// <summary>Returns true when the key was written, with a good or a faulty value.</summary>
    public bool Wrote(string key) => written.Contains(key) || (values.TryGetValue(key, out var value) && value.IsGiven);

    /// <summary>Returns the value. Null when there is neither one nor a default, or when it was faulty.</summary>
    public ConfiguredValue? Find(string key) => values.GetValueOrDefault(key);

    /// <summary>Returns the content of a value, or the type's default when there is none.</summary>
    public T? Get<T>(string key) => Find(key) is { } value ? (T)value.Content : default;

    /// <summary>Returns the entries of a list or mapping of names. Empty when there is none.</summary>
    public IReadOnlyList<ConfiguredItem> Items(string key) => Find(key)?.Items ?? [];

    /// <summary>Returns the texts of a list.</summary>
    public IReadOnlyList<string> Texts(string key) => [.. Items(key).Select(item => item.Text)];

    /// <summary>Returns the section of that name.</summary>
    public ConfigurationSection Part(string key) => parts[key][0];

    /// <summary>Returns the sections of a list or of a mapping of names.</summary>
    public IReadOnlyList<ConfigurationSection> Parts(string key) => parts.GetValueOrDefault(key) ?? [];

    /// <summary>Returns the values of this section and of the sections inside it.</summary>
    public IEnumerable<ConfiguredValue> AllValues() =>
        [.. values.Values, .. parts.Values.SelectMany(list => list).SelectMany(part => part.AllValues())];

    /// <summary>Returns a record with the values of the keys here that are its properties (<see cref="SettingsKey{T}"/>). The others stay.</summary>
    public T Into<T>(T settings)
    {
        foreach (var child in node.Children)
        {
            if (child.Key is SettingsKey<T> key && Find(key.Name) is { } value) settings = key.Set(settings, value.Setting);
        }

        return settings;
    }

    public void MarkWritten(string key) => written.Add(key);

    public void Set(string key, ConfiguredValue value) => values[key] = value;

    public void Add(string key, ConfigurationSection part)
    {
        if (!parts.TryGetValue(key, out var list)) parts.Add(key, list = []);
        list.Add(part);
    }
}
