using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Output;

/// <summary>One client on the page.</summary>
/// <param name="Index">Its number, which names it in classes: no outside text does.</param>
/// <param name="Name">Its name.</param>
/// <param name="Servers">Its servers.</param>
/// <param name="Findings">Its findings.</param>
internal sealed record HtmlClient(int Index, string Name, IReadOnlyList<ServerEntry> Servers, IReadOnlyList<Finding> Findings);
