namespace Gatehouse.Detection.Findings;

/// <summary>
/// Findings in texts that a model or a person reads: characters that hide, and what definitions of servers say. Part of the one table of ids.
/// </summary>
public static class DetectionRules
{
    public static readonly FindingRule Invisible = new("GHS7001", "invisible characters", Severity.High,
        "A person does not see what the model reads.", "Remove the characters.");
    public static readonly FindingRule Reordered = new("GHS7002", "characters that turn the reading direction", Severity.High,
        "What is shown is in another order than what is read.", "Remove the characters.");
    public static readonly FindingRule Tags = new("GHS7003", "hidden text in tag characters", Severity.Critical,
        "Tag characters have no appearance; whole sentences can be written in them for the model alone.", "Remove them and find out who wrote them.");
    public static readonly FindingRule TerminalControl = new("GHS7005", "control characters in a name, command or text", Severity.High,
        "Printed as they are, they rewrite what a terminal shows.", "Remove the entry; nobody needs such a text.");
    public static readonly FindingRule NetworkReference = new("GHS7006", "tool schema that refers to the network", Severity.Medium,
        "A client that follows the reference calls an address the server chose; one that does not cannot check arguments (rows E09, E10).",
        "Ask the author for a schema that stands by itself.");
    public static readonly FindingRule BadIcon = new("GHS7007", "icon with an address that is neither https nor data", Severity.Medium,
        "Other schemes read files or run scripts in a client that shows the icon (row E11).", "Ask the author to correct it.");
    public static readonly FindingRule MixedLetters = new("GHS7008", "letters that look like others", Severity.Medium,
        "The word is not the one it appears to be: letters of two scripts stand in it.", "Type the word anew.");

    public static readonly FindingRule Secretive = new("GHS9001", "instruction that is kept from the person", Severity.Critical,
        "The text tells the model to do something and not to let the person know. No tool needs that.",
        "Do not use the tool. Read the whole text; report it to whoever publishes the server.");
    public static readonly FindingRule Collecting = new("GHS9002", "instruction to fetch or hand over what the tool has no need of", Severity.High,
        "The text asks the model for files, credentials or the conversation besides what the tool does.",
        "Read the text. Where the tool does need it, suppress the finding for this definition, with the reason.");
    public static readonly FindingRule Overruling = new("GHS9003", "instruction that sets other rules aside", Severity.High,
        "The text asks the model to ignore its instructions, the person, or other tools.",
        "Read the text; a description says what a tool does, never what other rules are worth.");
    public static readonly FindingRule Shadowing = new("GHS9004", "instruction about other tools", Severity.High,
        "The text tells the model how to use tools that are not its own, or to use this one in their place: one server rewrites the use of another.",
        "Read the text; remove the server, or split the servers over clients.");
    public static readonly FindingRule Imperative = new("GHS9005", "text that resembles an instruction to the model", Severity.Medium,
        "The learned model finds the text closer to planted instructions than to any description of a tool.",
        "Read the text. Where it is harmless, suppress the finding for this definition, with the reason.");
    public static readonly FindingRule SideChannel = new("GHS9006", "parameter that collects the conversation", Severity.High,
        "A parameter whose name or text asks for the conversation, the system prompt, the list of tools or the content of files carries them to the "
            + "server with every call.", "Do not use the tool, or have policy refuse the parameter.");
    public static readonly FindingRule Encoded = new("GHS9007", "text hidden in an encoding", Severity.High,
        "A model reads base64, hexadecimal digits and the like; a person does not.",
        "Decode it (the message tells how it is written) and read it; remove it when it says something.");
    public static readonly FindingRule FalseMark = new("GHS9008", "mark that imitates a system message", Severity.Medium,
        "Marks such as those of a system message or a hidden block give a text more weight with a model than a description should have.",
        "Ask the author to write plain text.");
    public static readonly FindingRule Secret = new("GHS9009", "secret in a definition", Severity.High,
        "Everybody who lists the server's tools has the secret, every model's provider included.",
        "Tell the publisher; the secret has to be replaced.");
    public static readonly FindingRule Mismatch = new("GHS9010", "tool that says it only reads, and changes things by its own words", Severity.Medium,
        "Clients run tools without asking where their annotations say that nothing changes (row H17). The name or the description says otherwise.",
        "Do not rely on the annotation; ask the author to correct it.");
    public static readonly FindingRule LookAlikeName = new("GHS9011", "name that another server's tool has or resembles", Severity.Medium,
        "The model takes one for the other: a tool of a server that was never meant gets the arguments (row H22).",
        "Rename the server's entry so that clients tell the tools apart, or remove one of the servers.");
    public static readonly FindingRule CrossReference = new("GHS9012", "text that names another server's tool", Severity.Medium,
        "One server writes into how another is used.",
        "Read the text; where the reference is honest, suppress the finding for this definition, with the reason.");
    public static readonly FindingRule Oversized = new("GHS9013", "definition larger or deeper than can be checked", Severity.High,
        "What is not looked at can hold anything, and a schema that grows costs every client that checks with it (row E10).",
        "Ask the author for a smaller definition.");
    public static readonly FindingRule HeaderParameter = new("GHS9014", "parameter for a header that should not be in one", Severity.Medium,
        "Values of marked parameters travel in headers, which every party on the way may log: no secret belongs there (row H24), and a mark that is "
            + "no header name breaks the call.", "Ask the author to take the mark away.");
    public static readonly FindingRule DefaultAddress = new("GHS9015", "default value that sends something to an address", Severity.High,
        "The model leaves defaults as they are: every call carries a copy to the address that the server's author chose.",
        "Do not use the tool, or have policy fix the parameter.");

    public static readonly FindingRule SuppressionExpired = new("GHS9016", "suppression that has expired", Severity.Low,
        "A finding that was suppressed for a time is told again, because the time is over.",
        "Judge the finding anew; renew the suppression with a reason, or remove it.");
    public static readonly FindingRule SuppressionUnused = new("GHS9017", "suppression that matches nothing", Severity.Note,
        "It no longer hides anything, and would hide the next finding of its kind unseen.", "Remove it.");

    /// <summary>Those that are about definitions, in the order of their ids.</summary>
    public static IReadOnlyList<FindingRule> OfDefinitions { get; } =
    [
        Secretive, Collecting, Overruling, Shadowing, Imperative, SideChannel, Encoded, FalseMark, Secret, Mismatch, LookAlikeName, CrossReference,
        Oversized, HeaderParameter, DefaultAddress,
        SuppressionExpired, SuppressionUnused,
    ];

    /// <summary>All of them in the order of their ids.</summary>
    public static IReadOnlyList<FindingRule> All { get; } =
        [Invisible, Reordered, Tags, TerminalControl, NetworkReference, BadIcon, MixedLetters, .. OfDefinitions];

    /// <summary>The rule with the id; null when there is none.</summary>
    public static FindingRule? Find(string id) => All.FirstOrDefault(rule => string.Equals(rule.Id, id, StringComparison.OrdinalIgnoreCase));
}
