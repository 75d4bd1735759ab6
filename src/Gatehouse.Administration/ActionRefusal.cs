using System.Globalization;

namespace Gatehouse.Administration;

/// <summary>Why an act was not done. All refusals of administration are here, each with its remedy.</summary>
/// <param name="Message">Why.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record ActionRefusal(string Message, string Remedy)
{
    /// <summary>Said of an act that is done and whose entry may be lost.</summary>
    public const string NotDurable = "its entry in the audit log could not be made durable";

    /// <summary>Said of an act that is not done because it could not be recorded.</summary>
    public const string NotRecorded = "the audit log cannot be written, so this cannot be recorded and is not done";

    private const string SameRelease = "use the gatehouse command of the same release";

    /// <summary>The reason in the entry.</summary>
    public string Why { get; init; } = Message;

    /// <summary>Faults of a configuration that was not put in force.</summary>
    public IReadOnlyList<string>? Faults { get; init; }

    public static ActionRefusal Unrecorded { get; } = new(NotRecorded, "make room for the audit log, then do it again");

    public static ActionRefusal UnknownAct { get; } = new("unknown act", SameRelease) { Why = "unknown-act" };

    public static ActionRefusal UnknownVersion { get; } = new("unknown version of the control format", SameRelease) { Why = "unknown-version" };

    public static ActionRefusal NotUnderstood { get; } = new("the request is not understood", SameRelease) { Why = "not-understood" };

    public static ActionRefusal NoRevocationKind { get; } = new("this kind is not known", "name one of token, jti, session, subject, client, issuer");

    public static ActionRefusal NoDefinitionKind { get; } =
        new("this kind is not known", "name one of tool, prompt, resource, template, instructions, capabilities, server");

    public static ActionRefusal NoSessionNamed { get; } = new("nothing is named", "name a session or --subject");

    public static ActionRefusal NothingRevoked { get; } = new("nothing is named", "give what is revoked");

    public static ActionRefusal NoTokenHash { get; } = new(
        "a token is named by its SHA-256 in 64 lower-case hexadecimal digits, never by itself",
        "take the hash of the token: printf %s TOKEN | sha256sum");

    public static ActionRefusal NoDefinitionNamed { get; } =
        new("no definition is named", "name a server, a kind and, where the kind has names, a name");

    public static ActionRefusal NoReason { get; } = new("no reason is given", "say why with --reason, in at most 1024 characters");

    public static ActionRefusal NoDigest { get; } = new("no digest is named", "take it from: gatehouse lock approve --gateway");

    public static ActionRefusal NoTime { get; } = new("the end is no time", "write a time such as 2027-01-31T00:00:00Z");

    public static ActionRefusal NotWithheld { get; } = new("no such definition is withheld", "list what is with: gatehouse lock approve --gateway");

    public static ActionRefusal ShownOtherwise { get; } =
        new("the server says something else by now than what you were shown", "look at it again with: gatehouse lock approve --gateway");

    public static ActionRefusal EndedAlready { get; } = new("the approval would have ended already", "name a time to come");

    public static ActionRefusal ApprovedAlready { get; } = new("you have approved this already", "another administrator must approve it too");

    public static ActionRefusal NothingApproved { get; } = new("nothing of this name is approved", "see the lock");

    public static ActionRefusal NoIssuer { get; } =
        new("this gateway has no issuer of its own", "start it with --dev, or get a token from your identity provider");

    public static ActionRefusal NoCommands { get; } = new("nothing is named", "name what was shown");

    public static ActionRefusal NotAsShown { get; } = new("what was shown is not what would be approved", SameRelease);

    public static ActionRefusal UnknownCommand { get; } = new("there is no such command", "see them with: gatehouse wrap command list");

    public static ActionRefusal UnknownSession(string id) => new($"there is no session {id}", "list the sessions with: gatehouse session list");

    public static ActionRefusal UnknownServer(string name) => new($"there is no server {name}", "see the servers with: gatehouse config show");

    public static ActionRefusal UntrustedIssuer(IEnumerable<string> known) =>
        new("no issuer of this configuration is named", $"known: {string.Join(", ", known.Order(StringComparer.Ordinal))}");

    public static ActionRefusal FaultyConfiguration(IReadOnlyList<string> faults) =>
        new("the new configuration is not in force; the old one goes on", "mend the faults and reload again") { Faults = faults };

    public static ActionRefusal StillUnderWay(int count) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{count} exchanges are still under way"), "wait longer with --seconds, or stop the gateway");

    /// <summary>A fault of ours. The message of an exception may hold content, its type does not.</summary>
    public static ActionRefusal Failed(Exception e) =>
        new($"the act failed with {e.GetType().Name}, perhaps when a part of it was done", "see what is in force, then do it again")
            { Why = "fault: " + e.GetType().FullName };

    public static ActionRefusal NotKept(string message) => new($"it is not kept, and not in force: {message}", "mend the store and do it again");

    public static ActionRefusal StoreFailed(string message) => new(message, "mend the store, or free space");
}
