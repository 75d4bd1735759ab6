using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Integrity.Locks;

/// <summary>A server with its pinned attributes and definitions.</summary>
/// <param name="Name">Its name in the configuration; with the source the key of everything below.</param>
/// <param name="Source">The source of the server.</param>
/// <param name="Definitions">The approved definitions.</param>
public sealed record LockedServer(string Name, ServerSource Source, IReadOnlyList<LockedDefinition> Definitions)
{
    private readonly Dictionary<(DefinitionKind, string), LockedDefinition> byName = Index(Definitions);

    /// <summary>The approved definitions.</summary>
    public IReadOnlyList<LockedDefinition> Definitions
    {
        get;
        init
        {
            field = value;
            byName = Index(value);
        }
    } = Definitions;

    /// <summary>The version of the package or the tag of the image, or null where there is none.</summary>
    public string? Version { get; init; }

    /// <summary>The registry's digest of the started package; null where there is none.</summary>
    public string? Integrity { get; init; }

    /// <summary>The command line as <see cref="CommandTemplate"/> makes it. Empty for remote servers.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>The texts that may change by themselves. Default none.</summary>
    public IReadOnlyList<LockedVolatility> Volatile
    {
        get;
        init
        {
            field = value;
            Rules = [.. value.Select(one => one.Rule)];
        }
    } = [];

    internal IReadOnlyList<VolatileRule> Rules { get; private init; } = [];

    /// <summary>Finds a definition.</summary>
    public LockedDefinition? Find(DefinitionKind kind, string name) => byName.GetValueOrDefault((kind, name));

    private static Dictionary<(DefinitionKind, string), LockedDefinition> Index(IReadOnlyList<LockedDefinition> definitions)
    {
        var index = new Dictionary<(DefinitionKind, string), LockedDefinition>();
        foreach (var one in definitions)
            index.TryAdd((one.Definition.Kind, one.Definition.Name), one);
        return index;
    }
}
