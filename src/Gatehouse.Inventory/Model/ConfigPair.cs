namespace Gatehouse.Inventory.Model;

/// <summary>A named text of a configuration file with its place.</summary>
/// <param name="Name">The name.</param>
/// <param name="Text">The text.</param>
/// <param name="Place">The place of the text.</param>
internal sealed record ConfigPair(string Name, string Text, SourceLocation Place)
{
    /// <summary>The whole text, where <see cref="Text"/> is its beginning.</summary>
    public string Whole { get; init; } = Text;
}

/// <summary>A text of a configuration file with its place.</summary>
/// <param name="Text">The text.</param>
/// <param name="Place">The place of the text.</param>
internal sealed record ConfigScalar(string Text, SourceLocation Place);
