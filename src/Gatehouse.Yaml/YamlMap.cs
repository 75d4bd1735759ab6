namespace Gatehouse.Yaml;

/// <summary>A mapping with each key once, in the order of the file.</summary>
public sealed record YamlMap(YamlMark At, IReadOnlyList<YamlEntry> Entries) : YamlNode(At);
