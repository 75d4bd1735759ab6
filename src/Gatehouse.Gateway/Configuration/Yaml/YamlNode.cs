namespace Gatehouse.Gateway.Configuration.Yaml;

/// <summary>A value of the file with its place.</summary>
internal abstract record YamlNode(YamlMark At);
