namespace Gatehouse.Policy.Analysis.Testing;

/// <summary>Requests by the words that cases and the command use for them.</summary>
public static class PolicyRequests
{
    private static readonly string[] Known =
    [
        "completion/complete", "elicitation/create", "initialize", "logging/setLevel", "notifications/cancelled",
        "notifications/elicitation/complete",
        "notifications/initialized", "notifications/message", "notifications/progress", "notifications/prompts/list_changed",
        "notifications/resources/list_changed", "notifications/resources/updated", "notifications/roots/list_changed",
        "notifications/subscriptions/acknowledged", "notifications/tasks", "notifications/tasks/status", "notifications/tools/list_changed", "ping",
        "prompts/get", "prompts/list", "resources/list", "resources/read", "resources/subscribe", "resources/templates/list", "resources/unsubscribe",
        "roots/list", "sampling/createMessage", "server/discover", "subscriptions/listen", "tasks/cancel", "tasks/get", "tasks/list", "tasks/result",
        "tasks/update", "tools/call", "tools/list",
    ];

    /// <summary>Methods that some revision of the protocol knows; a test compares them with the table of the protocol.</summary>
    public static IReadOnlyList<string> KnownMethods => Known;

    /// <summary>Makes a request.</summary>
    /// <param name="act">One of the keys of <see cref="PolicyCaseKeys.Acts"/>.</param>
    /// <param name="server">The server that is asked.</param>
    /// <param name="name">The tool, prompt, URI, method or direction.</param>
    /// <exception cref="ArgumentException">There is no such act.</exception>
    public static PolicyRequest For(string act, string server, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return act switch
        {
            "calls" => new PolicyRequest(server, "tools/call", PolicyTarget.Tool, name),
            "gets" => new PolicyRequest(server, "prompts/get", PolicyTarget.Prompt, name),
            "reads" => new PolicyRequest(server, "resources/read", PolicyTarget.Resource, name),
            "seesTool" => For("calls", server, name) with { Direction = PolicyDirection.Lists },
            "seesPrompt" => For("gets", server, name) with { Direction = PolicyDirection.Lists },
            "seesResource" => For("reads", server, name) with
            { Direction = PolicyDirection.Lists, IsTemplate = name.Contains('{', StringComparison.Ordinal) },
            "approvesTool" => For("calls", server, name) with { Direction = PolicyDirection.Approvals },
            "approvesPrompt" => For("gets", server, name) with { Direction = PolicyDirection.Approvals },
            "approvesResource" => For("reads", server, name) with { Direction = PolicyDirection.Approvals },
            "sends" => new PolicyRequest(server, name, KnownMethod: Known.Contains(name)),
            "isAskedFor" => Asked(server, name),
            _ => throw new ArgumentException($"'{act}' is no act", nameof(act)),
        };
    }

    private static PolicyRequest Asked(string server, string direction) => new(server, direction switch
    {
        "sampling" => "sampling/createMessage",
        "elicitation" => "elicitation/create",
        "roots" => "roots/list",
        _ => "notifications/message",
    })
    { Direction = Enum.TryParse<PolicyDirection>(direction, ignoreCase: true, out var known) ? known : PolicyDirection.Logging };
}
