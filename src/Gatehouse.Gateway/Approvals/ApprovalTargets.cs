using Gatehouse.Policy;

namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// The questions to the policy whether a person may answer for a call. The check whether any person could answer, and the check whether this person
/// may, ask the same ones: otherwise a call would wait for an answer that no person may give.
/// </summary>
internal static class ApprovalTargets
{
    /// <summary>Returns the targets of a message, at least one: the server where the message names nothing.</summary>
    /// <param name="targets">The questions to the policy about the message.</param>
    public static IReadOnlyList<ApprovalTarget> Of(IReadOnlyList<PolicyRequest> targets)
    {
        var named = targets.Where(static target => target.Target != PolicyTarget.None)
            .Select(static target => new ApprovalTarget(target.Target, target.Name, target.IsTemplate));
        return [.. named.DefaultIfEmpty(ApprovalTarget.Server)];
    }

    /// <summary>Returns the questions for the targets of a call. No argument of the call is read.</summary>
    /// <param name="server">Name of the server.</param>
    /// <param name="method">The method.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="at">The moment of the answer, or of the use of the grant, for conditions on time.</param>
    public static IReadOnlyList<PolicyRequest> All(string server, string method, IReadOnlyList<ApprovalTarget> targets, DateTimeOffset at) =>
    [
        .. targets.Select(target => new PolicyRequest(server, method, target.Kind, target.Name)
        {
            Direction = PolicyDirection.Approvals,
            OpenArguments = true,
            IsTemplate = target.IsTemplate,
            At = at,
        }),
    ];

    /// <summary>Returns the questions for a stored question, at least one. The person needs the right to each.</summary>
    /// <param name="facts">The stored question.</param>
    /// <param name="at">The moment of the answer, or of the use of the grant, for conditions on time.</param>
    public static IReadOnlyList<PolicyRequest> All(ApprovalFacts facts, DateTimeOffset at) => All(facts.Server, facts.Method,
        facts.Targets.Count > 0 ? facts.Targets : [OfEarlierBuild(facts.Method, facts.Target)], at);

    // A question that was asked by a build that did not store its targets.
    private static ApprovalTarget OfEarlierBuild(string method, string? target) => method switch
    {
        "tools/call" => new ApprovalTarget(PolicyTarget.Tool, target),
        "prompts/get" => new ApprovalTarget(PolicyTarget.Prompt, target),
        _ when method.StartsWith("resources/", StringComparison.Ordinal) && target is not null => new ApprovalTarget(PolicyTarget.Resource, target),
        _ => ApprovalTarget.Server,
    };
}

/// <summary>What a call that waits for a person is about, as the policy is asked about it. Stored sealed with the question.</summary>
/// <param name="Kind">The kind; <see cref="PolicyTarget.None"/> for the server.</param>
/// <param name="Name">The name, URI or template; null for none.</param>
/// <param name="IsTemplate">True where the name is a URI template.</param>
internal sealed record ApprovalTarget(PolicyTarget Kind, string? Name = null, bool IsTemplate = false)
{
    /// <summary>The server as a whole.</summary>
    public static ApprovalTarget Server { get; } = new(PolicyTarget.None);
}
