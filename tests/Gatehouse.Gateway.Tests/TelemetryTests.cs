using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Gatehouse.Gateway.Telemetry;
using Gatehouse.Pipeline.Recording;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Gatehouse.Gateway.Tests;

/// <summary>Traces and metrics are views of the exchange record, sent by OTLP to a collector on loopback.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task TracesAndMetrics_ReachACollectorAndHoldNoContent()
    {
        var received = new ConcurrentDictionary<string, byte[]>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        await using var collector = builder.Build();
        collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            received[context.Request.Path] = body.ToArray();
        });
        await collector.StartAsync();

        using (TelemetryExport.Start(new TelemetrySettings { Otlp = new Uri(collector.Urls.First()) }))
        {
            await using var gateway = await TestGateway.StartAsync();
            await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\",\"arguments\":{\"a\":\"telemetry-canary\"}", "echo"));
            await gateway.CallAsync(gateway.Modern("vendor/telemetry-canary"));
        }

        Assert.True(received["/v1/traces"].AsSpan().IndexOf("tools/call"u8) > 0);
        Assert.True(received["/v1/metrics"].AsSpan().IndexOf("gatehouse.exchanges"u8) > 0);
        Assert.All(received.Values, bytes => Assert.True(bytes.AsSpan().IndexOf("telemetry-canary"u8) < 0));
    }

    [Fact]
    public async Task Span_NamesTheSameExchangeAsTheLog()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == PipelineTelemetry.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var gateway = await TestGateway.StartAsync();
        var (_, _, response) = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"));
        var id = response.Headers.GetValues("Gatehouse-Request-Id").Single();
        Assert.True(SpinWait.SpinUntil(() => spans.Any(s => (string?)s.GetTagItem("gatehouse.exchange.id") == id), TimeSpan.FromSeconds(10)));
        var entry = gateway.EntriesWithEnded(1).First(e => e.GetProperty("id").GetString() == id);
        Assert.Equal(spans.Single(s => (string?)s.GetTagItem("gatehouse.exchange.id") == id).TraceId.ToHexString(),
            entry.GetProperty("trace").GetString());
    }
}
