namespace Gatehouse.Policy.Files;

/// <summary>Every key of the policy language, by the mapping that contains it.</summary>
public static class PolicyKeys
{
    /// <summary>A policy file.</summary>
    public static IReadOnlyList<PolicyKey> Document { get; } =
    [
        new("version", PolicyKeyKind.Number, "Version of this format: 1.") { Required = true, Example = "1" },
        new("description", PolicyKeyKind.Text, "Purpose of the policy."),
        new("rules", PolicyKeyKind.Rules, "Rules. No caller may do anything without a permit. A forbid overrides every permit.") { Required = true },
    ];

    /// <summary>A rule.</summary>
    public static IReadOnlyList<PolicyKey> Rule { get; } =
    [
        new("id", PolicyKeyKind.Text, "Unique id. Events and explanations show it.") { Required = true, Example = "staff-read" },
        new("description", PolicyKeyKind.Text, "Purpose of the rule, in one sentence. Explanations show it."),
        new("permit", PolicyKeyKind.Clause, "Permitted actions and their callers. Every list that is given must match."),
        new("forbid", PolicyKeyKind.Clause, "Forbidden actions and their callers. Without a list of callers it applies to all."),
        new("when", PolicyKeyKind.Conditions,
            "Conditions. All of them must hold. A condition that cannot be decided never helps a permit and always helps a forbid."),
        new("obligations", PolicyKeyKind.Obligations, "Actions that the gateway must take for the permit to count."),
        new("access", PolicyKeyKind.Access,
            "The permit holds only for people who have been granted it, and only for a time. A person in the lists of the permit asks for it, and "
                + "another person grants it."),
    ];

    /// <summary>The keys of a clause about callers.</summary>
    public static IReadOnlyList<PolicyKey> Who { get; } =
    [
        new("issuers", PolicyKeyKind.Texts, "Issuers of the token.") { Example = "[https://login.example.com]" },
        new("subjects", PolicyKeyKind.Texts, "Subjects of the token.") { Example = "[alice]" },
        new("clients", PolicyKeyKind.Texts, "Client ids of the token. The gateway cannot decide this for a token without a client id.")
            { Example = "[assistant]" },
        new("scopes", PolicyKeyKind.Texts, "Scopes. The token must have one of them. Wildcards are refused.") { Example = "[notes:read]" },
        new("roles", PolicyKeyKind.Texts, "Roles. The token must have one of them.") { Example = "[analyst]" },
        new("groups", PolicyKeyKind.Texts,
            "Groups. The token must have one of them. The gateway cannot decide this for a token that does not name all its groups.")
                { Example = "[engineering]" },
        new("strengths", PolicyKeyKind.Texts, "Authentication context (acr) or methods (amr). The token must name one of them.")
            { Example = "[mfa]" },
    ];

    /// <summary>A clause.</summary>
    public static IReadOnlyList<PolicyKey> Clause { get; } =
    [
        new("anyone", PolicyKeyKind.Switch, "True applies to every caller with a valid token.") { Example = "true" },
        .. Who,
        new("servers", PolicyKeyKind.Texts, "Servers. `*` matches any run of characters, here and below. Without it: all.")
            { Example = "[warehouse]" },
        new("tools", PolicyKeyKind.Texts, "Tools. A rule that lists tools, prompts, resources or methods applies only to those.")
            { Example = "[\"read_*\"]" },
        new("prompts", PolicyKeyKind.Texts, "Prompts.") { Example = "[summary]" },
        new("resources", PolicyKeyKind.Texts,
            "URIs of resources. `{name}` matches one part of a path, and conditions can use it as `variable: name`. `{+name}` matches any text.")
                { Example = "[\"notes://{owner}/*\"]" },
        new("methods", PolicyKeyKind.Texts, "Methods. A method that no revision of the protocol defines must be written in full.")
            { Example = "[completion/complete]" },
        new("directions", PolicyKeyKind.Choices,
            "Directions. Calls and lists come from the client. Sampling, elicitation, roots and logging are requests of the server to the client. "
                + "Approvals are the answers of people to the question whether a call is carried out. Without it: calls and lists.")
                    { Allowed = Directions, Example = "[calls, lists, elicitation]" },
    ];

