using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>The keys of the inspection of messages and definitions.</summary>
internal static class InspectionKeys
{
    /// <summary>All rows.</summary>
    public static IEnumerable<ConfigurationKey> All =>
    [
        new("inspection", Section, "Handling of findings of the inspection."),
        new("inspection.metadata", Section,
            "Findings in the definitions of servers. The gateway withholds a definition with a hard finding, even if it is approved. Only a "
                + "suppression makes it visible."),
        new("inspection.metadata.soft", Choice,
            "Handling of a definition with soft findings. `record`: callers see it, and each use records the finding. `withhold`: the gateway "
                + "withholds it.") { Default = "record", Allowed = ["record", "withhold"] },
        new("inspection.metadata.suppressions", SectionList, "Findings that a person reviewed and accepted. An expired suppression has no effect."),
        new("inspection.metadata.suppressions[].server", KeyKind.Text, "Name of the server under servers.") { Required = true },
        new("inspection.metadata.suppressions[].definition", KeyKind.Text,
            "Kind and name, such as `tool/search`. For a kind with one definition, only the kind: `instructions`, `capabilities` or `server`.")
                { Required = true },
        new("inspection.metadata.suppressions[].finding", KeyKind.Text, "Id of the finding, such as `GHS9005`.") { Required = true },
        new("inspection.metadata.suppressions[].digest", KeyKind.Text,
            "Digest of the reviewed definition. If it is given, the suppression does not apply to another definition of the same name."),
        new("inspection.metadata.suppressions[].reason", KeyKind.Text, "Reason why the finding is harmless here.") { Required = true },
        new("inspection.metadata.suppressions[].until", KeyKind.Text, "Last day (UTC) of the suppression, such as `2027-03-31`.") { Required = true },
        new("inspection.messages", Section,
            "Findings in the texts of messages: arguments, results, resources, prompts, errors, notifications and requests of servers. Without this "
                + "section the gateway only records them, and says so at its start."),
        new("inspection.messages.preset", Choice,
            "Rules that follow those of this section. `record`: everything passes and is recorded. `default`: sure findings in what servers send are "
                + "blocked; likely ones, and texts that were not read, get a notice. `strict`: sure and likely findings in both directions, and texts "
                + "that were not read, are blocked; possible ones get a notice. The page on inspection of messages has the measured share of false alarms "
                + "of each.") { Derived = "`default` where `inspection.messages` is given, else `record`", Allowed = ["record", "default", "strict"] },
        new("inspection.messages.rules", SectionList,
            "Rules about findings. The first one that matches a finding decides about it. Of several findings in a message, the strongest action "
                + "counts."),
        new("inspection.messages.rules[].id", KeyKind.Text, "Unique id. Events show it.") { Required = true },
        new("inspection.messages.rules[].mode", Choice,
            "`shadow`: events say what the rule would do, and the next rule that matches decides. `enforce`: the rule decides.")
                { Default = "shadow", Allowed = ["shadow", "enforce"] },
        new("inspection.messages.rules[].action", Choice,
            "`record`: the message passes, and its event has the finding. `annotate`: it passes with a notice for the model, which has nothing of the "
                + "text; a message that can hold none is blocked. `ask`: a request needs the approval of a person; a result is blocked. `block`: the "
                + "message does not pass, and its receiver gets an error or a notice in its place.")
                { Required = true, Allowed = ["record", "annotate", "ask", "block"] },
        new("inspection.messages.rules[].places", TextList, "Places of texts. Without it: all.") { Allowed = Places },
        new("inspection.messages.rules[].servers", TextList, "Servers. `*` matches any run of characters. Without it: all."),
        new("inspection.messages.rules[].tools", TextList,
            "Tools. The rule then applies only to calls of tools and their results. Without it: every message."),
        new("inspection.messages.rules[].findings", TextList, "Ids of findings, such as `GHS9003`. Without it: all."),
        new("inspection.messages.rules[].confidence", Choice, "Least confidence of a finding.")
            { Default = "low", Allowed = ["low", "medium", "high"] },
        new("inspection.messages.rules[].issuers", TextList, "Issuers of the caller's token. The rule needs a match in each list of callers that is given."),
        new("inspection.messages.rules[].subjects", TextList, "Subjects of the caller's token."),
        new("inspection.messages.rules[].clients", TextList, "Client ids of the caller's token."),
        new("inspection.messages.rules[].roles", TextList, "Roles. The caller has at least one of them."),
        new("inspection.messages.rules[].groups", TextList, "Groups. The caller has at least one of them."),
        new("inspection.messages.rules[].scopes", TextList, "Scopes. The token has at least one of them."),
        new("inspection.messages.suppressions", SectionList,
            "Findings in messages that a person reviewed and accepted. They are recorded and have no other effect. An expired suppression has no effect."),
        new("inspection.messages.suppressions[].server", KeyKind.Text, "Name of the server under servers.") { Required = true },
        new("inspection.messages.suppressions[].tools", TextList, "Tools. Without it: every message of the server."),
        new("inspection.messages.suppressions[].finding", KeyKind.Text, "Id of the finding, such as `GHS9005`.") { Required = true },
        new("inspection.messages.suppressions[].reason", KeyKind.Text, "Reason why the finding is harmless here.") { Required = true },
        new("inspection.messages.suppressions[].until", KeyKind.Text, "Last day (UTC) of the suppression, such as `2027-03-31`.") { Required = true },
    ];

    private static IReadOnlyList<string> Places =>
        [.. Enum.GetNames<Gatehouse.Detection.Messages.MessagePlace>().Select(name => name.ToLowerInvariant())];
}
