using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Inventory.Model;

/// <summary>What a server that was started told of itself.</summary>
/// <param name="Server">Its entry.</param>
/// <param name="Revision">The protocol revision that it spoke.</param>
/// <param name="Tools">Its tools.</param>
public sealed record ListedServer(ServerEntry Server, string Revision, IReadOnlyList<ListedTool> Tools)
{
    /// <summary>Everything that it told: tools, prompts, resources, templates, instructions, capabilities, and who it is.</summary>
    public IReadOnlyList<ServerDefinition> Definitions { get; init; } = [];
}

/// <summary>A tool as a server that was started describes it. All of it is text from outside.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">Its description; empty when it has none.</param>
/// <param name="Json">The whole definition as JSON.</param>
public sealed record ListedTool(string Name, string Description, string Json);
