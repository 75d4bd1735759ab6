namespace Gatehouse.Yaml;

/// <summary>A sequence.</summary>
public sealed record YamlList(YamlMark At, IReadOnlyList<YamlNode> Items) : YamlNode(At);
