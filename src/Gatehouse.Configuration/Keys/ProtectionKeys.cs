using Gatehouse.Detection.SensitiveData;
using Gatehouse.Settings;
using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>The keys of the protection of secrets and personal data.</summary>
internal static class ProtectionKeys
{
    private const string Treatment = "`observe`: it passes, and the event names its kind. `notice`: the message has a notice for the model; a message that "
        + "can hold none is masked, and in arguments it is observed. `mask`: a placeholder such as `[[IBAN]]` is in its place. `tokenise`: a token such as "
        + "`[[IBAN:k7q2m9xd4t]]` is in its place, the same for equal values of one conversation. `approve`: a request needs the approval of a person, and a "
        + "result is withheld until a person has looked at it. `block`: the message does not pass.";

    private static readonly string[] WithoutReveal =
        [.. ProtectionWords.Modes.Where(static word => word != ProtectionWords.Of(ProtectionMode.Reveal))];

    /// <summary>All rows.</summary>
    public static IEnumerable<ConfigurationKey> All =>
    [
        new("protection", Section,
            "Secrets and personal data in the texts of messages, in both directions. Without this section no message is searched for them.")
            { MayBeEmpty = true },
        new("protection.preset", Choice, "Rules that follow those of this section. "
            + string.Join(' ', ProtectionPreset.All.Select(static preset => $"`{preset.Name}`: {preset.Summary}"))
            + " `gatehouse protection show` prints them.")
            { Default = ProtectionPreset.Observe.Name, Allowed = [.. ProtectionPreset.All.Select(static preset => preset.Name)] },
        new("protection.personalData", Section, "Treatment of personal data in both directions. It comes after `rules` and before the preset."),
        new("protection.personalData.mode", Choice, Treatment) { Required = true, Allowed = WithoutReveal },
        new("protection.personalData.kinds", TextList, "Kinds that it is about. Without it: all kinds of personal data.")
            { Allowed = SensitiveData.Personal },
        new("protection.secrets", Section, "Treatment of secrets in both directions. It comes after `rules` and before the preset."),
        new("protection.secrets.mode", Choice, Treatment) { Required = true, Allowed = WithoutReveal },
        new("protection.untrusted", Section, "Marks around the texts of servers with `trust: untrusted`, by which a model tells data from instructions."),
        new("protection.untrusted.mark", Choice,
            "`delimit`: delimiters with a random code. `datamark`: delimiters, and a character at every space. `base64`: delimiters around the text in base64.")
            { Required = true, Allowed = [.. Enum.GetNames<UntrustedMark>().Skip(1).Select(static word => word.ToLowerInvariant())] },
        .. OpinionKeys.All,
        new("protection.rules", SectionList,
            "Rules about what is found. The first matching one decides. Of several in a message, the strongest treatment counts for the message as a "
                + "whole, and each is masked by its own."),
        new("protection.rules[].id", KeyKind.Text, "Unique id. Events show it.") { Required = true },
        new("protection.rules[].mode", Choice, Treatment + " `reveal`: it passes, and a token of the conversation becomes the value again.")
            { Required = true, Allowed = ProtectionWords.Modes },
        new("protection.rules[].kinds", TextList,
            "Kinds: those of personal data, `secret` for every secret, `secret/` and a form such as `secret/github-token`, and own kinds. `*` matches any "
                + "run of characters. Without it: all."),
        new("protection.rules[].above", KeyKind.Text,
            "Label, one of `protection.labels`. The rule is then about labels above it, and about labels that are not in the list: those of a server's "
                + "`classification`, and those in the metadata of documents."),
        new("protection.rules[].direction", Choice,
            "`to-server`: arguments, and answers to questions of a server. `to-client`: results and everything else that a server sends. Without it: both.")
            { Allowed = ProtectionWords.Directions },
        new("protection.rules[].servers", TextList, "Servers. `*` matches any run of characters. Without it: all."),
        new("protection.rules[].tools", TextList,
            "Tools. The rule then applies only to calls of tools and their results. Without it: every message."),
        new("protection.rules[].confidence", Choice, "Least confidence.") { Default = "medium", Allowed = ["low", "medium", "high"] },
        new("protection.rules[].issuers", TextList, "Issuers of the caller's token. The rule needs a match in each list of callers that is given."),
        new("protection.rules[].subjects", TextList, "Subjects of the caller's token."),
        new("protection.rules[].clients", TextList, "Client ids of the caller's token."),
        new("protection.rules[].roles", TextList, "Roles. The caller has at least one of them."),
        new("protection.rules[].groups", TextList, "Groups. The caller has at least one of them."),
        new("protection.rules[].scopes", TextList, "Scopes. The token has at least one of them."),
        new("protection.labels", SectionList,
            "Labels of the organisation's classification, such as sensitivity labels of Microsoft Purview, the lowest first. Findings about them are "
                + "`label/` and the name. Presets do nothing about them."),
        new("protection.labels[].name", KeyKind.Text, "Name. It has lower-case letters, digits and `-`.") { Required = true },
        new("protection.labels[].ids", TextList, "Ids of the label in documents, GUIDs. Without it: none.") { OnlyWith = "name" },
        new("protection.labels[].titles", TextList, "Names of the label in documents, in any case. Without it: its name.") { OnlyWith = "name" },
        new("protection.ownKinds", NamedSections, "Kinds of the organisation, and topics that it forbids, by name. A name has lower-case letters, digits and `-`.")
            { AnyOf = ["pattern", "words"] },
        new("protection.ownKinds.*.pattern", KeyKind.Text,
            "Regular expression without backtracking: no look-around and no back-references, so that its time is linear in the text."),
        new("protection.ownKinds.*.words", TextList, "Words and phrases. They are found in any case, as whole words."),
        new("protection.ownKinds.*.context", TextList,
            $"Words. One of them is within {OwnDataKind.Near} characters of a value, or in the name of its member. Without it: no such condition."),
        new("protection.suppressions", SectionList,
            "Findings that a person reviewed and accepted. They are recorded and have no other effect. An expired suppression has no effect."),
        new("protection.suppressions[].server", KeyKind.Text, "Name of the server under servers.") { Required = true },
        new("protection.suppressions[].tools", TextList, "Tools. Without it: every message of the server."),
        new("protection.suppressions[].kind", KeyKind.Text, "Kind, such as `card`, or kind and form of a secret.") { Required = true },
        new("protection.suppressions[].reason", KeyKind.Text, "Reason why it is harmless here.") { Required = true },
        new("protection.suppressions[].until", KeyKind.Text, "Last day (UTC) of the suppression, such as `2027-03-31`.") { Required = true },
    ];
}
