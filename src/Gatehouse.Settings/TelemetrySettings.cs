namespace Gatehouse.Settings;

/// <summary>Export of traces and metrics by OTLP.</summary>
public sealed record TelemetrySettings
{
    /// <summary>OTLP endpoint (http/protobuf); null exports nothing.</summary>
    public Uri? Otlp { get; init; }

    /// <summary>The region that it is in, as the configuration says; null where none is named.</summary>
    public string? Region { get; init; }
}
