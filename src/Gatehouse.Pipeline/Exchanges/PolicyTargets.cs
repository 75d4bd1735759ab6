using Gatehouse.Pipeline.Uris;
using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.Exchanges;

/// <summary>
/// The questions to the decision point about the targets of a message. A message that names several targets has a question for each.
/// </summary>
public static class PolicyTargets
{
    /// <summary>Returns the questions of the message, at least one.</summary>
    /// <remarks>
    /// Threat: some servers carry out a call without an id, or one by a method of another revision. A rule that names the method must not permit it
    /// past the rules about its target (CWE-436).
    /// </remarks>
    /// <param name="server">Name of the server.</param>
    /// <param name="method">The method.</param>
    /// <param name="message">The message.</param>
    /// <param name="known">
    /// False where the revision of the message has no such message from a client: no such method, one that only servers send, or a request that was
    /// sent as a notification. Only a rule that names the method permits it (ST-05).
    /// </param>
    /// <param name="at">Time at which the request arrived.</param>
    public static IReadOnlyList<PolicyRequest> Of(string server, string method, ValidatedMessage message, bool known, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(message);
        return known ? OfKnown(server, method, message, at)
            : [new PolicyRequest(server, method, KnownMethod: false) { At = at }, .. OfKnown(server, method, message, at).Where(HasRulesOfItsOwn)];
    }

    private static bool HasRulesOfItsOwn(PolicyRequest request) => request.Target != PolicyTarget.None || request.Direction != PolicyDirection.Calls;

    private static IReadOnlyList<PolicyRequest> OfKnown(string server, string method, ValidatedMessage message, DateTimeOffset at)
    {
        return method switch
        {
            "tools/call" => [Tool(server, message.Name) with
                { Arguments = message.Part(EnvelopeMember.ParamsArguments), At = at }],
            "prompts/get" => [Prompt(server, message.Name) with
                { Arguments = message.Part(EnvelopeMember.ParamsArguments), At = at }],
            "resources/read" or "resources/subscribe" or "resources/unsubscribe" =>
                [new PolicyRequest(server, method, PolicyTarget.Resource, message.Text(EnvelopeMember.ParamsUri)) { At = at }],
            "completion/complete" => [Completion(server, message) with { At = at }],
            // The cast makes the type of the switch an interface. Otherwise each list of one would be a List with an array.
            "subscriptions/listen" => (IReadOnlyList<PolicyRequest>)Subscriptions(server, message, at),
            "logging/setLevel" => [new PolicyRequest(server, method) { Direction = PolicyDirection.Logging, At = at }],
            _ => [Presence(server, method, at)],
        };
    }

    /// <summary>Returns the question whether the server is open to the caller at all: handshake, lists, notifications.</summary>
    public static PolicyRequest Presence(string server, string method, DateTimeOffset at) => new(server, method) { At = at };

    /// <summary>Returns the question whether a list may show a tool: a call with arguments that are not yet known.</summary>
    public static PolicyRequest Tool(string server, string? name) => new(server, "tools/call", PolicyTarget.Tool, name);

    /// <summary>Returns the question whether a list may show a prompt.</summary>
    public static PolicyRequest Prompt(string server, string? name) => new(server, "prompts/get", PolicyTarget.Prompt, name);

    /// <summary>Returns the question whether a list may show a resource.</summary>
    public static PolicyRequest Resource(string server, string? uri) => new(server, "resources/read", PolicyTarget.Resource, uri);

    /// <summary>Returns the question whether a list may show a template: whether any resource of it could be used.</summary>
    public static PolicyRequest Template(string server, string? template) => Resource(server, template) with { IsTemplate = true };

    // A completion reveals names and values of its target, so it needs the right to that target, with some arguments. Only the type decides which
    // target that is: servers read the members of that form and skip those of the other.
    private static PolicyRequest Completion(string server, ValidatedMessage message)
    {
        if (message.Text(EnvelopeMember.ParamsRefType) != "ref/resource")
            return Prompt(server, message.Text(EnvelopeMember.ParamsRefName)) with { Method = "completion/complete", OpenArguments = true };
        // One that became too long is refused before. After an edit the question is about the template as it is: for all of its values.
        var filled = CompletionTemplate.Fill(message) ?? message.Text(EnvelopeMember.ParamsRefUri)!;
        return Resource(server, filled) with
        { Method = "completion/complete", OpenArguments = true, IsTemplate = filled.Contains('{', StringComparison.Ordinal) };
    }

    private static List<PolicyRequest> Subscriptions(string server, ValidatedMessage message, DateTimeOffset at)
    {
        List<PolicyRequest> requests = [Presence(server, "subscriptions/listen", at)];
        var bytes = message.Bytes.Span;
        var parameters = message.Range(EnvelopeMember.Params);
        if (parameters.IsAbsent
            || !JsonWalk.TryFindMember(bytes, parameters, "notifications"u8, out var wanted)
            || bytes[wanted.Start] != (byte)'{'
            || !JsonWalk.TryFindMember(bytes, wanted, "resourceSubscriptions"u8, out var uris)
            || bytes[uris.Start] != (byte)'[')
        {
            return requests;
        }

        foreach (var uri in JsonWalk.Elements(bytes, uris))
            requests.Add(new PolicyRequest(server, "subscriptions/listen", PolicyTarget.Resource, JsonWalk.String(bytes, uri)) { At = at });
        return requests;
    }
}
