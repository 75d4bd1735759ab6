namespace Gatehouse.Inventory;

/// <summary>Judges what a server that was started tells of its tools.</summary>
public interface IToolInspector
{
    /// <summary>What is wrong with them.</summary>
    IEnumerable<Finding> Inspect(ListedServer listed);
}
