namespace Gatehouse.Inventory.Model;

/// <summary>A named text of a configuration file and where the text stands.</summary>
/// <param name="Name">The name.</param>
/// <param name="Text">The text.</param>
/// <param name="Place">Where.</param>
internal sealed record ConfigPair(string Name, string Text, SourceLocation Place);
