namespace Gatehouse.Yaml;

/// <summary>A value of the file with its place.</summary>
public abstract record YamlNode(YamlMark At);
