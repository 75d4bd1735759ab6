namespace Gatehouse.Upstreams;

/// <summary>The state of a server behind the gateway, only for operators.</summary>
/// <param name="Server">Its name.</param>
/// <param name="State">A few words, such as <c>answering</c>, <c>resting 8 s</c>, <c>2 processes</c>.</param>
public sealed record UpstreamHealth(string Server, string State)
{
    /// <summary>Number of running processes of a local server.</summary>
    internal int? Processes { get; init; }

    /// <summary>State of the circuit breaker of a remote server.</summary>
    internal Resilience.CircuitState? Circuit { get; init; }
}
