namespace Gatehouse.Upstreams.Resilience;

/// <summary>The states of a <see cref="CircuitBreaker"/>, by the names of the pattern.</summary>
internal enum CircuitState
{
    /// <summary>Requests are sent.</summary>
    Closed,

    /// <summary>Nothing is sent until the pause is over.</summary>
    Open,

    /// <summary>One request tries, or may try now.</summary>
    HalfOpen,
}
