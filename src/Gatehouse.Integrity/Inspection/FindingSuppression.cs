using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Integrity.Inspection;

/// <summary>A finding that a person examined and accepted: narrow, explained, and for a time.</summary>
public sealed record FindingSuppression
{
    /// <summary>Name of the server in the configuration.</summary>
    public required string Server { get; init; }

    /// <summary>
    /// The definition: kind and name with a slash between, such as <c>tool/search</c>, or only the kind where a server has one of it.
    /// </summary>
    public required string Definition { get; init; }

    /// <summary>Id of the finding, such as <c>GHS9005</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Digest of the definition that the person examined; null where it counts for later ones too.</summary>
    public string? Digest { get; init; }

    /// <summary>The reason why it is harmless.</summary>
    public required string Reason { get; init; }

    /// <summary>The end of the suppression: the beginning of the day after its last one, UTC.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>The file that contains it.</summary>
    public string File { get; init; } = "";

    /// <summary>The line there, from 1.</summary>
    public int Line { get; init; }

    /// <summary>The kind of the definition, or null when <see cref="Definition"/> names none.</summary>
    public DefinitionKind? Kind => DefinitionKinds.TryParse(Definition.Split('/', 2)[0], out var kind) ? kind : null;

    /// <summary>Returns whether it is about this finding.</summary>
    internal bool IsAbout(string server, ServerDefinition definition, DefinitionFinding finding, Lazy<string> digest) =>
        Server == server && Id == finding.Rule.Id && Definition == NameOf(definition) && (Digest is null || Digest == digest.Value);

    /// <summary>Returns the name of a definition in suppressions.</summary>
    public static string NameOf(ServerDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return definition.Name.Length > 0 ? $"{DefinitionKinds.Text(definition.Kind)}/{definition.Name}" : DefinitionKinds.Text(definition.Kind);
    }
}
