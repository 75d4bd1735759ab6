using Gatehouse.Policy;
using Gatehouse.Policy.Decisions;

namespace Gatehouse.AuthZen.Serving;

/// <summary>One question with its decision. A question that cannot be read has a fault and is denied.</summary>
/// <param name="Decision">The verdict.</param>
/// <param name="Reason">Its slug.</param>
/// <param name="Subject">The caller in question; null when the subject is no caller of this gateway.</param>
/// <param name="Request">The request in question; null when the resource does not exist here.</param>
/// <param name="Fault">The fault of the question; null for one that could be read.</param>
internal sealed record EvaluationResult(PolicyDecision Decision, string Reason, PolicySubject? Subject = null, PolicyRequest? Request = null,
    string? Fault = null)
{
    public static EvaluationResult Nothing(string reason, PolicySubject? subject = null, PolicyRequest? request = null) =>
        new(new PolicyDecision(PolicyEffect.Deny, null), reason, subject, request);

    public static EvaluationResult Faulty(string fault) => Nothing("bad-question") with { Fault = fault };
}
