namespace Gatehouse.Inventory.Model;

/// <summary>A text of a configuration file and where it stands.</summary>
/// <param name="Text">The text.</param>
/// <param name="Place">Where.</param>
internal sealed record ConfigScalar(string Text, SourceLocation Place);
