namespace Gatehouse.Settings;

/// <summary>Export of traces and metrics by OTLP.</summary>
public sealed record TelemetrySettings
{
    /// <summary>OTLP endpoint (http/protobuf); null exports nothing.</summary>
    public Uri? Otlp { get; init; }
}
