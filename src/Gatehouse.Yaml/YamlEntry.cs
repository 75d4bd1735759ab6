namespace Gatehouse.Yaml;

/// <summary>One key of a mapping and what belongs to it.</summary>
public sealed record YamlEntry(YamlMark At, string Key, YamlNode Value);
