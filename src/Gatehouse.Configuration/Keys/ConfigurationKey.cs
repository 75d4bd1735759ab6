namespace Gatehouse.Configuration.Keys;

/// <summary>
/// One row of the table of keys. The check for unknown keys, defaults, ranges, <c>config show</c>, the JSON Schema and the
/// reference page all come from it.
/// </summary>
/// <param name="Path">The path with <c>.*</c> for a chosen name and <c>[]</c> for an entry, e.g. <c>servers.*.url</c>.</param>
/// <param name="Kind">The kind of the value.</param>
/// <param name="Description">Its meaning, in sentences.</param>
public record ConfigurationKey(string Path, KeyKind Kind, string Description)
{
    /// <summary>The default, as it would be written, or null when there is none or it is derived.</summary>
    public string? Default { get; init; }

    /// <summary>The derivation of the default where it depends on something else; otherwise null.</summary>
    public string? Derived { get; init; }

    /// <summary>True when its section is not complete without it.</summary>
    public bool Required { get; init; }

    /// <summary>The allowed values; empty when any of the kind will do.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>Smallest value, as written.</summary>
    public string? Minimum { get; init; }

    /// <summary>Largest value, as written.</summary>
    public string? Maximum { get; init; }

    /// <summary>Environment variable that overrides the file.</summary>
    public string? Variable { get; init; }

    /// <summary>Flag of <c>serve</c> that overrides the file and the variable.</summary>
    public string? Flag { get; init; }

    /// <summary>True when a reload is refused that changes the value.</summary>
    public bool NeedsRestart { get; init; }

    /// <summary>The owner of a bound that callers do not share, as the page of bounds says (CWE-770); null for a shared one and for none.</summary>
    public string? BelongsTo { get; init; }

    /// <summary>The hosts in whose configuration the key, with the keys inside it, means something.</summary>
    internal KeyHosts Hosts { get; init; } = KeyHosts.All;

    /// <summary>A sibling key without which it means nothing.</summary>
    public string? OnlyWith { get; init; }

    /// <summary>Of a section: the key inside it whose value may be written in place of the section; null for none.</summary>
    public string? ShortFor { get; init; }

    /// <summary>Of a section: keys of which exactly one must be there.</summary>
    public IReadOnlyList<string> OneOf { get; init; } = [];

    /// <summary>Of a section: keys of which at least one must be there.</summary>
    public IReadOnlyList<string> AnyOf { get; init; } = [];

    /// <summary>True for a section that means something without any key inside, written as <c>{}</c>.</summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>The last part of the path.</summary>
    public string Name => Path[(Path.LastIndexOf('.') + 1)..];

    /// <summary>True for a key whose value other keys make up.</summary>
    public bool IsSection => Kind is KeyKind.Section or KeyKind.SectionList or KeyKind.NamedSections;

    /// <summary>True when the value, or by mistake its neighbour, may be a secret: nothing of it is ever quoted.</summary>
    public bool IsGuarded => Kind is KeyKind.Secret or KeyKind.SecretMap or KeyKind.TextMap;
}