    /// <summary>A condition. It has one source with its tests, or is made of others.</summary>
    public static IReadOnlyList<PolicyKey> Condition { get; } =
    [
        new("argument", PolicyKeyKind.Text,
            "Argument of the tool or prompt: its name, or a JSON Pointer such as `/filter/region`. `*` in the pointer matches every entry of a "
                + "list.") { Example = "region" },
        new("claim", PolicyKeyKind.Text,
            "Claim of the caller's token: its name, or a JSON Pointer. A claim with several values satisfies a test if one value does.")
                { Example = "department" },
        new("variable", PolicyKeyKind.Text, "Variable of the rule's resources.") { Example = "owner" },
        new("equals", PolicyKeyKind.Literal, "Equals this, in type and value.") { Example = "eu" },
        new("in", PolicyKeyKind.Literals, "Is one of these.") { Example = "[eu, us]" },
        new("atLeast", PolicyKeyKind.Number, "Is this number or larger.") { Example = "1" },
        new("atMost", PolicyKeyKind.Number, "Is this number or smaller.") { Example = "100" },
        new("above", PolicyKeyKind.Number, "Is larger than this number.") { Example = "0" },
        new("below", PolicyKeyKind.Number, "Is smaller than this number.") { Example = "100" },
        new("startsWith", PolicyKeyKind.Text, "Is a string that begins with this.") { Example = "report-" },
        new("under", PolicyKeyKind.Text,
            "Is a path inside this folder. These cannot be decided: a path with `..`, a backslash, NUL, `%` or a letter that looks like one of them or like "
            + "`/`, a relative path, and one that is inside only where case, marks or width of letters, or dots and blanks behind a name do not count.")
                { Example = "/srv/data" },
        new("matches", PolicyKeyKind.Text,
            "Is a string that this regular expression matches as a whole. The expression runs in linear time and has no look-around and no "
                + "back-references.") { Example = "\"[a-z0-9-]{1,40}\"" },
        new("equalsClaim", PolicyKeyKind.Text, "Equals this claim of the caller.") { Example = "region" },
        new("inClaim", PolicyKeyKind.Text, "Is one of the values of this claim of the caller.") { Example = "regions" },
        new("present", PolicyKeyKind.Switch, "Is given (true) or not given (false).") { Example = "true" },
        new("holdsFor", PolicyKeyKind.Choice,
            "Entries for which the test must hold, if the path goes through a list: `every` entry or `some` entry. Without it: every.")
                { Allowed = ["every", "some"], Example = "every" },
        new("all", PolicyKeyKind.Conditions, "Holds when all of these do."),
        new("any", PolicyKeyKind.Conditions, "Holds when at least one of these does."),
        new("not", PolicyKeyKind.Condition, "Holds when this does not. It cannot be decided if this cannot be decided."),
        new("time", PolicyKeyKind.Time, "Holds at these times."),
    ];

