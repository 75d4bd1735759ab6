using Gatehouse.Policy.Analysis.Recorded;
using Gatehouse.Settings;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary>The configurations of a replay, with their rules.</summary>
/// <param name="next">The new one.</param>
/// <param name="inForce">The one in force. Where only rules are compared, both have the same settings, or none.</param>
internal sealed class ReplayedConfigurations(PolicyInput next, PolicyInput inForce) : IReplayedConfigurations
{
    private readonly GatewaySettings? nextSettings = next.Settings, inForceSettings = inForce.Settings ?? next.Settings;

    public bool IsRefused(RecordedRequest request) => RequirementsOf(nextSettings, request.Request.Server).RefusalOf(request) is not null;

    public bool IsRefusedInForce(RecordedRequest request) => RequirementsOf(inForceSettings, request.Request.Server).RefusalOf(request) is not null;

    public IReadOnlyList<string> AddedScopes(RecordedRequest request, bool isEarlier)
    {
        var server = request.Request.Server;
        var added = isEarlier ? RequirementsOf(nextSettings, server).Scopes : Added(inForceSettings, nextSettings, server);
        return [.. added.Except(request.Caller.Scopes, StringComparer.Ordinal)];
    }

    public IReadOnlyList<string> OtherwiseImpliedScopes(RecordedRequest request) => ReferenceEquals(inForceSettings, nextSettings) ? []
        : [.. ImpliedScopes.Changed(request.Caller, inForceSettings, nextSettings).Where(scope => IsAskedFor(scope, request.Request.Server))];

    public bool AsksForFewerScopes(string server) => Added(nextSettings, inForceSettings, server).Any();

    private static ServerRequirements RequirementsOf(GatewaySettings? settings, string server) => new(settings, server);

    // Nothing is known of a configuration that was not named.
    private static IEnumerable<string> Added(GatewaySettings? old, GatewaySettings? next, string server) =>
        old is null || next is null ? [] : RequirementsOf(next, server).Scopes.Except(RequirementsOf(old, server).Scopes, StringComparer.Ordinal);

    private bool IsAskedFor(string scope, string server) =>
        RequirementsOf(nextSettings, server).Scopes.Contains(scope, StringComparer.Ordinal)
        || RequirementsOf(inForceSettings, server).Scopes.Contains(scope, StringComparer.Ordinal)
        || next.Rules.Concat(inForce.Rules).Any(rule => (rule.Servers?.Contains(server) ?? true) && rule.Who?.Scopes?.Contains(scope) == true);
}
