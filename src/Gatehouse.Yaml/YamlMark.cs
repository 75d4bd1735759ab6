namespace Gatehouse.Yaml;

/// <summary>A place in the text, both from 1; 0 means no place in a file.</summary>
public readonly record struct YamlMark(int Line, int Column)
{
    public static YamlMark None => default;
}
