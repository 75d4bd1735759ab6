using Gatehouse.Detection.Findings;
using static Gatehouse.Detection.Findings.Severity;

namespace Gatehouse.Inventory.Model;

/// <summary>Every kind of finding. Ids are given once and stay; new ones are added at the end of their group.</summary>
public static class FindingRules
{
    internal static readonly FindingRule BrokenFile = new("GHS1001", "configuration file that cannot be read", Medium,
        "Clients differ in what they make of a broken file; nobody can say which servers it brings.", "Mend the file at the line named.");
    internal static readonly FindingRule WritableFile = new("GHS1002", "configuration that others may write", High,
        "Whoever writes the file decides what runs with this person's rights.", "Take the right away: chmod go-w on the file and its folder.");
    internal static readonly FindingRule ForeignFile = new("GHS1003", "configuration that belongs to another account", Medium,
        "The owner may change the file at any time, and with it what runs here.",
        "Own the file yourself, or have the administrator do it where the system's settings are meant.");
    internal static readonly FindingRule WritableProgram = new("GHS1004", "program or script that others may write", High,
        "Whoever writes the program runs code with this person's rights at the next start.",
        "Take the right away: chmod go-w, or move the program to a folder of your own.");
    internal static readonly FindingRule TemporaryProgram = new("GHS1005", "program in a temporary or shared folder", High,
        "Any account can place or replace files in such a folder, and what lies there may be gone or another file tomorrow.",
        "Install the program in a folder that only you or the system can write.");
    internal static readonly FindingRule ReadableSecret = new("GHS1006", "file with secrets that others may read", Medium,
        "Other accounts of the machine can read the secret.", "chmod 600 on the file, and keep the secret elsewhere.");
    internal static readonly FindingRule RepeatedMember = new("GHS1007", "name that stands twice in a file", Medium,
        "Clients take the first or the last; a reviewer sees the other one.", "Keep one entry.");

    internal static readonly FindingRule LeavingArchive = new("GHS1008", "packed extension that writes outside its folder", High,
        "An entry's name leads out of the folder that the archive is unpacked in; a program that unpacks it carelessly writes there.",
        "Do not install it.");

    internal static readonly FindingRule FloatingVersion = new("GHS2001", "version that is not pinned", Medium,
        "The package is fetched anew; a taken-over release runs at the next start without anyone having done anything.",
        "Name the exact version or digest.");
    internal static readonly FindingRule PipedScript = new("GHS2002", "script from the network run by a shell", Critical,
        "Whatever the other side sends runs at once, different for each caller if it wants to.",
        "Download, read and pin the script, or use a package.");
    internal static readonly FindingRule ShellWrapper = new("GHS2003", "command run through a shell", Medium,
        "A shell reads the text as a program: substitution, redirection and chained commands that the list of arguments does not show.",
        "Name the program and its arguments.");
    internal static readonly FindingRule Elevated = new("GHS2004", "server with an administrator's rights", High,
        "A fault in the server, or a model misled by text, acts as administrator.", "Run it without sudo; give it the one right that it needs.");
    internal static readonly FindingRule InlineCode = new("GHS2005", "program written into the arguments", High,
        "The code has no file, no origin and no version that could be reviewed or pinned.", "Put the code into a file or package.");
    internal static readonly FindingRule PrivilegedContainer = new("GHS2006", "container with the rights of its host", High,
        "With such flags the container is no boundary.", "Leave the flag out; add the single capability that is needed.");
    internal static readonly FindingRule ContainerMount = new("GHS2007", "container that is given the host's socket, root or home", High,
        "The mounted place lets what runs inside act outside.", "Mount the one folder that is needed, read-only where possible.");
    internal static readonly FindingRule FetchedCode = new("GHS2008", "code fetched from a repository or address at start", Medium,
        "It is what the branch or address holds at that moment.", "Pin the commit, or use a released package with its version.");
    internal static readonly FindingRule LookAlike = new("GHS2009", "package name that resembles a well-known one", High,
        "Names one letter away from known ones are how foreign code gets itself installed.",
        "Compare with the publisher's own page and correct the name.");
    internal static readonly FindingRule Destructive = new("GHS2010", "command that deletes or rewrites", High,
        "The arguments hold a command that destroys data or changes rights.", "Take it out of the start of the server.");
    internal static readonly FindingRule WidePath = new("GHS2011", "server that is given a whole home, root or key folder", Medium,
        "Everything in it can reach the model and, through it, others.", "Name the folder of the project.");

