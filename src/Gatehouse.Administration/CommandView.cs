using System.Text.Json.Serialization;
using Gatehouse.Ipc;

namespace Gatehouse.Administration;

/// <summary>A command as the control socket tells it, in full: what a person approves is what stands here.</summary>
public sealed record CommandView
{
    /// <summary>The command's digest.</summary>
    [JsonPropertyName("digest")]
    public string Digest { get; init; } = "";

    /// <summary>Name of the server that asked last.</summary>
    [JsonPropertyName("name")]
    public string Name { get; init; } = "";

    /// <summary>The argument vector as written.</summary>
    [JsonPropertyName("arguments")]
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The file that the program's name was resolved to.</summary>
    [JsonPropertyName("program")]
    public string Program { get; init; } = "";

    /// <summary>The working folder.</summary>
    [JsonPropertyName("folder")]
    public string Folder { get; init; } = "";

    /// <summary>Names of the variables it gets beside the documented minimum.</summary>
    [JsonPropertyName("environment")]
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>True when a person approved it.</summary>
    [JsonPropertyName("approved")]
    public bool IsApproved { get; init; }

    /// <summary>When it was asked for last, or approved.</summary>
    [JsonPropertyName("at")]
    public DateTimeOffset At { get; init; }

    /// <summary>The command itself.</summary>
    public CommandLine ToCommand() => new(Arguments, Program, Folder, Environment);

    /// <summary>The view of a command that nobody was asked about yet.</summary>
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
        };
    }
}
