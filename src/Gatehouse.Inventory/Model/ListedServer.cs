using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Inventory.Model;

/// <summary>The definitions of a server that was started.</summary>
/// <param name="Server">Its entry.</param>
/// <param name="Revision">The protocol revision that it spoke.</param>
/// <param name="Tools">Its tools.</param>
public sealed record ListedServer(ServerEntry Server, string Revision, IReadOnlyList<ListedTool> Tools)
{
    /// <summary>All its definitions: tools, prompts, resources, templates, instructions, capabilities, and its identity.</summary>
    public IReadOnlyList<ServerDefinition> Definitions { get; init; } = [];
}

/// <summary>A tool as a server that was started describes it. All of it is text from outside.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">Its description. Empty when it has none.</param>
/// <param name="Json">The whole definition as JSON.</param>
public sealed record ListedTool(string Name, string Description, string Json);
