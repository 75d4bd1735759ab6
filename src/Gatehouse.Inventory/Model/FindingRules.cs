using Gatehouse.Detection.Findings;
using static Gatehouse.Detection.Findings.Severity;

namespace Gatehouse.Inventory.Model;

/// <summary>Every kind of finding. Ids are given once and stay; new ones are added at the end of their group.</summary>
public static class FindingRules
{
    internal static readonly FindingRule BrokenFile = new("GHS1001", "configuration file that cannot be read", Medium,
        "Clients read a broken file differently, so it is uncertain which servers it starts.", "Correct the file at the reported line.");
    internal static readonly FindingRule WritableFile = new("GHS1002", "configuration that others may write", High,
        "Another account that writes the file decides which programs run with this person's rights.",
        "Remove the right: chmod go-w on the file and its folder.");
    internal static readonly FindingRule ForeignFile = new("GHS1003", "configuration that belongs to another account", Medium,
        "The owner can change the file at any time, and with it the programs that run here.",
        "Make the file your own. For settings of the system, make an administrator the owner.");
    internal static readonly FindingRule WritableProgram = new("GHS1004", "program or script that others may write", High,
        "Another account that writes the program runs code with this person's rights at the next start.",
        "Remove the right: chmod go-w, or move the program to a folder of your own.");
    internal static readonly FindingRule TemporaryProgram = new("GHS1005", "program in a temporary or shared folder", High,
        "Any account can place or replace files in such a folder. The program may be missing or another file at the next start.",
        "Install the program in a folder that only you or the system can write.");
    internal static readonly FindingRule ReadableSecret = new("GHS1006", "file with secrets that others may read", Medium,
        "Other accounts on the machine can read the secret.", "Run chmod 600 on the file, and keep the secret elsewhere.");
    internal static readonly FindingRule RepeatedMember = new("GHS1007", "name that occurs twice in a file", Medium,
        "Clients use the first or the last of the two entries, and a reviewer may read the other one.", "Keep one entry.");

    internal static readonly FindingRule LeavingArchive = new("GHS1008", "packed extension that writes outside its folder", High,
        "The name of an entry leads out of the folder that the archive is unpacked into. A careless program writes there.", "Do not install it.");

    internal static readonly FindingRule FloatingVersion = new("GHS2001", "version that is not pinned", Medium,
        "The client fetches the package again at each start. A taken-over release then runs without any action of the user.",
        "Specify the exact version or digest.");
    internal static readonly FindingRule PipedScript = new("GHS2002", "script from the network run by a shell", Critical,
        "The text that the other side sends runs immediately, and the other side can send each caller a different text.",
        "Download, read and pin the script, or use a package.");
    internal static readonly FindingRule ShellWrapper = new("GHS2003", "command run through a shell", Medium,
        "A shell reads the text as a program. Substitutions, redirections and chained commands do not appear in the list of arguments.",
        "Name the program and its arguments.");
    internal static readonly FindingRule Elevated = new("GHS2004", "server with an administrator's rights", High,
        "A fault in the server, or a model misled by text, acts as administrator.", "Run it without sudo, and give it only the right that it needs.");
    internal static readonly FindingRule InlineCode = new("GHS2005", "program written into the arguments", High,
        "The code has no file, no source and no version that can be reviewed or pinned.", "Put the code into a file or package.");
    internal static readonly FindingRule PrivilegedContainer = new("GHS2006", "container with the rights of its host", High,
        "With such flags the container is no boundary.", "Remove the flag, and add only the capability that is needed.");
    internal static readonly FindingRule ContainerMount = new("GHS2007", "container with access to the host's socket, root or home", High,
        "Through the mounted path, the program in the container can act outside it.", "Mount only the folder that is needed, read-only if possible.");
    internal static readonly FindingRule FetchedCode = new("GHS2008", "code fetched from a repository or address at start", Medium,
        "The code that runs is the content of the branch or address at that moment.", "Pin the commit, or use a released package with its version.");
    internal static readonly FindingRule LookAlike = new("GHS2009", "package name that resembles a well-known one", High,
        "Attackers publish packages under names that differ from a known name by one letter.",
        "Compare with the publisher's own page, and correct the name.");
    internal static readonly FindingRule Destructive = new("GHS2010", "command that deletes or rewrites", High,
        "The arguments contain a command that destroys data or changes rights.", "Remove it from the start of the server.");
    internal static readonly FindingRule WidePath = new("GHS2011", "server with access to a whole home, root or key folder", Medium,
        "Everything in the folder can reach the model and, through it, other parties.", "Use the folder of the project.");

