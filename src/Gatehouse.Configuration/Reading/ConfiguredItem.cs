namespace Gatehouse.Configuration.Reading;

/// <summary>One entry of a list, or one of a mapping of names.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Name">The name in a mapping; empty in a list.</param>
/// <param name="Content">The text, or the reference to a secret.</param>
/// <param name="At">Its place.</param>
internal sealed record ConfiguredItem(string Path, string Name, object Content, YamlMark At)
{
    public string Text => (string)Content;
}
