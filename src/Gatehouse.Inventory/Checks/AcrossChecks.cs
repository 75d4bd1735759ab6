namespace Gatehouse.Inventory;

/// <summary>Checks over all entries.</summary>
internal static class AcrossChecks
{
    public static IEnumerable<Finding> Of(IReadOnlyList<ServerEntry> servers, IReadOnlyCollection<WrappedServer> wrapped)
    {
        foreach (var group in servers.Where(server => !server.IsDisabled).GroupBy(server => server.Name, StringComparer.Ordinal))
        {
            var ways = group.GroupBy(Way, StringComparer.Ordinal).ToList();
            if (ways.Count < 2) continue;
            var first = ways[0].First();
            foreach (var other in ways.Skip(1).Select(way => way.First()))
                yield return other.About(FindingRules.DifferentCommands, Confidence.High, $"other than in {first.Client} ({first.Place.File}, line {first.Place.Line})");
        }

        foreach (var server in servers.Where(server => !server.IsWrapped && !server.IsDisabled && wrapped.Contains(new WrappedServer(server.Place.File, server.Name))))
            yield return server.About(FindingRules.NoLongerWrapped, Confidence.High, "the entry names the server itself");
    }

    private static string Way(ServerEntry server) => server.Command is { } command
        ? string.Join('\0', server.Arguments.Select(argument => argument.Text).Prepend(ServerSources.ProgramName(command)))
        : server.RawUrl?.Text ?? server.Transport;
}
