using Gatehouse.Policy.Files;

namespace Gatehouse.Policy.Analysis.Testing;

/// <summary>Every key of a file of cases, by the mapping that contains it.</summary>
public static class PolicyCaseKeys
{
    /// <summary>A file of cases.</summary>
    public static IReadOnlyList<PolicyKey> Document { get; } =
    [
        new("version", PolicyKeyKind.Number, "Version of this format: 1.") { Required = true, Example = "1" },
        new("server", PolicyKeyKind.Text, "Server of every case that names none.") { Example = "warehouse" },
        new("cases", PolicyKeyKind.Cases, "The cases.") { Required = true },
    ];

    /// <summary>Keys of a case that name the request; a case has exactly one of them.</summary>
    public static IReadOnlyList<PolicyKey> Acts { get; } =
    [
        new("calls", PolicyKeyKind.Text, "Tool that the caller calls.") { Example = "query_orders" },
        new("gets", PolicyKeyKind.Text, "Prompt that the caller gets.") { Example = "summary" },
        new("reads", PolicyKeyKind.Text, "URI of a resource that the caller reads.") { Example = "notes://alice/1" },
        new("seesTool", PolicyKeyKind.Text, "Tool that a list may show to the caller.") { Example = "query_orders" },
        new("seesPrompt", PolicyKeyKind.Text, "Prompt that a list may show to the caller.") { Example = "summary" },
        new("seesResource", PolicyKeyKind.Text, "URI of a resource that a list may show to the caller.") { Example = "notes://alice/1" },
        new("sends", PolicyKeyKind.Text, "Method without a name in its parameters, or one that no revision defines.") { Example = "tools/list" },
        new("approvesTool", PolicyKeyKind.Text, "Tool whose call the person may approve.") { Example = "query_orders" },
        new("approvesPrompt", PolicyKeyKind.Text, "Prompt whose use the person may approve.") { Example = "summary" },
        new("approvesResource", PolicyKeyKind.Text, "URI of a resource whose reading the person may approve.") { Example = "notes://alice/1" },
        new("isAskedFor", PolicyKeyKind.Choice, "Request of the server to the caller's client.")
            { Allowed = ["sampling", "elicitation", "roots", "logging"], Example = "sampling" },
    ];

    /// <summary>A case.</summary>
    public static IReadOnlyList<PolicyKey> Case { get; } =
    [
        new("name", PolicyKeyKind.Text, "Claim of the case, in one sentence. It is unique in the file.") { Required = true },
        new("as", PolicyKeyKind.Caller, "Caller of the request.") { Required = true },
        new("server", PolicyKeyKind.Text, "Server that receives the request.") { Example = "warehouse" },
        .. Acts,
        new("with", PolicyKeyKind.Values, "Arguments of the tool or prompt.") { Example = "{ region: eu, limit: 10 }" },
        new("at", PolicyKeyKind.Text, "Time of the request, ISO 8601 with offset. Without it conditions on time cannot be decided.")
            { Example = "\"2026-11-20T09:00:00Z\"" },
        new("expect", PolicyKeyKind.Choice, "The verdict of the gateway: `permit`, `deny` (no rule permits, "
            + "or the server refuses the token) or `forbid` (a rule forbids).")
            { Allowed = ["permit", "deny", "forbid"], Required = true, Example = "permit" },
        new("rule", PolicyKeyKind.Text, "Id of the rule that must decide.") { Example = "analysts-read" },
        new("approval", PolicyKeyKind.Switch,
            "True when a person must approve the permitted request, false when no person must. Without it either is good.") { Example = "true" },
        new("tokenRefused", PolicyKeyKind.Switch, "True when the server must refuse the token, for its scopes or its issuer, before the rules are asked; "
            + "false when it must not. Without it either is good, if the rules refuse the request as well.") { Example = "true" },
    ];

    /// <summary>A caller.</summary>
    public static IReadOnlyList<PolicyKey> Caller { get; } =
    [
        new("subject", PolicyKeyKind.Text, "Subject of the token. Without it: someone.") { Example = "alice" },
        new("issuer", PolicyKeyKind.Text, "Issuer of the token. Without it: https://issuer.example.") { Example = "https://login.example.com" },
        new("client", PolicyKeyKind.Text, "Client id of the token.") { Example = "assistant" },
        new("roles", PolicyKeyKind.Texts, "Roles.") { Example = "[analyst]" },
        new("groups", PolicyKeyKind.Texts, "Groups.") { Example = "[engineering]" },
        new("scopes", PolicyKeyKind.Texts, "Scopes.") { Example = "[notes:read]" },
        new("strengths", PolicyKeyKind.Texts, "Authentication context and methods.") { Example = "[mfa]" },
        new("moreGroups", PolicyKeyKind.Switch, "True means that the token does not name all its groups.") { Example = "true" },
        new("rights", PolicyKeyKind.Texts, "Ids of rules with `access` whose right the caller has at this moment. Without it: none.")
            { Example = "[warehouse-write]" },
        new("claims", PolicyKeyKind.Values, "Other claims. Those named iss, sub, client_id, roles, groups and scope follow from the keys above.")
            { Example = "{ region: eu }" },
    ];
}
