using System.Net;
using Gatehouse.Gateway.Configuration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Pipeline.Configuration;
using Gatehouse.Policy;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests;

/// <summary>The configuration is replaced as a whole or not at all (design rule 7).</summary>
public sealed class ReloadTests
{
    [Fact]
    public async Task FaultyConfiguration_NeverReplacesAGoodOne()
    {
        ConfigurationResult next = new() { Faults = [new ConfigurationFault(3, 1, "servers", "wrong", "mend it")], SourcePath = "f" };
        await using var gateway = await TestGateway.StartAsync(reload: () => next);
        Assert.Single(await gateway.Host.ReloadAsync());
        Assert.Equal(1, gateway.Host.Snapshots.Current.Generation);
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Modern("tools/list"))).Status);
    }

    [Fact]
    public async Task NewPolicy_IsInForceAtOnceAndClosesStreamsWhoseRightIsGone()
    {
        ConfigurationResult? next = null;
        await using var gateway = await TestGateway.StartAsync(reload: () => next!);
        var open = new TaskCompletionSource();
        gateway.Upstream.On("GET", async (context, _) =>
        {
            await RecordingUpstream.Events(context, ": open\n\n");
            open.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var handle = await gateway.InitializeAsync();
        var stream = gateway.CallAsync(gateway.Get(null, ("Mcp-Session-Id", handle)));
        await open.Task.WaitAsync(TimeSpan.FromSeconds(10));

        next = Good(gateway, s => s with { Rules = [new PolicyRule { Id = "bob-only", Who = new WhoClause { Subjects = new NameSet(["bob"]) } }] });
        Assert.Empty(await gateway.Host.ReloadAsync());
        await stream.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(2, gateway.Host.Snapshots.Current.Generation);
        Assert.Equal(HttpStatusCode.Forbidden, (await gateway.CallAsync(gateway.Modern("tools/list"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Modern("tools/list", token: gateway.Token("bob")))).Status);
    }

    [Fact]
    public async Task UnchangedServer_KeepsItsSessionsAndProcesses()
    {
        ConfigurationResult? next = null;
        await using var gateway = await TestGateway.StartAsync(
            s => s with { Servers = [new ServerSettings { Name = "cat", Path = "/mcp", Stdio = new StdioUpstreamSettings { Command = ["/bin/sh", "-c", Shell] } }] }, reload: () => next!);
        var handle = await gateway.InitializeAsync();
        next = Good(gateway, s => s with { Servers = [s.Servers[0] with { Stdio = s.Servers[0].Stdio! with { } }], AllowedOrigins = ["https://a.example"] });
        Assert.Empty(await gateway.Host.ReloadAsync());
        var (status, body, _) = await gateway.CallAsync(gateway.Post("""{"jsonrpc":"2.0","id":5,"method":"ping"}""", null, ("Mcp-Session-Id", handle)));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(5, body.GetProperty("id").GetInt32());
    }

    private const string Shell = """
        while IFS= read -r line; do
          id=$(printf '%s' "$line" | sed -n 's/^{"jsonrpc":"2.0","id":\([0-9]*\).*/\1/p')
          [ -n "$id" ] && printf '{"jsonrpc":"2.0","id":%s,"result":{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"sh","version":"1"}}}\n' "$id"
        done
        """;

    [Fact]
    public async Task WhatCannotChangeWhileRunning_IsRefused()
    {
        ConfigurationResult? next = null;
        await using var gateway = await TestGateway.StartAsync(reload: () => next!);
        next = Good(gateway, s => s with { Listen = new ListenSettings { Url = new Uri("http://127.0.0.1:1") } });
        Assert.Contains("listen.url", Assert.Single(await gateway.Host.ReloadAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DrainingGateway_TakesNothingNewAndLetsTheRestEnd()
    {
        await using var gateway = await TestGateway.StartAsync();
        TaskCompletionSource seen = new(), go = new();
        gateway.Upstream.On("tools/call", async (context, _) =>
        {
            seen.SetResult();
            await go.Task;
            await RecordingUpstream.Json(context, """{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","content":[]}}""");
        });
        var call = gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"));
        await seen.Task.WaitAsync(TimeSpan.FromSeconds(10));
        var drained = gateway.Host.DrainAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await gateway.CallAsync(gateway.Modern("tools/list"))).Status);
        go.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await call).Status);
        Assert.Equal(0, await drained);
    }

    private static ConfigurationResult Good(TestGateway gateway, Func<GatewaySettings, GatewaySettings> change) =>
        new() { Settings = change(gateway.Host.Snapshots.Current.Settings), Faults = [], SourcePath = "f" };
}
