namespace Gatehouse.Packaging;

/// <summary>Data of others that assemblies of Gatehouse hold as resources. THIRD-PARTY.md names the same.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version, or the versions in one text.</param>
/// <param name="Licence">An SPDX expression.</param>
/// <param name="Assemblies">The libraries that hold it.</param>
internal sealed record EmbeddedData(string Name, string Version, string Licence, IReadOnlyList<string> Assemblies)
{
    /// <summary>All of it.</summary>
    public static IReadOnlyList<EmbeddedData> All { get; } =
    [
        new("json-schema-meta-schemas", "draft-06,draft-07,2019-09,2020-12", "BSD-3-Clause OR AFL-3.0", ["Gatehouse.Integrity"]),
        new("unicode-character-database", "14.0.0", "Unicode-3.0", ["Gatehouse.Detection", "Gatehouse.Policy", "Gatehouse.Protocol"]),
    ];
}
