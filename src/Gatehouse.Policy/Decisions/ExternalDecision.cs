namespace Gatehouse.Policy.Decisions;

/// <summary>The part of an external decision point in a decision.</summary>
/// <param name="Outcome">The outcome of the question.</param>
/// <param name="IsRemembered">True when the answer was given earlier to the same question.</param>
/// <param name="Waited">The time for which this question waited for the answer.</param>
public sealed record ExternalDecision(ExternalOutcome Outcome, bool IsRemembered, TimeSpan Waited)
{
    /// <summary>Stable slug for the audit log.</summary>
    public string Reason => Outcome switch
    {
        ExternalOutcome.Permitted => DecisionReasons.PermittedByDecisionPoint,
        ExternalOutcome.Denied => DecisionReasons.DeniedByDecisionPoint,
        ExternalOutcome.ObligationUnknown => DecisionReasons.DecisionPointObligation,
        ExternalOutcome.Down => DecisionReasons.DecisionPointDown,
        ExternalOutcome.Slow => DecisionReasons.DecisionPointSlow,
        _ => DecisionReasons.DecisionPointFault,
    };

    /// <summary>True when there is no decision, so that asking again later may help.</summary>
    public bool IsFault => Outcome is ExternalOutcome.Down or ExternalOutcome.Slow or ExternalOutcome.Fault;
}
