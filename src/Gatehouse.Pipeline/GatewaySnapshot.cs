using Gatehouse.Identity.Certificates;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Definitions;
using Gatehouse.Policy;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline;

/// <summary>
/// Configuration, policy and issuers of one generation. A message keeps the snapshot it began with; a stream decides each
/// message by the newest (design rule 7).
/// </summary>
/// <param name="Generation">Grows by one with each replacement; every event names it.</param>
/// <param name="Settings">The configuration.</param>
/// <param name="Policy">The decision point made from its rules.</param>
public sealed record GatewaySnapshot(long Generation, GatewaySettings Settings, PolicyDecisionPoint Policy)
{
    /// <summary>
    /// Who decides: the policy itself, or that and the external decision point of the configuration (AZ-06). Whatever lets
    /// something through asks here; <see cref="Policy"/> explains, and names scopes that would help.
    /// </summary>
    public IDecisionPoint Decisions { get; init; } = Policy;

    /// <summary>True when nobody is asked but the policy.</summary>
    internal bool DecidesAlone => ReferenceEquals(Decisions, Policy);

    /// <summary>What of the servers' definitions may be seen, by this configuration's lock (TP-02).</summary>
    public DefinitionStatuses Definitions { get; init; } = DefinitionStatuses.None;

    /// <summary>Whose tokens are accepted, by this configuration's issuers and no other's; null leaves it to the stage.</summary>
    public ITokenValidator? Tokens { get; init; }

    /// <summary>Whose certificates of workloads are accepted; null leaves it to the stage.</summary>
    public ICertificateValidator? Workloads { get; init; }
}
