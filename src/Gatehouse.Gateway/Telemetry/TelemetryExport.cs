using Gatehouse.Pipeline.Recording;
using Gatehouse.Settings;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Gatehouse.Gateway.Telemetry;

/// <summary>Sends traces and metrics made from exchange records by OTLP (http/protobuf).</summary>
public sealed class TelemetryExport : IDisposable
{
    private readonly TracerProvider? traces;
    private readonly MeterProvider? metrics;

    private TelemetryExport(TracerProvider? traces, MeterProvider? metrics)
    {
        this.traces = traces;
        this.metrics = metrics;
    }

    /// <summary>Starts exporting, or does nothing when no endpoint is configured.</summary>
    public static TelemetryExport Start(TelemetrySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Otlp is not { } endpoint) return new TelemetryExport(null, null);
        var resource = ResourceBuilder.CreateEmpty()
            .AddService("gatehouse", serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString(3));
        var traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(PipelineTelemetry.SourceName)
            .AddOtlpExporter(o => Configure(o, endpoint, "v1/traces")).Build();
        var metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(PipelineTelemetry.SourceName)
            .AddOtlpExporter(o => Configure(o, endpoint, "v1/metrics")).Build();
        return new TelemetryExport(traces, metrics);
    }

    /// <summary>Sends the waiting data and stops.</summary>
    public void Dispose()
    {
        traces?.Dispose();
        metrics?.Dispose();
    }

    private static void Configure(OtlpExporterOptions options, Uri endpoint, string path)
    {
        options.Protocol = OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = new Uri(endpoint.AbsoluteUri.TrimEnd('/') + "/" + path);
    }
}
