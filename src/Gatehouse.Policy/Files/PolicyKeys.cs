namespace Gatehouse.Policy.Files;

/// <summary>Every key of the policy language, by the mapping it stands in.</summary>
public static class PolicyKeys
{
    /// <summary>A policy file.</summary>
    public static IReadOnlyList<PolicyKey> Document { get; } =
    [
        new("version", PolicyKeyKind.Number, "Version of this format: 1.") { Required = true, Example = "1" },
        new("description", PolicyKeyKind.Text, "What the policy is for."),
        new("rules", PolicyKeyKind.Rules, "The rules. Without a permit nobody may do anything; a forbid wins over every permit.") { Required = true },
    ];

    /// <summary>A rule.</summary>
    public static IReadOnlyList<PolicyKey> Rule { get; } =
    [
        new("id", PolicyKeyKind.Text, "Unique id; it stands in events and explanations.") { Required = true, Example = "staff-read" },
        new("description", PolicyKeyKind.Text, "What the rule is for, in a sentence; explanations show it."),
        new("permit", PolicyKeyKind.Clause, "What is permitted, and to whom. Every list that is given must match."),
        new("forbid", PolicyKeyKind.Clause, "What is forbidden, and to whom; without a list of callers, to all."),
        new("when", PolicyKeyKind.Conditions,
            "Conditions; all must hold. One that cannot be decided never helps a permit and always helps a forbid."),
        new("obligations", PolicyKeyKind.Obligations, "What must be done for the permit to count."),
    ];

    /// <summary>Whom a clause speaks of.</summary>
    public static IReadOnlyList<PolicyKey> Who { get; } =
    [
        new("issuers", PolicyKeyKind.Texts, "Issuers of the token.") { Example = "[https://login.example.com]" },
        new("subjects", PolicyKeyKind.Texts, "Subjects of the token.") { Example = "[alice]" },
        new("clients", PolicyKeyKind.Texts, "Client ids of the token. Of a token without one this cannot be decided.") { Example = "[assistant]" },
        new("scopes", PolicyKeyKind.Texts, "Scopes, of which the token has one. Wildcards are refused.") { Example = "[notes:read]" },
        new("roles", PolicyKeyKind.Texts, "Roles, of which the token has one.") { Example = "[analyst]" },
        new("groups", PolicyKeyKind.Texts, "Groups, of which the token has one. Of a token that does not name all its groups this cannot be decided.")
            { Example = "[engineering]" },
        new("strengths", PolicyKeyKind.Texts, "Authentication context (acr) or methods (amr), of which the token tells one.") { Example = "[mfa]" },
    ];

    /// <summary>A clause.</summary>
    public static IReadOnlyList<PolicyKey> Clause { get; } =
    [
        new("anyone", PolicyKeyKind.Switch, "True speaks of every caller with a valid token.") { Example = "true" },
        .. Who,
        new("servers", PolicyKeyKind.Texts, "Servers; `*` stands for any run of characters here and below. Without it: all.")
            { Example = "[warehouse]" },
        new("tools", PolicyKeyKind.Texts, "Tools. A rule that lists tools, prompts, resources or methods speaks of those alone.")
            { Example = "[\"read_*\"]" },
        new("prompts", PolicyKeyKind.Texts, "Prompts.") { Example = "[summary]" },
        new("resources", PolicyKeyKind.Texts,
            "URIs of resources. `{name}` stands for one part of a path and can be used in conditions as `variable: name`; `{+name}` for any text.")
                { Example = "[\"notes://{owner}/*\"]" },
        new("methods", PolicyKeyKind.Texts, "Methods. One that no revision of the protocol knows must be written in full.")
            { Example = "[completion/complete]" },
        new("directions", PolicyKeyKind.Choices,
            "Ways: calls and lists of the client; sampling, elicitation, roots and logging, which the server asks of the client. Without it: calls "
                + "and lists.")
        {
            Allowed = Directions,
            Example = "[calls, lists, elicitation]",
        },
    ];

