namespace Gatehouse.Policy.Files;

/// <summary>A key of a policy: the check for unknown keys, the schema, the hover texts and the reference come from it.</summary>
/// <param name="Name">The key.</param>
/// <param name="Kind">The kind of its value.</param>
/// <param name="Description">Its meaning.</param>
public sealed record PolicyKey(string Name, PolicyKeyKind Kind, string Description)
{
    /// <summary>The allowed words, for choices.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>An example of a value as it would be written.</summary>
    public string? Example { get; init; }

    /// <summary>True when the mapping is not complete without it.</summary>
    public bool Required { get; init; }
}
