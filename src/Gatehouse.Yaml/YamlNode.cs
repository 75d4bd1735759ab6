namespace Gatehouse.Yaml;

/// <summary>A value of the file with its place.</summary>
public abstract record YamlNode(YamlMark At);

/// <summary>A mapping with each key once, in the order of the file.</summary>
public sealed record YamlMap(YamlMark At, IReadOnlyList<YamlEntry> Entries) : YamlNode(At);

/// <summary>One key of a mapping and what belongs to it.</summary>
public sealed record YamlEntry(YamlMark At, string Key, YamlNode Value);

/// <summary>A sequence.</summary>
public sealed record YamlList(YamlMark At, IReadOnlyList<YamlNode> Items) : YamlNode(At);

/// <summary>A scalar. It has no type of its own: the key it belongs to says what it must be.</summary>
/// <param name="At">Its place.</param>
/// <param name="Text">Its text, escapes resolved.</param>
/// <param name="Quoted">True when it was written in quotes.</param>
public sealed record YamlScalar(YamlMark At, string Text, bool Quoted) : YamlNode(At)
{
    /// <summary>True when nothing was written, or one of YAML's words for nothing.</summary>
    public bool IsNothing => !Quoted && (Text is "" or "~" or "null" or "Null" or "NULL");
}