    internal static readonly FindingRule Foothold = new("GHS2012", "command that opens a way in, or stays", High,
        "It opens a shell to elsewhere, starts itself again later, writes to what shells and the system run, or removes traces.",
        "Take it out of the start of the server, and find out who wrote it.");

    internal static readonly FindingRule PlainHttp = new("GHS3001", "plain HTTP off this machine", High,
        "Everybody on the way reads and rewrites messages and tokens.", "Use https.");
    internal static readonly FindingRule NoAuthentication = new("GHS3002", "remote server without a sign-in in the file", Low,
        "Nothing in the file says how this person is known to the server. Servers with OAuth sign in by themselves, so this is a question and no "
            + "verdict.", "Check that the server asks for a sign-in; prefer OAuth.");
    internal static readonly FindingRule OpenListener = new("GHS3003", "MCP server that listens on all addresses", High,
        "Everybody on the network can call its tools.", "Bind it to 127.0.0.1 and ask for a token.");
    internal static readonly FindingRule Unlisted = new("GHS3004", "running MCP server that no configuration names", Medium,
        "Nobody who reviews configurations will see it.", "Find out who started it; configure or end it.");
    internal static readonly FindingRule Redirected = new("GHS3005", "workspace file that redirects the client's traffic", Critical,
        "Prompts and the key of the model's account go to the address that the repository names.",
        "Remove the setting; set it in your own settings if you mean it.");
    internal static readonly FindingRule NoTlsCheck = new("GHS3006", "TLS certificates are not checked", High,
        "Any machine on the way can pose as the server.", "Remove the setting; trust your own authority by its certificate.");
    internal static readonly FindingRule OpenProbe = new("GHS3007", "loopback MCP server that answers without a token", Medium,
        "Every program and, without a check of Host and Origin, every web page of this machine can call it.",
        "Ask for a token, or use a socket that only this account may open.");

    internal static readonly FindingRule SecretInEnvironment = new("GHS4001", "secret written into an environment variable", High,
        "Every program that reads the file, and every backup of it, has the secret.",
        "Refer to it: an input prompt, the system's key store, or a variable of the shell. Replace the secret.");
    internal static readonly FindingRule SecretInArguments = new("GHS4002", "secret written into the arguments", High,
        "Other processes on the machine can see arguments as well.", "Pass it by environment reference. Replace the secret.");
    internal static readonly FindingRule SecretInHeader = new("GHS4003", "secret written into a header", High,
        "Every program that reads the file has the secret.", "Refer to it, or sign in with OAuth. Replace the secret.");
    internal static readonly FindingRule SecretInUrl = new("GHS4004", "secret written into a URL", High,
        "URLs are logged by every party on the way.", "Send it in a header by reference. Replace the secret.");
    internal static readonly FindingRule SecretInFile = new("GHS4005", "secret written into a configuration", High,
        "Every program that reads the file has the secret.", "Refer to it. Replace the secret.");
    internal static readonly FindingRule SecretInRules = new("GHS4006", "secret written into a rule or skill file", High,
        "The model reads the file, and whatever the model reads can leave.", "Remove and replace the secret.");
    internal static readonly FindingRule SecretInWorkspace = new("GHS4007", "secret in a workspace file", Critical,
        "The file travels with the repository to everybody who has it, and stays in its history.", "Replace the secret first, then remove it.");

