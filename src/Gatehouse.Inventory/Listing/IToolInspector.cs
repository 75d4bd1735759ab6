using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Listing;

/// <summary>The judgement of the definitions of servers that were started.</summary>
public interface IToolInspector
{
    /// <summary>Returns the faults of the definitions. All servers are given together: text of one server about another is judged too.</summary>
    IEnumerable<Finding> Inspect(IReadOnlyList<ListedServer> listed);
}
