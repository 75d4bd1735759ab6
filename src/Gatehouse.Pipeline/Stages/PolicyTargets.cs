using Gatehouse.Policy;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Stages;

/// <summary>What a message asks for, as questions to the decision point. A message that names several things asks for each.</summary>
public static class PolicyTargets
{
    /// <summary>The questions of the message, at least one.</summary>
    public static IReadOnlyList<PolicyRequest> Of(string server, string method, ProvenMessage message, bool known)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!known) return [new PolicyRequest(server, method, KnownMethod: false)];
        return method switch
        {
            "tools/call" => [Tool(server, message.Text(Slot.ParamsName))],
            "prompts/get" => [new PolicyRequest(server, method, PolicyTarget.Prompt, message.Text(Slot.ParamsName))],
            "resources/read" or "resources/subscribe" or "resources/unsubscribe" =>
                [new PolicyRequest(server, method, PolicyTarget.Resource, message.Text(Slot.ParamsUri))],
            "completion/complete" => [Completion(server, message)],
            "subscriptions/listen" => Subscriptions(server, message),
            "logging/setLevel" => [new PolicyRequest(server, method) { Direction = PolicyDirection.Logging }],
            _ => [new PolicyRequest(server, method)],
        };
    }

    /// <summary>The question whether a list may show a tool: the same as for calling it.</summary>
    public static PolicyRequest Tool(string server, string? name) => new(server, "tools/call", PolicyTarget.Tool, name);

    /// <summary>The question whether a list may show a prompt.</summary>
    public static PolicyRequest Prompt(string server, string? name) => new(server, "prompts/get", PolicyTarget.Prompt, name);

    /// <summary>The question whether a list may show a resource or a template.</summary>
    public static PolicyRequest Resource(string server, string? uri) => new(server, "resources/read", PolicyTarget.Resource, uri);

    // Completion tells names and values of the thing it refers to, so it needs the right to that thing.
    private static PolicyRequest Completion(string server, ProvenMessage message) =>
        message.Has(Slot.ParamsRefUri)
            ? Resource(server, message.Text(Slot.ParamsRefUri))
            : Prompt(server, message.Text(Slot.ParamsRefName));

    private static List<PolicyRequest> Subscriptions(string server, ProvenMessage message)
    {
        List<PolicyRequest> requests = [new PolicyRequest(server, "subscriptions/listen")];
        var bytes = message.Bytes.Span;
        var parameters = message.Range(Slot.Params);
        if (parameters.IsAbsent
            || !JsonWalk.TryFindMember(bytes, parameters, "notifications"u8, out var wanted)
            || bytes[wanted.Start] != (byte)'{'
            || !JsonWalk.TryFindMember(bytes, wanted, "resourceSubscriptions"u8, out var uris)
            || bytes[uris.Start] != (byte)'[')
        {
            return requests;
        }

        foreach (var uri in JsonWalk.Elements(bytes, uris))
            requests.Add(new PolicyRequest(server, "subscriptions/listen", PolicyTarget.Resource, JsonWalk.String(bytes, uri)));
        return requests;
    }
}
