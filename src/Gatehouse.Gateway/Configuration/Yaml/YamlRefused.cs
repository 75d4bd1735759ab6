namespace Gatehouse.Gateway.Configuration.Yaml;

/// <summary>Something that has been reported already; whoever finds it here adds no fault of its own.</summary>
internal sealed record YamlRefused(YamlMark At) : YamlNode(At);
