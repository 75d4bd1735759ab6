using Gatehouse.Policy;

namespace Gatehouse.Gateway.Approvals;

/// <summary>The questions to the policy whether a person may answer for a call.</summary>
internal static class ApprovalTargets
{
    /// <summary>Returns the question for a stored question. No argument of the call is read.</summary>
    /// <param name="facts">The stored question.</param>
    /// <param name="at">The moment of the answer, or of the use of the grant, for conditions on time.</param>
    public static PolicyRequest Of(ApprovalFacts facts, DateTimeOffset at) => Of(facts.Server, facts.Method, facts.Target) with { At = at };

    private static PolicyRequest Of(string server, string method, string? target) => method switch
    {
        "tools/call" => Named(server, method, PolicyTarget.Tool, target),
        "prompts/get" => Named(server, method, PolicyTarget.Prompt, target),
        _ when method.StartsWith("resources/", StringComparison.Ordinal) && target is not null =>
            Named(server, method, PolicyTarget.Resource, target),
        _ => new PolicyRequest(server, method) { Direction = PolicyDirection.Approvals, OpenArguments = true },
    };

    private static PolicyRequest Named(string server, string method, PolicyTarget kind, string? name) =>
        new(server, method, kind, name) { Direction = PolicyDirection.Approvals, OpenArguments = true };
}
