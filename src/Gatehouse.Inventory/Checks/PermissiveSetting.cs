using Gatehouse.Detection.Findings;

namespace Gatehouse.Inventory.Checks;

/// <summary>A switch of a client that reduces its questions to the person.</summary>
/// <param name="Client">The client.</param>
/// <param name="Pointer">Member names joined by <c>/</c>; <c>*</c> for every member.</param>
/// <param name="Values">Values that matter, parted by <c>|</c>; <c>*</c> for any that is there.</param>
/// <param name="Rule">The finding in a person's own file.</param>
/// <param name="InWorkspace">The finding in a file of a workspace; null when the client does not read it there.</param>
/// <param name="Words">Its effect.</param>
internal sealed record PermissiveSetting(string Client, string Pointer, string Values, FindingRule? Rule, FindingRule? InWorkspace, string Words);
