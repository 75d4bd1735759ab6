using Gatehouse.Policy.Files;

namespace Gatehouse.Policy.Analysis.Testing;

/// <summary>Every key of a file of cases, by the mapping it stands in.</summary>
public static class PolicyCaseKeys
{
    /// <summary>A file of cases.</summary>
    public static IReadOnlyList<PolicyKey> Document { get; } =
    [
        new("version", PolicyKeyKind.Number, "Version of this format: 1.") { Required = true, Example = "1" },
        new("server", PolicyKeyKind.Text, "The server of every case that names none.") { Example = "warehouse" },
        new("cases", PolicyKeyKind.Cases, "The cases.") { Required = true },
    ];

    /// <summary>Keys of a case that say what is asked; a case has exactly one of them.</summary>
    public static IReadOnlyList<PolicyKey> Acts { get; } =
    [
        new("calls", PolicyKeyKind.Text, "A tool that the caller calls.") { Example = "query_orders" },
        new("gets", PolicyKeyKind.Text, "A prompt that the caller gets.") { Example = "summary" },
        new("reads", PolicyKeyKind.Text, "URI of a resource that the caller reads.") { Example = "notes://alice/1" },
        new("seesTool", PolicyKeyKind.Text, "A tool that a list may show to the caller.") { Example = "query_orders" },
        new("seesPrompt", PolicyKeyKind.Text, "A prompt that a list may show to the caller.") { Example = "summary" },
        new("seesResource", PolicyKeyKind.Text, "URI of a resource that a list may show to the caller.") { Example = "notes://alice/1" },
        new("sends", PolicyKeyKind.Text, "A method that names nothing, or one that no revision knows.") { Example = "tools/list" },
        new("isAskedFor", PolicyKeyKind.Choice, "What the server asks of the caller's client.")
            { Allowed = ["sampling", "elicitation", "roots", "logging"], Example = "sampling" },
    ];

    /// <summary>A case.</summary>
    public static IReadOnlyList<PolicyKey> Case { get; } =
    [
        new("name", PolicyKeyKind.Text, "What the case shows, in a sentence; unique in the file.") { Required = true },
        new("as", PolicyKeyKind.Caller, "Who asks.") { Required = true },
        new("server", PolicyKeyKind.Text, "The server that is asked.") { Example = "warehouse" },
        .. Acts,
        new("with", PolicyKeyKind.Values, "Arguments of the tool or prompt.") { Example = "{ region: eu, limit: 10 }" },
        new("at", PolicyKeyKind.Text, "When, ISO 8601 with offset. Without it conditions on time cannot be decided.")
            { Example = "\"2026-11-20T09:00:00Z\"" },
        new("expect", PolicyKeyKind.Choice, "The verdict: `permit`, `deny` (no rule permits) or `forbid` (a rule forbids).")
            { Allowed = ["permit", "deny", "forbid"], Required = true, Example = "permit" },
        new("rule", PolicyKeyKind.Text, "Id of the rule that must make the verdict.") { Example = "analysts-read" },
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
        new("moreGroups", PolicyKeyKind.Switch, "True: the token does not name all its groups.") { Example = "true" },
        new("claims", PolicyKeyKind.Values, "Other claims. Those named iss, sub, client_id, roles, groups and scope follow from the keys above.")
            { Example = "{ region: eu }" },
    ];
}