    /// <summary>A condition. It has one source with its tests, or is made of others.</summary>
    public static IReadOnlyList<PolicyKey> Condition { get; } =
    [
        new("argument", PolicyKeyKind.Text,
            "An argument of the tool or prompt: its name, or a JSON Pointer such as `/filter/region`; `*` in it stands for every entry of a list.")
                { Example = "region" },
        new("claim", PolicyKeyKind.Text,
            "A claim of the caller's token: its name, or a JSON Pointer. One with several values satisfies a test when one of them does.") { Example =
                "department" },
        new("variable", PolicyKeyKind.Text, "A variable of the rule's resources.") { Example = "owner" },
        new("equals", PolicyKeyKind.Literal, "Equals this, in type and value.") { Example = "eu" },
        new("in", PolicyKeyKind.Literals, "Is one of these.") { Example = "[eu, us]" },
        new("atLeast", PolicyKeyKind.Number, "Is this number or larger.") { Example = "1" },
        new("atMost", PolicyKeyKind.Number, "Is this number or smaller.") { Example = "100" },
        new("above", PolicyKeyKind.Number, "Is larger than this number.") { Example = "0" },
        new("below", PolicyKeyKind.Number, "Is smaller than this number.") { Example = "100" },
        new("startsWith", PolicyKeyKind.Text, "Is a text that begins with this.") { Example = "report-" },
        new("under", PolicyKeyKind.Text,
            "Is a path inside this folder. A path with `..`, a backslash, NUL or `%`, or not from the root, cannot be decided.") { Example =
                "/srv/data" },
        new("matches", PolicyKeyKind.Text,
            "Is a text that this regular expression matches as a whole. It runs in linear time: no look-around, no back-references.") { Example =
                "\"[a-z0-9-]{1,40}\"" },
        new("equalsClaim", PolicyKeyKind.Text, "Equals this claim of the caller.") { Example = "region" },
        new("inClaim", PolicyKeyKind.Text, "Is one of the values of this claim of the caller.") { Example = "regions" },
        new("present", PolicyKeyKind.Switch, "Is given (true) or not given (false).") { Example = "true" },
        new("holdsFor", PolicyKeyKind.Choice, "What is asked of a list that the path goes through: `every` entry or `some` entry. Without it: every.")
            { Allowed = ["every", "some"], Example = "every" },
        new("all", PolicyKeyKind.Conditions, "Holds when all of these do."),
        new("any", PolicyKeyKind.Conditions, "Holds when one of these does."),
        new("not", PolicyKeyKind.Condition, "Holds when this does not. What cannot be decided stays so."),
        new("time", PolicyKeyKind.Time, "Holds at these times."),
    ];

    /// <summary>Times.</summary>
    public static IReadOnlyList<PolicyKey> Time { get; } =
    [
        new("days", PolicyKeyKind.Choices, "Days of the week.")
            { Allowed = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], Example = "[mon, tue, wed, thu, fri]" },
        new("from", PolicyKeyKind.Text, "Start of the daily span, `HH:mm`.") { Example = "\"08:00\"" },
        new("until", PolicyKeyKind.Text, "End of the daily span, `HH:mm`, not part of it. Before `from` the span goes over midnight.")
            { Example = "\"18:00\"" },
        new("zone", PolicyKeyKind.Text, "Time zone of the IANA list. Without it: UTC.") { Example = "Europe/Berlin" },
        new("notBefore", PolicyKeyKind.Text, "Not before this moment, ISO 8601 with offset.") { Example = "\"2026-01-01T00:00:00Z\"" },
        new("notAfter", PolicyKeyKind.Text, "Not at or after this moment.") { Example = "\"2026-12-31T00:00:00Z\"" },
    ];

    /// <summary>Obligations.</summary>
    public static IReadOnlyList<PolicyKey> Obligations { get; } =
    [
        new("log", PolicyKeyKind.Choice, "What the audit log keeps: `standard`, or `payload` for the sealed request besides.")
            { Allowed = ["standard", "payload"], Example = "payload" },
        new("approval", PolicyKeyKind.Text, "Reserved: approval by a person is not there yet, so it is refused."),
        new("redaction", PolicyKeyKind.Text, "Reserved: redaction of results is not there yet, so it is refused."),
    ];

    /// <summary>Words of <c>directions</c>.</summary>
    public static IReadOnlyList<string> Directions => ["calls", "lists", "sampling", "elicitation", "roots", "logging"];
}
