namespace Gatehouse.Upstreams;

/// <summary>How a server behind the gateway is doing, for operators alone.</summary>
/// <param name="Server">Its name.</param>
/// <param name="State">A few words, such as <c>answering</c>, <c>resting 8 s</c>, <c>2 processes</c>.</param>
public sealed record UpstreamHealth(string Server, string State)
{
    /// <summary>Processes that run, of a local server.</summary>
    internal int? Processes { get; init; }

    /// <summary>Where the circuit breaker is, of a remote server.</summary>
    internal Resilience.CircuitState? Circuit { get; init; }
}
