namespace Gatehouse.Inventory;

/// <summary>What a server that was started told of itself.</summary>
/// <param name="Server">Its entry.</param>
/// <param name="Revision">The protocol revision that it spoke.</param>
/// <param name="Tools">Its tools.</param>
public sealed record ListedServer(ServerEntry Server, string Revision, IReadOnlyList<ListedTool> Tools);
