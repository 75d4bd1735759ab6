using Gatehouse.Detection.Findings;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Checks;

/// <summary>Switches of an entry that let tools run unasked, and entries that a workspace brings.</summary>
internal static class ApprovalChecks
{
    public static IEnumerable<Finding> Of(ServerEntry server)
    {
        foreach (var approval in server.Approvals)
        {
            var rule = server.Scope == LocationScope.Workspace ? FindingRules.WorkspacePermission : FindingRules.Unasked;
            yield return server.About(rule, Confidence.High, $"{approval.Name}: {approval.Text}", approval.Place,
                $"{approval.Name} {FindingEvidence.OfText(approval.Whole)}");
        }

        if (server.Scope == LocationScope.Workspace && server is { IsDisabled: false, Client: not "any" }
            && server.Transport is "stdio" or "http" or "sse" && server.Client != "any")
            yield return server.About(FindingRules.WorkspaceServer, Confidence.High, server.CommandLine ?? server.Url ?? server.Transport,
                evidence: FindingEvidence.OfStart(server));
    }
}
