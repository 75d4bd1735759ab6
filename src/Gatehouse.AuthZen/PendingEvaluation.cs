namespace Gatehouse.AuthZen;

/// <summary>A question with what it is remembered by.</summary>
internal readonly record struct PendingEvaluation(EvaluationKey Key, Evaluation Question);
