namespace Gatehouse.Inventory.Model;

/// <summary>A tool as a server that was started describes it. All of it is text from outside.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">Its description; empty when it has none.</param>
/// <param name="Json">The whole definition as JSON.</param>
public sealed record ListedTool(string Name, string Description, string Json);
