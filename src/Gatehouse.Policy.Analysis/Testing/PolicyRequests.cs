namespace Gatehouse.Policy.Analysis.Testing;

/// <summary>Requests by the words that cases and the command use for them.</summary>
public static class PolicyRequests
{
    private static readonly string[] OfClients =
    [
        "completion/complete", "initialize", "logging/setLevel", "notifications/cancelled", "notifications/initialized", "notifications/progress",
        "notifications/roots/list_changed", "notifications/tasks/status", "ping", "prompts/get", "prompts/list", "resources/list", "resources/read",
        "resources/subscribe", "resources/templates/list", "resources/unsubscribe", "server/discover", "subscriptions/listen", "tasks/cancel",
        "tasks/get", "tasks/list", "tasks/result", "tasks/update", "tools/call", "tools/list",
    ];

    private static readonly string[] OfServers =
    [
        "elicitation/create", "notifications/elicitation/complete", "notifications/message", "notifications/prompts/list_changed",
        "notifications/resources/list_changed", "notifications/resources/updated", "notifications/subscriptions/acknowledged", "notifications/tasks",
        "notifications/tools/list_changed", "roots/list", "sampling/createMessage",
    ];

    private static readonly string[] WithTarget =
        ["tools/call", "prompts/get", "resources/read", "resources/subscribe", "resources/unsubscribe", "completion/complete"];

    /// <summary>Methods that some revision of the protocol knows; a test compares them with the table of the protocol.</summary>
    public static IReadOnlyList<string> KnownMethods { get; } = [.. OfClients.Concat(OfServers).Order(StringComparer.Ordinal)];

    /// <summary>Those that clients send. A client that sends another one needs a rule that names it.</summary>
    public static IReadOnlyList<string> ClientMethods => OfClients;

    /// <summary>Returns whether requests of a method name a tool, a prompt or a resource. Without the name there is no verdict about them.</summary>
    public static bool NamesTarget(string method) => WithTarget.Contains(method);

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
            "sends" => new PolicyRequest(server, name, KnownMethod: OfClients.Contains(name)) { Direction = DirectionOf(name) },
            "isAskedFor" => Asked(server, name),
            _ => throw new ArgumentException($"'{act}' is no act", nameof(act)),
        };
    }

    /// <summary>Returns the direction of a request that a client sends, as the gateway asks about it.</summary>
    internal static PolicyDirection DirectionOf(string method) => method == "logging/setLevel" ? PolicyDirection.Logging : PolicyDirection.Calls;

    private static PolicyRequest Asked(string server, string direction) => new(server, direction switch
    {
        "sampling" => "sampling/createMessage",
        "elicitation" => "elicitation/create",
        "roots" => "roots/list",
        _ => "notifications/message",
    })
    { Direction = Enum.TryParse<PolicyDirection>(direction, ignoreCase: true, out var known) ? known : PolicyDirection.Logging };
}
