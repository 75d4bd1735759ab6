namespace Gatehouse.Gateway.Configuration.Yaml;

/// <summary>A mapping with each key once, in the order of the file.</summary>
internal sealed record YamlMap(YamlMark At, IReadOnlyList<YamlEntry> Entries) : YamlNode(At);