    internal static readonly FindingRule Unasked = new("GHS5001", "tools that run without being asked for", Medium,
        "A model misled by text calls them without anyone noticing.",
        "Take the tool off the list, or keep only tools that read nothing private and change nothing.");
    internal static readonly FindingRule NoQuestions = new("GHS5002", "client that asks for nothing", High,
        "No tool call is shown before it runs.", "Switch the confirmation on again.");
    internal static readonly FindingRule WorkspaceServer = new("GHS5003", "workspace that brings a server", Medium,
        "Whoever can change the repository decides what is started for those who open it.",
        "Read the command, pin it, and approve it once in the client.");
    internal static readonly FindingRule WorkspacePermission = new("GHS5004", "workspace that brings its own permissions", Critical,
        "A cloned repository switches off the questions that would have protected against it.",
        "Remove the setting; set it in your own settings if you mean it.");
    internal static readonly FindingRule WorkspaceCommand = new("GHS5005", "workspace that runs a command by itself", High,
        "Opening the folder, or the first prompt in it, runs the command.", "Remove it, or run it by hand.");

    internal static readonly FindingRule WorkspaceGateway = new("GHS5006", "workspace that brings rules for Gatehouse", Low,
        "Gatehouse reads no configuration from the working folder. Whoever names this file in a command gives its authors the say over what is "
            + "permitted.", "Leave it unnamed, or review it as you would a change of your own policy.");

    internal static readonly FindingRule DifferentCommands = new("GHS6001", "one name with different commands", Medium,
        "What was reviewed under the name in one client is not what runs in the other.", "Give both the same command, or different names.");
    internal static readonly FindingRule NoLongerWrapped = new("GHS6002", "server that ran through Gatehouse and no longer does", High,
        "Its calls are not authorized and not recorded any more.", "Wrap it again, or take it off.");
    internal static readonly FindingRule WrapperVariables = new("GHS6003", "entry that runs Gatehouse and sets its variables", High,
        "The variable decides where Gatehouse finds its configuration, its state or its code, for every server of the account.",
        "Take the variable out of the entry. To give it to the server alone, set it in a script that starts the server.");

    internal static readonly FindingRule Invisible = DetectionRules.Invisible;
    internal static readonly FindingRule Reordered = DetectionRules.Reordered;
    internal static readonly FindingRule Tags = DetectionRules.Tags;
    internal static readonly FindingRule HiddenInstruction = new("GHS7004", "instruction that hides from the reader", High,
        "The text tells the model to act behind the person's back.", "Read the line; remove it if you did not write it.");
    internal static readonly FindingRule TerminalControl = DetectionRules.TerminalControl;
    internal static readonly FindingRule NetworkReference = DetectionRules.NetworkReference;
    internal static readonly FindingRule BadIcon = DetectionRules.BadIcon;
    internal static readonly FindingRule MixedLetters = DetectionRules.MixedLetters;

    internal static readonly FindingRule ToxicCombination = new("GHS8001", "private data, untrusted content and a way out in one client", High,
        "Text from outside can make the model fetch private data and send it away, without any fault in a single server.",
        "Take one of the three away, or split the servers over clients.");

    /// <summary>All rules in the order of their ids.</summary>
    public static IReadOnlyList<FindingRule> All { get; } =
    [
        BrokenFile, WritableFile, ForeignFile, WritableProgram, TemporaryProgram, ReadableSecret, RepeatedMember, LeavingArchive,
        FloatingVersion, PipedScript, ShellWrapper, Elevated, InlineCode, PrivilegedContainer, ContainerMount, FetchedCode, LookAlike, Destructive,
        WidePath, Foothold,
        PlainHttp, NoAuthentication, OpenListener, Unlisted, Redirected, NoTlsCheck, OpenProbe,
        SecretInEnvironment, SecretInArguments, SecretInHeader, SecretInUrl, SecretInFile, SecretInRules, SecretInWorkspace,
        Unasked, NoQuestions, WorkspaceServer, WorkspacePermission, WorkspaceCommand, WorkspaceGateway,
        DifferentCommands, NoLongerWrapped, WrapperVariables,
        Invisible, Reordered, Tags, HiddenInstruction, TerminalControl, NetworkReference, BadIcon, MixedLetters,
        ToxicCombination,
        .. DetectionRules.OfDefinitions,
    ];

    /// <summary>The rule with the id; null when there is none.</summary>
    public static FindingRule? Find(string id) => All.FirstOrDefault(rule => string.Equals(rule.Id, id, StringComparison.OrdinalIgnoreCase));
}
