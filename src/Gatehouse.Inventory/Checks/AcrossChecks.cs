using Gatehouse.Detection.Findings;
using Gatehouse.Integrity.Origins;
using Gatehouse.Inventory.Model;
using Gatehouse.Isolation;

namespace Gatehouse.Inventory.Checks;

/// <summary>Checks over all entries.</summary>
internal static class AcrossChecks
{
    public static IEnumerable<Finding> Of(IReadOnlyList<ServerEntry> servers, IReadOnlyCollection<WrappedEntry> wrapped)
    {
        foreach (var group in servers.Where(server => !server.IsDisabled).GroupBy(server => server.Name, StringComparer.Ordinal))
        {
            var ways = group.GroupBy(Way, StringComparer.Ordinal).ToList();
            if (ways.Count < 2) continue;
            var first = ways[0].First();
            foreach (var other in ways.Skip(1).Select(way => way.First()))
                yield return other.About(FindingRules.DifferentCommands, Confidence.High,
                    $"different from {first.Client} ({first.Place.File}, line {first.Place.Line})",
                    evidence: $"{first.Client} {FindingEvidence.OfStart(first)} {FindingEvidence.OfStart(other)}");
        }

        foreach (var server in servers.Where(server => server is { IsDisabled: false, Command: not null }))
        {
            foreach (var name in server.EnvironmentNames)
            {
                var isOfWrapper = server.IsWrapped && WrapperVariables.Affects(name);
                if (isOfWrapper || ProcessEnvironment.DecidesCode(name))
                    yield return server.About(
                        isOfWrapper ? FindingRules.WrapperVariables : FindingRules.CodeVariables, Confidence.High, $"it sets {name}", evidence: name);
            }
        }

        foreach (var server in servers.Where(server => !server.IsDisabled))
        {
            if (wrapped.FirstOrDefault(known => known.IsOf(server)) is not { } known) continue;
            if (!server.IsWrapped) yield return server.About(FindingRules.NoLongerWrapped, Confidence.High, "the entry starts the server directly",
                evidence: FindingEvidence.OfStart(server));
            // A program that only has the name would look like the wrapper.
            else if (known.Launcher is { } launcher && server.Command != launcher)
                yield return server.About(FindingRules.NoLongerWrapped, Confidence.High,
                    $"the entry starts another program than {launcher}, which Gatehouse wrote", evidence: FindingEvidence.OfStart(server));
        }
    }

    private static string Way(ServerEntry server) => server.Command is { } command
        ? string.Join('\0', server.Arguments.Select(argument => argument.Text).Prepend(CommandOrigin.ProgramName(command)))
        : server.RawUrl?.Text ?? server.Transport;
}
