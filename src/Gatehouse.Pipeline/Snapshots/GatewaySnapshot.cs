using Gatehouse.Identity.Certificates;
using Gatehouse.Identity.Validation;
using Gatehouse.Pipeline.Definitions;
using Gatehouse.Policy.Decisions;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Snapshots;

/// <summary>
/// Configuration, policy and issuers of one generation. A message keeps the snapshot that it began with; a stream decides each message by the newest
/// (design rule 7).
/// </summary>
/// <param name="Generation">Grows by one with each replacement; every event names it.</param>
/// <param name="Settings">The configuration.</param>
/// <param name="Policy">The decision point made from its rules.</param>
public sealed record GatewaySnapshot(long Generation, GatewaySettings Settings, PolicyDecisionPoint Policy)
{
    /// <summary>
    /// The decision point: the policy itself, or the policy with the external decision point of the configuration (AZ-06). Every permission is asked
    /// here. <see cref="Policy"/> explains decisions, and names scopes that would help.
    /// </summary>
    public IDecisionPoint Decisions { get; init; } = Policy;

    /// <summary>
    /// The decision point made from the rules of the configuration without those of containments, by which a caller who has the right learns that the
    /// thing is contained. Null where nothing is contained.
    /// </summary>
    public PolicyDecisionPoint? Uncontained { get; init; }

    /// <summary>Checks of rights that another system gives, before the policy decides; null where no rule needs one.</summary>
    public IAccessChecks? AccessChecks { get; init; }

    /// <summary>
    /// The moment at which the host began to read this configuration. A snapshot that changes only containments or approvals of definitions keeps it.
    /// Where it is not set, every revocation is later.
    /// </summary>
    public DateTimeOffset ConfiguredAt { get; init; }

    /// <summary>True when only the policy decides.</summary>
    internal bool DecidesAlone => ReferenceEquals(Decisions, Policy);

    /// <summary>The visibility of the servers' definitions, by this configuration's lock (TP-02).</summary>
    public DefinitionStatuses Definitions { get; init; } = DefinitionStatuses.None;

    /// <summary>The validator of tokens, for this configuration's issuers and no others; null leaves it to the stage.</summary>
    public ITokenValidator? Tokens { get; init; }

    /// <summary>The validator of workloads' certificates; null leaves it to the stage.</summary>
    public ICertificateValidator? Workloads { get; init; }
}
