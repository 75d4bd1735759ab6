namespace Gatehouse.AuthZen;

/// <summary>A question with its cache key.</summary>
internal readonly record struct PendingEvaluation(EvaluationKey Key, Evaluation Question);
