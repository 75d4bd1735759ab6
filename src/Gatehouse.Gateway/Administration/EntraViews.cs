using Gatehouse.Administration;
using Gatehouse.Gateway.Access.Entra;
using Gatehouse.Pipeline.Snapshots;

namespace Gatehouse.Gateway.Administration;

/// <summary>Rights of Entra PIM in the list of rights for a time.</summary>
internal static class EntraViews
{
    /// <summary>Returns the rights that count at this moment. One whose last check is too old is not among them.</summary>
    public static IReadOnlyList<ApprovalView> Of(EntraRights rights, GatewaySnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(rights);
        ArgumentNullException.ThrowIfNull(snapshot);
        var active = rights.All.Where(rights.Counts).OrderBy(static right => right.BegunAt);
        return [.. active.Select(right => Of(right, snapshot)).OfType<ApprovalView>()];
    }

    // Null for one that ends at this moment.
    private static ApprovalView? Of(EntraRight right, GatewaySnapshot snapshot) => right.Id is not { } id ? null : new ApprovalView
    {
        Id = id,
        Kind = ApprovalView.AccessKind,
        State = "granted",
        Caller = right.Person.Subject,
        CallerIssuer = right.Person.Issuer,
        Rules = [.. snapshot.Policy.Rules.Where(rule => rule.Access?.Entra == right.Assignment).Select(static rule => rule.Id)],
        At = right.BegunAt,
        ChangedAt = right.BegunAt,
        Expires = right.Knowledge.End,
        Needed = 0,
        Assignment = right.Assignment.ToString(),
    };
}
