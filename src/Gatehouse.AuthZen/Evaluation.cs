using Gatehouse.Policy;

namespace Gatehouse.AuthZen;

/// <summary>One question on its way to an external decision point.</summary>
/// <param name="Subject">About whom.</param>
/// <param name="Request">About what.</param>
internal readonly record struct Evaluation(PolicySubject Subject, PolicyRequest Request);
