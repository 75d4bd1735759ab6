namespace Gatehouse.Gateway.Configuration.Yaml;

/// <summary>One key of a mapping and what belongs to it.</summary>
internal sealed record YamlEntry(YamlMark At, string Key, YamlNode Value);