    internal static readonly FindingRule Foothold = new("GHS2012", "command that opens remote access or makes itself permanent", High,
        "It opens a shell to another machine, starts itself again later, writes to files that shells and the system run, or removes traces.",
        "Remove it from the start of the server, and find out who wrote it.");
    internal static readonly FindingRule OneText = new("GHS2013", "command and arguments in one text", Low,
        "Most clients take the text for the name of a program and do not start it. Others give it to a shell, which reads it as a program.",
        "Write the program into 'command', and each argument by itself into 'args'.");

    internal static readonly FindingRule SourceCommand = new("GHS2101", "tool argument in the command line of a process", High,
        "A caller of the tool, or a model misled by text, adds arguments or whole commands.",
        "Start a fixed program with a list of arguments and without a shell, or compare the argument with a list of permitted values first.");
    internal static readonly FindingRule SourcePath = new("GHS2102", "tool argument in the path of a file", High,
        "A caller of the tool reads or writes files outside of the folder that is meant.",
        "Make the path full with Path.GetFullPath, and require that it begins with the permitted folder and its separator.");
    internal static readonly FindingRule SourceSql = new("GHS2103", "tool argument in the text of an SQL command", High,
        "A caller of the tool changes the command, and reads or changes other rows.", "Write a parameter into the text, and add the argument as its value.");
    internal static readonly FindingRule SourceUrl = new("GHS2104", "tool argument in the address of an outward request", Medium,
        "A caller of the tool sends requests from the server to hosts that only the server reaches.",
        "Keep scheme and host fixed in the code, or compare Uri.Host with a list of permitted hosts first.");
    internal static readonly FindingRule SourceType = new("GHS2105", "tool argument that decides which type is created", High,
        "A caller of the tool creates objects whose constructors and setters act.",
        "Read the argument with System.Text.Json into one fixed type, or compare the name with a list of permitted names first.");
    internal static readonly FindingRule SourceToken = new("GHS2106", "credential as a tool argument", Medium,
        "The model, the client and every log of calls see the credential.",
        "Take it from the Authorization header of the request, or keep it in the server's own configuration.");
    internal static readonly FindingRule SourceException = new("GHS2107", "text of an exception returned to the model", Low,
        "Such texts hold paths, addresses and parts of queries, and can hold text of an attacker.",
        "Log the exception, and return a fixed text that says what the caller can do.");
    internal static readonly FindingRule SourceAudience = new("GHS2108", "access tokens accepted without a check of their audience", High,
        "The server accepts tokens that were issued for other services.", "Set ValidateAudience to true, and ValidAudience to the address of this server.");
    internal static readonly FindingRule SourceDirect = new("GHS2109", "tool code that goes past the checks of Gatehouse.Server", Medium,
        "The server uses the library, and what this code opens is neither checked nor recorded.",
        "Use ToolFiles, ToolProcess, IHttpClientFactory or the DbDataSource of the container.");

