namespace Gatehouse.Settings;

/// <summary>The listener for liveness, readiness and metrics; loopback only in this version.</summary>
public sealed record ManagementSettings
{
    /// <summary>Address on loopback; null (default) serves none.</summary>
    public Uri? Url { get; init; }

    /// <summary>Reference to the token that <c>/metrics</c> and <c>/upstreams</c> need; null (default): only what is open can be read.</summary>
    public SecretReference? Token { get; init; }

    /// <summary>True where <c>/metrics</c> needs no token. Default false.</summary>
    public bool OpensMetrics { get; init; }

    /// <summary>True where <c>/upstreams</c> needs no token. Default false.</summary>
    public bool OpensUpstreams { get; init; }
}
