namespace Gatehouse.Gateway.Configuration.Yaml;

/// <summary>A sequence.</summary>
internal sealed record YamlList(YamlMark At, IReadOnlyList<YamlNode> Items) : YamlNode(At);