    internal static readonly FindingRule PlainHttp = new("GHS3001", "plain HTTP off this machine", High,
        "Every party on the network path can read and change messages and tokens.", "Use https.");
    internal static readonly FindingRule NoAuthentication = new("GHS3002", "remote server without a sign-in in the file", Low,
        "Nothing in the file identifies this person to the server. Servers with OAuth sign in by themselves, so this may be harmless.",
        "Check that the server requires a sign-in, and prefer OAuth.");
    internal static readonly FindingRule OpenListener = new("GHS3003", "MCP server that listens on all addresses", High,
        "Every machine on the network can call its tools.", "Bind it to 127.0.0.1, and require a token.");
    internal static readonly FindingRule Unlisted = new("GHS3004", "running MCP server that no configuration names", Medium,
        "A review of the configurations does not show it.", "Find out who started it, and configure or end it.");
    internal static readonly FindingRule Redirected = new("GHS3005", "workspace file that redirects the client's traffic", Critical,
        "Prompts and the key of the model's account go to the address that the repository names.",
        "Remove the setting. If you need it, set it in your own settings.");
    internal static readonly FindingRule NoTlsCheck = new("GHS3006", "TLS certificates are not checked", High,
        "Any machine on the network path can impersonate the server.", "Remove the setting. To trust your own authority, add its certificate.");
    internal static readonly FindingRule OpenProbe = new("GHS3007", "loopback MCP server that answers without a token", Medium,
        "Every program on this machine can call it. Without a check of Host and Origin, every web page can too.",
        "Require a token, or use a socket that only this account may open.");

    internal static readonly FindingRule SecretInEnvironment = new("GHS4001", "secret written into an environment variable", High,
        "Every program that reads the file, and every backup of it, has the secret.",
        "Use a reference: an input prompt, the system's key store, or a variable of the shell. Replace the secret.");
    internal static readonly FindingRule SecretInArguments = new("GHS4002", "secret written into the arguments", High,
        "Other processes on the machine can read arguments.", "Pass it by a reference to an environment variable. Replace the secret.");
    internal static readonly FindingRule SecretInHeader = new("GHS4003", "secret written into a header", High,
        "Every program that reads the file has the secret.", "Use a reference, or sign in with OAuth. Replace the secret.");
    internal static readonly FindingRule SecretInUrl = new("GHS4004", "secret written into a URL", High,
        "Every party on the network path logs URLs.", "Send it in a header by reference. Replace the secret.");
    internal static readonly FindingRule SecretInFile = new("GHS4005", "secret written into a configuration", High,
        "Every program that reads the file has the secret.", "Use a reference. Replace the secret.");
    internal static readonly FindingRule SecretInRules = new("GHS4006", "secret written into a rule or skill file", High,
        "The model reads the file, and everything that the model reads can leave the machine.", "Remove and replace the secret.");
    internal static readonly FindingRule SecretInWorkspace = new("GHS4007", "secret in a workspace file", Critical,
        "The file reaches everyone who has the repository, and stays in its history.", "Replace the secret first, then remove it.");
    internal static readonly FindingRule SecretInRepository = new("GHS4008", "secret in a file of a repository", High,
        "The file reaches everyone who has the repository, its mirrors and its backups.",
        "Replace the secret, then take it out of the file. An entry of --suppressions accepts a value that is no secret.");
    internal static readonly FindingRule SecretInHistory = new("GHS4009", "secret in the history of a repository", High,
        "Everyone who has the repository can read the earlier version of the file.",
        "Replace the secret. A rewritten history does not reach the copies that others have.");

    internal static readonly FindingRule Unasked = new("GHS5001", "tools that run without confirmation", Medium,
        "A model that is misled by text calls them, and no person notices.",
        "Remove the tool from the list, or keep only tools that read nothing private and change nothing.");
    internal static readonly FindingRule NoQuestions = new("GHS5002", "client that never asks for confirmation", High,
        "The client shows no tool call before it runs.", "Switch the confirmation on again.");
    internal static readonly FindingRule WorkspaceServer = new("GHS5003", "workspace that brings a server", Medium,
        "Everyone who can change the repository decides which program starts for those who open it.",
        "Read the command, pin it, and approve it once in the client.");
    internal static readonly FindingRule WorkspacePermission = new("GHS5004", "workspace that brings its own permissions", Critical,
        "A cloned repository switches off the confirmations that would have protected the person.",
        "Remove the setting. If you need it, set it in your own settings.");
    internal static readonly FindingRule WorkspaceCommand = new("GHS5005", "workspace that runs a command by itself", High,
        "Opening the folder, or the first prompt in it, runs the command.", "Remove it, or run it by hand.");

