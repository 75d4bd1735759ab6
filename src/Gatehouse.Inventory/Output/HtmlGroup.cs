using Gatehouse.Detection.Findings;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Output;

/// <summary>Findings of one kind.</summary>
/// <param name="Rule">The kind.</param>
/// <param name="Findings">The findings.</param>
/// <param name="IsOpen">True when the page shows them without a click.</param>
internal sealed record HtmlGroup(FindingRule Rule, IReadOnlyList<Finding> Findings, bool IsOpen);
