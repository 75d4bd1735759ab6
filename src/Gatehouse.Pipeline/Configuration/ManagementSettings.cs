namespace Gatehouse.Pipeline.Configuration;

/// <summary>The listener for liveness, readiness and metrics; loopback only in this version.</summary>
public sealed record ManagementSettings
{
    /// <summary>Address on loopback; null (default) serves none.</summary>
    public Uri? Url { get; init; }
}