    /// <summary>Times.</summary>
    public static IReadOnlyList<PolicyKey> Time { get; } =
    [
        new("days", PolicyKeyKind.Choices, "Days of the week.")
            { Allowed = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], Example = "[mon, tue, wed, thu, fri]" },
        new("from", PolicyKeyKind.Text, "Start of the daily span, `HH:mm`.") { Example = "\"08:00\"" },
        new("until", PolicyKeyKind.Text, "End of the daily span, `HH:mm`, not part of it. If it is before `from`, the span continues past midnight.")
            { Example = "\"18:00\"" },
        new("zone", PolicyKeyKind.Text, "Time zone in the IANA database. Without it: UTC.") { Example = "Europe/Berlin" },
        new("notBefore", PolicyKeyKind.Text, "Not before this moment, ISO 8601 with offset.") { Example = "\"2026-01-01T00:00:00Z\"" },
        new("notAfter", PolicyKeyKind.Text, "Not at or after this moment.") { Example = "\"2026-12-31T00:00:00Z\"" },
    ];

    /// <summary>Obligations.</summary>
    public static IReadOnlyList<PolicyKey> Obligations { get; } =
    [
        new("log", PolicyKeyKind.Choice, "Detail in the audit log: `standard`, or `payload` to keep the sealed request too.")
            { Allowed = ["standard", "payload"], Example = "payload" },
        new("approval", PolicyKeyKind.Approval,
            "A person approves each call before the gateway forwards it. A rule of the direction `approvals` says who may. The obligation also holds "
                + "for calls for which the conditions of the rule cannot be decided, and for calls that another rule permits."),
        new("redaction", PolicyKeyKind.Text, "Reserved. Redaction of results does not exist yet, so the gateway refuses this obligation."),
    ];

    /// <summary>The terms of an approval.</summary>
    public static IReadOnlyList<PolicyKey> Approval { get; } =
    [
        new("strength", PolicyKeyKind.Choice,
            "Channel of the answer. `approval`: another one than the call. `confirm` is weaker: a question in the conversation that calls, which "
                + "stops mistakes and not a hostile agent. Without it: approval.") { Allowed = ["approval", "confirm"], Example = "approval" },
        new("approvers", PolicyKeyKind.Number, "Number of different people who must approve, 1 to 5. Without it: 1.") { Example = "2" },
        new("self", PolicyKeyKind.Switch, "True: the person who calls may be one of them. Without it: false.") { Example = "false" },
        new("expires", PolicyKeyKind.Duration,
            "Life of the open question, and again of an approval that no call has used, 1m to 24h. Without it: `approvals.expires` of the "
                + "configuration.")
                { Example = "15m" },
        new("whenClientLeaves", PolicyKeyKind.Choice,
            "The open question when no client waits for the answer any more: `keep` leaves it open, `close` closes it. Without it: keep.")
                { Allowed = ["keep", "close"], Example = "keep" },
        new("remember", PolicyKeyKind.Text,
            "Later calls for which the person who approves may let the answer hold. `arguments`: calls with the same arguments. `path:` and an "
                + "argument, by its name or a JSON Pointer: also calls that differ only in this argument, if it is a path in a folder that the person names. "
                + "`uri`: the same for the URI of `resources/read`. Not with `strength: confirm` or several approvers. Without it: none.")
                { Example = "path:file" },
        new("rememberFor", PolicyKeyKind.Duration,
            "Longest time for which an answer is remembered, 1m to 365d, and at most `approvals.rememberMax` of the configuration. Without it: "
                + "`approvals.rememberMax`.") { Example = "8h" },
        new("otherwise", PolicyKeyKind.Choice,
            "With the strength `confirm`: what holds where the client cannot be asked. `deny` refuses the call, `approval` asks for an approval. "
                + "Without it: deny.") { Allowed = ["approval", "deny"], Example = "deny" },
    ];

    /// <summary>The terms of a right that is granted for a time.</summary>
    public static IReadOnlyList<PolicyKey> Access { get; } =
    [
        new("longest", PolicyKeyKind.Duration, "Longest time for which the right is granted, 5m to 24h. Required where people grant the right.")
            { Example = "4h" },
        new("grantedBy", PolicyKeyKind.People,
            "People who may grant the right. No one grants it to themselves. Required where people grant the right."),
        new("approvers", PolicyKeyKind.Number, "Number of different people who must grant it, 1 to 5. Without it: 1.") { Example = "2" },
        new("source", PolicyKeyKind.Text,
            "Origin of the right. `gatehouse`: people grant it by `gatehouse access`. `entra-pim:group:` with the object id of a group, or "
                + "`entra-pim:role:` with the id of a role definition: the permit holds while Entra Privileged Identity Management has an active "
                + "assignment of the caller. Then the other keys are not allowed, and the caller's issuer needs `graph` in the configuration. Without "
                + "it: gatehouse.") { Example = "\"entra-pim:group:6f0a4b0e-8f0d-4d3c-9b39-0d0f3f9d2c11\"" },
    ];

    /// <summary>Words of <c>directions</c>.</summary>
    public static IReadOnlyList<string> Directions => ["calls", "lists", "sampling", "elicitation", "roots", "logging", "approvals"];
}
