namespace Gatehouse.Configuration.Keys;

/// <summary>The table as a tree of keys and the keys inside them.</summary>
internal sealed class KeyNode
{
    private readonly Dictionary<string, KeyNode> byName = new(StringComparer.Ordinal);
    private readonly List<KeyNode> children = [];

    private KeyNode(ConfigurationKey key) => Key = key;

    /// <summary>The whole file.</summary>
    public static KeyNode Root { get; } = Of(ConfigurationKeys.All);

    /// <summary>The row.</summary>
    public ConfigurationKey Key { get; }

    /// <summary>The keys inside, in the order of the table.</summary>
    public IReadOnlyList<KeyNode> Children => children;

    /// <summary>True when something inside may be a secret, so that nothing unknown in it is quoted.</summary>
    public bool IsGuarded => Key.IsGuarded || children.Any(child => child.Key.Kind == KeyKind.Secret);

    /// <summary>True when a file without the section still has values of it.</summary>
    public bool HasDefaults => Key.Kind == KeyKind.Section && Key.OneOf.Count == 0 && !children.Any(child => child.Key.Required);

    /// <summary>Returns the child of that name, or null when there is none.</summary>
    public KeyNode? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>Returns the tree of a table.</summary>
    public static KeyNode Of(IReadOnlyList<ConfigurationKey> keys)
    {
        var root = new KeyNode(new ConfigurationKey("", KeyKind.Section, "The configuration."));
        foreach (var key in keys) root.Insert(key);
        return root;
    }

    private void Insert(ConfigurationKey key)
    {
        var parent = this;
        var names = key.Path.Split('.').Where(part => part != "*").Select(part => part.Replace("[]", "", StringComparison.Ordinal)).ToList();
        foreach (var name in names.SkipLast(1)) parent = parent.byName[name];
        var node = new KeyNode(key);
        parent.byName.Add(names[^1], node);
        parent.children.Add(node);
    }
}
