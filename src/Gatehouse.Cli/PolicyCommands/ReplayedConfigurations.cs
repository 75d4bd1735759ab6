using Gatehouse.Policy.Analysis.Recorded;
using Gatehouse.Settings;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary>The configurations of a replay.</summary>
/// <param name="next">The new one; null where none was named.</param>
/// <param name="inForce">The one in force; null where none was named. Where only rules are compared, both are the same.</param>
internal sealed class ReplayedConfigurations(GatewaySettings? next, GatewaySettings? inForce) : IReplayedConfigurations
{
    public bool IsRefused(RecordedRequest request) => Demands(next, request.Request.Server).RefusalOf(request) is not null;

    public bool IsRefusedInForce(RecordedRequest request) => Demands(inForce, request.Request.Server).RefusalOf(request) is not null;

    public IReadOnlyList<string> AddedScopes(RecordedRequest request) =>
        [.. Added(inForce, next, request.Request.Server).Except(request.Caller.Scopes, StringComparer.Ordinal)];

    public bool AsksForFewerScopes(string server) => Added(next, inForce, server).Any();

    private static ServerDemands Demands(GatewaySettings? settings, string server) => new(settings, server);

    // Nothing is known of a configuration that was not named.
    private static IEnumerable<string> Added(GatewaySettings? old, GatewaySettings? next, string server) =>
        old is null || next is null ? [] : Demands(next, server).Scopes.Except(Demands(old, server).Scopes, StringComparer.Ordinal);
}
