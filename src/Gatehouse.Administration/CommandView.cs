using System.Text.Json.Serialization;
using Gatehouse.Ipc;

namespace Gatehouse.Administration;

/// <summary>A command as the control socket shows it, in full: a person approves exactly this content.</summary>
public sealed record CommandView
{
    /// <summary>The command's digest.</summary>
    [JsonPropertyName("digest")]
    public string Digest { get; init => field = value ?? ""; } = "";

    /// <summary>Name of the server that asked last.</summary>
    [JsonPropertyName("name")]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The argument vector as written.</summary>
    [JsonPropertyName("arguments")]
    public IReadOnlyList<string> Arguments { get; init => field = value ?? []; } = [];

    /// <summary>The file that the program's name was resolved to.</summary>
    [JsonPropertyName("program")]
    public string Program { get; init => field = value ?? ""; } = "";

    /// <summary>The working folder.</summary>
    [JsonPropertyName("folder")]
    public string Folder { get; init => field = value ?? ""; } = "";

    /// <summary>The variables it gets in addition to the documented minimum, with those values that decide what code runs.</summary>
    [JsonPropertyName("environment")]
    public IReadOnlyList<string> Environment { get; init => field = value ?? []; } = [];

    /// <summary>The minimum with which it is started once it is approved; null before.</summary>
    [JsonPropertyName("minimum")]
    public IReadOnlyDictionary<string, string>? Minimum { get; init; }

    /// <summary>True when a person approved it.</summary>
    [JsonPropertyName("approved")]
    public bool IsApproved { get; init; }

    /// <summary>The moment of its last request, or of its approval.</summary>
    [JsonPropertyName("at")]
    public DateTimeOffset At { get; init; }

    /// <summary>Returns the command itself.</summary>
    public CommandLine ToCommand() => new(Arguments, Program, Folder, Environment) { Minimum = Minimum };

    /// <summary>Makes the view of a command for which no approval was requested yet.</summary>
    public static CommandView Of(string name, CommandLine command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return new CommandView
        {
            Digest = command.Digest,
            Name = name,
            Arguments = command.Arguments,
            Program = command.Program,
            Folder = command.Folder,
            Environment = command.Environment,
            Minimum = command.Minimum,
        };
    }
}
