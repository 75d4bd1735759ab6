using Gatehouse.Integrity.Origins;
namespace Gatehouse.Inventory.Model;

/// <summary>One server as one configuration file names it.</summary>
public sealed record ServerEntry
{
    /// <summary>Its name in the file.</summary>
    public required string Name { get; init; }

    /// <summary>The client that reads the file.</summary>
    public required string Client { get; init; }

    /// <summary>The place of the entry.</summary>
    public required SourceLocation Place { get; init; }

    /// <summary>The owner of the file: the user, a workspace or the system.</summary>
    public required LocationScope Scope { get; init; }

    /// <summary>The transport: <c>stdio</c>, <c>http</c>, <c>sse</c>, <c>built-in</c> or <c>unknown</c>.</summary>
    public required string Transport { get; init; }

    /// <summary>The program that is started, or null for one that is not started.</summary>
    public string? Command { get; init; }

    /// <summary>True when the file has command and arguments as one text, in place of the program.</summary>
    public bool IsOneText { get; init; }

    /// <summary>True when that text has operators that only a shell reads.</summary>
    internal bool NeedsShell { get; init; }

    /// <summary>Its arguments as they are written; they may hold secrets and are shown through <see cref="CommandLine"/> only.</summary>
    internal IReadOnlyList<ConfigScalar> Arguments { get; init; } = [];

    /// <summary>Command and arguments with the values of secrets replaced by their kind, or null for one that is not started.</summary>
    public string? CommandLine { get; init; }

    /// <summary>Names of the environment variables that it is given.</summary>
    public IReadOnlyList<string> EnvironmentNames { get; init; } = [];

    /// <summary>The variables with their values: read by checks and by a start that was agreed to, never shown.</summary>
    internal IReadOnlyList<ConfigPair> Environment { get; init; } = [];

    /// <summary>Names of the headers that are sent to it.</summary>
    public IReadOnlyList<string> HeaderNames { get; init; } = [];

    /// <summary>The headers with their values, never shown.</summary>
    internal IReadOnlyList<ConfigPair> Headers { get; init; } = [];

    /// <summary>Folder that it starts in, or null when the file names none.</summary>
    public string? Folder { get; init; }

    /// <summary>Folders and files among its arguments.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [];

    /// <summary>Its URL with user information and the values of secrets replaced, or null for a local one.</summary>
    public string? Url { get; init; }

    /// <summary>The URL as it is written.</summary>
    internal ConfigScalar? RawUrl { get; init; }

    /// <summary>The source of its code.</summary>
    public required ServerOrigin Source { get; init; }

    /// <summary>Packages of programs in front of the server's, such as one that reads variables from a file: they are fetched too.</summary>
    internal IReadOnlyList<ServerOrigin> Runners { get; init; } = [];

    /// <summary>Names that lead to the map or list in the file that it is an entry of.</summary>
    internal IReadOnlyList<string> Container { get; init; } = [];

    /// <summary>True when its client reads more variables from a file that the entry names.</summary>
    internal bool HasEnvironmentFile { get; init; }

    /// <summary>True when its client runs it through Gatehouse.</summary>
    public bool IsWrapped { get; init; }

    /// <summary>True when the file switches it off.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>True when the file names a way to authenticate (a header, OAuth settings, a token variable).</summary>
    public bool HasAuthentication { get; init; }

    /// <summary>Settings of the entry that let tools run unasked, with their places.</summary>
    internal IReadOnlyList<ConfigPair> Approvals { get; init; } = [];
}
