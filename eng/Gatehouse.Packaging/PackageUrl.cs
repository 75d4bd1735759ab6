namespace Gatehouse.Packaging;

/// <summary>A package URL (purl), which names software across registries.</summary>
/// <param name="Type">Where the name is from: <c>nuget</c>, or <c>generic</c> for what no registry has.</param>
/// <param name="Name">The name.</param>
/// <param name="Version">The version.</param>
internal sealed record PackageUrl(string Type, string Name, string Version)
{
    /// <summary>The URL. A qualifier tells two files of one version apart.</summary>
    public string Text => $"pkg:{Type}/{Uri.EscapeDataString(Name)}@{Uri.EscapeDataString(Version)}{Qualifier}";

    /// <summary>Nothing, or <c>?name=value</c>.</summary>
    public string Qualifier { get; init; } = "";
}
