using System.Collections.Immutable;
using Gatehouse.Policy;

namespace Gatehouse.Gateway.Decisions;

/// <summary>One answer of an external decision point, after it was read strictly.</summary>
/// <param name="Outcome">How the question ended.</param>
/// <param name="Obligations">What a permit obliges to.</param>
internal sealed record ExternalAnswer(ExternalOutcome Outcome, ImmutableArray<Obligation> Obligations)
{
    public static ExternalAnswer Permitted { get; } = new(ExternalOutcome.Permitted, []);

    public static ExternalAnswer Denied { get; } = new(ExternalOutcome.Denied, []);

    public static ExternalAnswer ObligationUnknown { get; } = new(ExternalOutcome.ObligationUnknown, []);

    public static ExternalAnswer Down { get; } = new(ExternalOutcome.Down, []);

    public static ExternalAnswer Slow { get; } = new(ExternalOutcome.Slow, []);

    public static ExternalAnswer Fault { get; } = new(ExternalOutcome.Fault, []);
}
