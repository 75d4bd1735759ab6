namespace Gatehouse.Inventory.Places;

/// <summary>A file at a place.</summary>
/// <param name="Place">The place.</param>
/// <param name="Path">Absolute path.</param>
/// <param name="Tree">Folder that links may not leave.</param>
internal sealed record ClientConfigFile(ClientConfigLocation Place, string Path, string Tree);
