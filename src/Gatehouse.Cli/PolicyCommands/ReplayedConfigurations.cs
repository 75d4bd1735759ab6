using Gatehouse.Policy.Analysis.Recorded;
using Gatehouse.Settings;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary>The configurations of a replay, with their rules.</summary>
/// <param name="next">The new one.</param>
/// <param name="inForce">The one in force. Where only rules are compared, both have the same settings, or none.</param>
internal sealed class ReplayedConfigurations(PolicyInput next, PolicyInput inForce) : IReplayedConfigurations
{
    private readonly GatewaySettings? nextSettings = next.Settings, inForceSettings = inForce.Settings ?? next.Settings;

    public bool IsRefused(RecordedRequest request) => Demands(nextSettings, request.Request.Server).RefusalOf(request) is not null;

    public bool IsRefusedInForce(RecordedRequest request) => Demands(inForceSettings, request.Request.Server).RefusalOf(request) is not null;

    public IReadOnlyList<string> AddedScopes(RecordedRequest request, bool isEarlier)
    {
        var server = request.Request.Server;
        var added = isEarlier ? Demands(nextSettings, server).Scopes : Added(inForceSettings, nextSettings, server);
        return [.. added.Except(request.Caller.Scopes, StringComparer.Ordinal)];
    }

    public IReadOnlyList<string> OtherwiseImpliedScopes(RecordedRequest request) => ReferenceEquals(inForceSettings, nextSettings) ? []
        : [.. ImpliedScopes.Changed(request.Caller, inForceSettings, nextSettings).Where(scope => IsAskedFor(scope, request.Request.Server))];

    public bool AsksForFewerScopes(string server) => Added(nextSettings, inForceSettings, server).Any();

    private static ServerDemands Demands(GatewaySettings? settings, string server) => new(settings, server);

    // Nothing is known of a configuration that was not named.
    private static IEnumerable<string> Added(GatewaySettings? old, GatewaySettings? next, string server) =>
        old is null || next is null ? [] : Demands(next, server).Scopes.Except(Demands(old, server).Scopes, StringComparer.Ordinal);

    private bool IsAskedFor(string scope, string server) =>
        Demands(nextSettings, server).Scopes.Contains(scope, StringComparer.Ordinal)
        || Demands(inForceSettings, server).Scopes.Contains(scope, StringComparer.Ordinal)
        || next.Rules.Concat(inForce.Rules).Any(rule => (rule.Servers?.Contains(server) ?? true) && rule.Who?.Scopes?.Contains(scope) == true);
}