    internal static readonly FindingRule WorkspaceGateway = new("GHS5006", "workspace that brings rules for Gatehouse", Low,
        "Gatehouse reads no configuration from the working folder. A person who names this file in a command lets its authors decide what is "
            + "permitted.",
        "Do not name it in a command, or review it like a change of your own policy.");

    internal static readonly FindingRule DifferentCommands = new("GHS6001", "one name with different commands", Medium,
        "A review of the name in one client does not apply to the command in the other.", "Give both the same command, or different names.");
    internal static readonly FindingRule NoLongerWrapped = new("GHS6002", "server that ran through Gatehouse and no longer does", High,
        "Gatehouse no longer authorizes and records its calls.", "Wrap it again, or remove it.");
    internal static readonly FindingRule WrapperVariables = new("GHS6003", "entry that runs Gatehouse and sets its variables", High,
        "The variable decides where Gatehouse finds its configuration, its state or its code, for every server of the account.",
        "Remove the variable from the entry. To give it only to the server, set it in a script that starts the server.");

    internal static readonly FindingRule CodeVariables = new("GHS6004", "entry that sets a variable that decides what code runs", Medium,
        "The variable makes the program, or an interpreter that it starts, load other code or settings than those of the account. The command stays the same.",
        "Find out who set it, and remove it from the entry. Through Gatehouse, its value is a part of the command that is approved.");

    internal static readonly FindingRule Invisible = DetectionRules.Invisible;
    internal static readonly FindingRule Reordered = DetectionRules.Reordered;
    internal static readonly FindingRule Tags = DetectionRules.Tags;
    internal static readonly FindingRule HiddenInstruction = new("GHS7004", "instruction that hides from the reader", High,
        "The text tells the model to act without the person's knowledge.", "Read the line. Remove it if you did not write it.");
    internal static readonly FindingRule TerminalControl = DetectionRules.TerminalControl;
    internal static readonly FindingRule NetworkReference = DetectionRules.NetworkReference;
    internal static readonly FindingRule BadIcon = DetectionRules.BadIcon;
    internal static readonly FindingRule MixedLetters = DetectionRules.MixedLetters;

    internal static readonly FindingRule ToxicCombination = new("GHS8001", "private data, untrusted content and a way out in one client", High,
        "Text from outside can make the model fetch private data and send it away, although no single server has a fault.",
        "Remove one of the three, or distribute the servers over several clients.");

    /// <summary>All rules in the order of their ids.</summary>
    public static IReadOnlyList<FindingRule> All { get; } =
    [
        BrokenFile, WritableFile, ForeignFile, WritableProgram, TemporaryProgram, ReadableSecret, RepeatedMember, LeavingArchive,
        FloatingVersion, PipedScript, ShellWrapper, Elevated, InlineCode, PrivilegedContainer, ContainerMount, FetchedCode, LookAlike, Destructive,
        WidePath, Foothold, OneText,
        SourceCommand, SourcePath, SourceSql, SourceUrl, SourceType, SourceToken, SourceException, SourceAudience, SourceDirect,
        PlainHttp, NoAuthentication, OpenListener, Unlisted, Redirected, NoTlsCheck, OpenProbe,
        SecretInEnvironment, SecretInArguments, SecretInHeader, SecretInUrl, SecretInFile, SecretInRules, SecretInWorkspace,
        SecretInRepository, SecretInHistory,
        Unasked, NoQuestions, WorkspaceServer, WorkspacePermission, WorkspaceCommand, WorkspaceGateway,
        DifferentCommands, NoLongerWrapped, WrapperVariables, CodeVariables,
        Invisible, Reordered, Tags, HiddenInstruction, TerminalControl, NetworkReference, BadIcon, MixedLetters,
        ToxicCombination,
        .. DetectionRules.OfInstructions,
    ];

    /// <summary>The rule with the id, or null when there is none.</summary>
    public static FindingRule? Find(string id) => All.FirstOrDefault(rule => string.Equals(rule.Id, id, StringComparison.OrdinalIgnoreCase));
}
