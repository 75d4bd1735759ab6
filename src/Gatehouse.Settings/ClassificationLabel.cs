namespace Gatehouse.Settings;

/// <summary>A label of the classification of an organisation, such as a sensitivity label of Microsoft Purview (DP-02).</summary>
/// <param name="Name">Its name in configurations and records.</param>
/// <param name="Rank">Its place in the order of the configuration; 0 is the lowest.</param>
/// <param name="Ids">Its ids in documents, GUIDs in lower case.</param>
/// <param name="Titles">Its names in documents, in any case.</param>
public sealed record ClassificationLabel(string Name, int Rank, IReadOnlyList<string> Ids, IReadOnlyList<string> Titles)
{
    /// <summary>The kind of findings about labels.</summary>
    public const string Kind = "label";

    /// <summary>The name of findings about a label that the configuration does not have.</summary>
    public const string Unknown = Kind + "/unknown";

    /// <summary>The name of findings about it.</summary>
    public string FindingName => $"{Kind}/{Name}";

    /// <summary>Returns whether the metadata of a document have it. An id counts more than a name, which a writer may choose.</summary>
    public bool Is(string id, string title) => Ids.Contains(id, StringComparer.Ordinal)
        || (title.Length > 0 && (Titles.Contains(title, StringComparer.OrdinalIgnoreCase) || Name.Equals(title, StringComparison.OrdinalIgnoreCase)));
}
