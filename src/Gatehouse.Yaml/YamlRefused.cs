namespace Gatehouse.Yaml;

/// <summary>Something that has been reported already; whoever finds it here adds no fault of its own.</summary>
public sealed record YamlRefused(YamlMark At) : YamlNode(At);
