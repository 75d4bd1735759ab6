using Gatehouse.Configuration.Keys;

namespace Gatehouse.Configuration.Reading;

/// <summary>A value that was read and is of its kind.</summary>
/// <param name="Path">Its path with names and numbers.</param>
/// <param name="Key">Its row.</param>
/// <param name="Content">The value as the type of its kind.</param>
/// <param name="Origin">Its source.</param>
/// <param name="At">Its place in the file.</param>
internal sealed record ConfiguredValue(string Path, ConfigurationKey Key, object Content, ValueOrigin Origin, YamlMark At)
{
    /// <summary>True when it was written and is no default.</summary>
    public bool IsGiven => Origin != ValueOrigin.Default;

    /// <summary>The content as text.</summary>
    public string Text => (string)Content;

    /// <summary>The content as settings have it: of a list of texts, the texts.</summary>
    public object Setting => Key.Kind == KeyKind.TextList ? (IReadOnlyList<string>)[.. Items.Select(item => item.Text)] : Content;

    /// <summary>The entries of a list or of a mapping.</summary>
    public IReadOnlyList<ConfiguredItem> Items => (IReadOnlyList<ConfiguredItem>)Content;
}
