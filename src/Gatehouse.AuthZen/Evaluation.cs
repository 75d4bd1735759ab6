using Gatehouse.Policy;

namespace Gatehouse.AuthZen;

/// <summary>One question for an external decision point.</summary>
/// <param name="Subject">The caller in question.</param>
/// <param name="Request">The request in question.</param>
internal readonly record struct Evaluation(PolicySubject Subject, PolicyRequest Request);
