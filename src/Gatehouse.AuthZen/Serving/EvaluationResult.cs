using Gatehouse.Policy;

namespace Gatehouse.AuthZen.Serving;

/// <summary>One question with what was decided; a question that cannot be read has a fault and is denied.</summary>
/// <param name="Decision">The verdict.</param>
/// <param name="Reason">Its slug.</param>
/// <param name="Subject">About whom; null where that is no caller of this gateway.</param>
/// <param name="Request">About what; null where there is no such thing here.</param>
/// <param name="Fault">What is wrong with the question; null for one that could be read.</param>
internal sealed record EvaluationResult(PolicyDecision Decision, string Reason, PolicySubject? Subject = null, PolicyRequest? Request = null,
    string? Fault = null)
{
    public static EvaluationResult Nothing(string reason, PolicySubject? subject = null, PolicyRequest? request = null) =>
        new(new PolicyDecision(PolicyEffect.Deny, null), reason, subject, request);

    public static EvaluationResult Faulty(string fault) => Nothing("bad-question") with { Fault = fault };
}
