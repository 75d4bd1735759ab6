namespace Gatehouse.Yaml;

/// <summary>A scalar. It has no type of its own: the key it belongs to says what it must be.</summary>
/// <param name="At">Its place.</param>
/// <param name="Text">Its text, escapes resolved.</param>
/// <param name="Quoted">True when it was written in quotes.</param>
public sealed record YamlScalar(YamlMark At, string Text, bool Quoted) : YamlNode(At)
{
    /// <summary>True when nothing was written, or one of YAML's words for nothing.</summary>
    public bool IsNothing => !Quoted && (Text is "" or "~" or "null" or "Null" or "NULL");
}
