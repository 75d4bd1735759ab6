using Gatehouse.Detection.Findings;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Checks;

/// <summary>Private data, untrusted content and a way out over the servers of one client.</summary>
internal static class ToxicCombinations
{
    public static IEnumerable<Finding> Of(IReadOnlyList<ServerEntry> servers)
    {
        foreach (var group in servers.Where(server => !server.IsDisabled && server.Client != "any").GroupBy(Context))
        {
            var able = group.Select(server => (Server: server, Can: Capabilities.Of(server))).Where(pair => pair.Can.Has != Capability.None).ToList();
            var sure = able.Where(pair => pair.Can.Confidence >= Confidence.Medium).ToList();
            var (chosen, confidence) = Union(sure) == Capability.All ? (sure, Confidence.Medium) : (able, Confidence.Low);
            if (Union(chosen) != Capability.All) continue;
            // Of a server that is known only by its name or address, all three are one guess.
            if (chosen is [{ Server.Source.IsFetched: false }]) continue;
            var first = chosen[0].Server;
            var message = $"private data: {Names(chosen, Capability.PrivateData)}; untrusted content: {Names(chosen, Capability.UntrustedContent)}; way out: {Names(chosen, Capability.WayOut)}";
            yield return new Finding(FindingRules.ToxicCombination, confidence, message, first.Place, null, first.Client)
            {
                Evidence = Evidence(chosen),
            };
        }
    }

    // A workspace's servers run together with the person's own. Those of two workspaces do not run together.
    private static string Context(ServerEntry server) =>
        server.Scope == LocationScope.Workspace ? $"{server.Client}\0{server.Place.File}" : server.Client;

    private static Capability Union(List<(ServerEntry Server, (Capability Has, Confidence Confidence) Can)> servers) =>
        servers.Aggregate(Capability.None, (has, pair) => has | pair.Can.Has);

    // The servers with what each can do and how it is started, in an order of their own: entries can be moved within a file.
    private static string Evidence(List<(ServerEntry Server, (Capability Has, Confidence Confidence) Can)> servers) =>
        string.Join('\n', servers.Select(pair => $"{pair.Server.Name} {(int)pair.Can.Has} {FindingEvidence.OfStart(pair.Server)}")
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    private static string Names(List<(ServerEntry Server, (Capability Has, Confidence Confidence) Can)> servers, Capability wanted) =>
        string.Join(", ", servers.Where(pair => pair.Can.Has.HasFlag(wanted)).Select(pair => pair.Server.Name).Distinct(StringComparer.Ordinal)
            .Take(5));
}
