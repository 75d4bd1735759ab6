using Gatehouse.Detection.Findings;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Checks;

/// <summary>The checks of one server entry, in the order in which they are reported.</summary>
internal static class ServerChecks
{
    public static IEnumerable<Finding> Of(ServerEntry server)
    {
        List<IEnumerable<Finding>> checks =
        [
            CommandChecks.Of(server), ContainerChecks.Of(server), SourceChecks.Of(server), RemoteChecks.Of(server),
            SecretChecks.Of(server), ApprovalChecks.Of(server), NameChecks.Of(server),
        ];
        return checks.SelectMany(found => found);
    }

    /// <summary>Makes a finding of an entry at its place or at one within it.</summary>
    public static Finding About(this ServerEntry server, FindingRule rule, Confidence confidence, string message, SourceLocation? place = null,
        string evidence = "") => new(rule, confidence, message, place ?? server.Place, server.Name, server.Client) { Evidence = evidence };
}
