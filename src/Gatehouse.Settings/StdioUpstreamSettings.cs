namespace Gatehouse.Settings;

/// <summary>A server started as a local process. Only configuration can start one, and never through a shell (EX-05, G11).</summary>
public sealed record StdioUpstreamSettings
{
    /// <summary>Program and arguments, as a vector.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Working folder; the state folder's own empty one by default.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Named variables beside the documented minimum: literal text.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Named variables whose values are secrets, by reference.</summary>
    public IReadOnlyDictionary<string, SecretReference> Secrets { get; init; } = new Dictionary<string, SecretReference>();

    /// <summary>Processes of this server at once. Default 64.</summary>
    public int MaxProcesses { get; init; } = 64;

    /// <summary>Time between closing its input and ending it by force. Default 5 s.</summary>
    public TimeSpan ShutdownGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// True shows the process's stderr in the operator log, escaped and labelled. Default false: lines are counted,
    /// because servers write what they were sent there.
    /// </summary>
    public bool ShowStderr { get; init; }

    /// <summary>Time in which a new process must answer its first request. Default 30 s.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the process may take nothing of what it is sent before it is ended. Default 10 s.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
