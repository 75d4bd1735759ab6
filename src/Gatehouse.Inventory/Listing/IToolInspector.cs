using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Listing;

/// <summary>Judges what servers that were started tell of themselves.</summary>
public interface IToolInspector
{
    /// <summary>What is wrong with it. All servers are given at once: what one says of another is judged too.</summary>
    IEnumerable<Finding> Inspect(IReadOnlyList<ListedServer> listed);
}
