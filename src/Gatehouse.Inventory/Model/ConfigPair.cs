namespace Gatehouse.Inventory.Model;

/// <summary>A named text of a configuration file and where the text stands.</summary>
/// <param name="Name">The name.</param>
/// <param name="Text">The text.</param>
/// <param name="Place">Where.</param>
internal sealed record ConfigPair(string Name, string Text, SourceLocation Place);

/// <summary>A text of a configuration file and where it stands.</summary>
/// <param name="Text">The text.</param>
/// <param name="Place">Where.</param>
internal sealed record ConfigScalar(string Text, SourceLocation Place);
