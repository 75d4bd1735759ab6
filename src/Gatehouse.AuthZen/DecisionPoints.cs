using System.Text.Json;
using Gatehouse.Outbound;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Microsoft.Extensions.Logging;

namespace Gatehouse.AuthZen;

/// <summary>
/// A factory of snapshots with the decision point that their configuration names. It keeps connections while the settings stay the same; it keeps no
/// answers. The connections of the previous configuration are kept for questions that are still in progress under it.
/// </summary>
internal sealed class DecisionPoints(OutboundHandlers handlers, SecretResolver secrets, TimeProvider time, ILogger log) : IDisposable
{
    private (string Text, DecisionPointClient Client)? current;
    private DecisionPointClient? before;

    /// <summary>Rules that forbid, in addition to those of a configuration: what is contained. Read for each snapshot.</summary>
    public Func<IReadOnlyList<PolicyRule>> Containments { get; init; } = static () => [];

    /// <summary>Rights that people have for a time, which every snapshot asks; null for none.</summary>
    public IActiveAccess? Rights { get; init; }

    /// <summary>Checks of rights that another system gives; null for none.</summary>
    public IAccessChecks? Checks { get; init; }

    public GatewaySnapshot Snapshot(long generation, GatewaySettings settings)
    {
        var contained = Containments();
        var policy = new PolicyDecisionPoint([.. contained, .. settings.Rules], Rights);
        var snapshot = new GatewaySnapshot(generation, settings, policy)
        {
            Uncontained = contained.Count == 0 ? null : new PolicyDecisionPoint(settings.Rules, Rights),
            AccessChecks = policy.NeedsEntra ? Checks : null,
        };
        if (settings.DecisionPoint is not { } point) return snapshot;
        return snapshot with
        { Decisions = new ExternalDecisionPoint(policy, point, settings.Limits.CallerShare, ClientOf(point), time, log) };
    }

    public void Dispose()
    {
        before?.Dispose();
        current?.Client.Dispose();
    }

    private DecisionPointClient ClientOf(DecisionPointSettings settings)
    {
        var text = SettingsText.Of(settings);
        if (current is { } kept && kept.Text == text) return kept.Client;
        before?.Dispose();
        before = current?.Client;
        current = (text, new DecisionPointClient(settings, handlers, secrets, time));
        return current.Value.Client;
    }
}
