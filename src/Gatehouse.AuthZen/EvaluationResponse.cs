using System.Collections.Immutable;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Rules;

namespace Gatehouse.AuthZen;

/// <summary>One answer of an external decision point, after it was read strictly.</summary>
/// <param name="Outcome">Outcome of the question.</param>
/// <param name="Obligations">Obligations of a permit.</param>
internal sealed record EvaluationResponse(ExternalOutcome Outcome, ImmutableArray<Obligation> Obligations)
{
    public static EvaluationResponse Permitted { get; } = new(ExternalOutcome.Permitted, []);

    public static EvaluationResponse Denied { get; } = new(ExternalOutcome.Denied, []);

    public static EvaluationResponse ObligationUnknown { get; } = new(ExternalOutcome.ObligationUnknown, []);

    public static EvaluationResponse Down { get; } = new(ExternalOutcome.Down, []);

    public static EvaluationResponse Slow { get; } = new(ExternalOutcome.Slow, []);

    public static EvaluationResponse Fault { get; } = new(ExternalOutcome.Fault, []);
}
