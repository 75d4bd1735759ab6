using System.Net;
using System.Text.Json;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Tests.Resilience;

/// <summary>A server that is slow to answer what the gateway itself asks: who waits for that, and what is known meanwhile.</summary>
[Trait("Requirement", "EX-04")]
public sealed class SlowQuestionTests
{
    private const string WithoutSession = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}""";
    private const string Modern =
        """{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"serverInfo":{"name":"slow","version":"1"},"ttlMs":0,"cacheScope":"private"}""";

    [Fact]
    [Trait("Requirement", "L04")]
    public async Task AHandshakeThatHangs_HoldsNoModernCall_AndItsOutcomeServesWhoAsksInAMoment()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(time: clock);
        gateway.Upstream.On("initialize", HangAsync);
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(Call(gateway, "bob"))).Status);
        var first = gateway.CallAsync(gateway.Post(WithoutSession, Long(gateway, "alice")));
        await Eventually.TrueAsync(() => gateway.Upstream.Of("initialize").Count == 1, "the handshake is at the server");

        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(Call(gateway, "bob"))).Status);
        Assert.False(first.IsCompleted);

        clock.Advance(TimeSpan.FromSeconds(15)); // one step: the pause behind a failed handshake is measured from here
        Assert.Equal("GH7002", Code((await first).Body));
        for (var i = 0; i < 4; i++) Assert.Equal("GH7002",
            Code((await gateway.CallAsync(gateway.Post(WithoutSession, Long(gateway, "carol"))).WaitAsync(TimeSpan.FromMinutes(2))).Body));
        Assert.Single(gateway.Upstream.Of("initialize")); // one patience for all of them, not one for each
        Assert.DoesNotContain(gateway.Upstream.Of("tools/call"), call => !call.Header("Mcp-Method").Any());

        clock.Advance(TimeSpan.FromSeconds(10));
        gateway.Upstream.WithoutSessions();
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Post(WithoutSession, Long(gateway, "alice")))).Status); // asked anew
    }

    [Fact]
    [Trait("Requirement", "G19")]
    public async Task AServerThatIsSlowToSayWhatItSpeaks_KeepsItsEra()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(time: clock);
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(Call(gateway, "bob"))).Status);
        gateway.Upstream.On("server/discover", HangAsync);
        var asked = gateway.Upstream.Of("server/discover").Count;
        clock.Advance(TimeSpan.FromMinutes(6)); // what it speaks is asked for anew
        var call = gateway.CallAsync(Call(gateway, "bob"));
        await Eventually.TrueAsync(() => gateway.Upstream.Of("server/discover").Count > asked, "the server is asked");
        await Eventually.AdvancedAsync(clock, TimeSpan.FromSeconds(1), call);
        Assert.Equal(HttpStatusCode.OK, (await call).Status);
        Assert.Empty(gateway.Upstream.Of("initialize")); // no answer is none of the legacy era
        gateway.Upstream.OnResult("server/discover", Modern);
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(Call(gateway, "bob"))).Status);
    }

    private static Task HangAsync(HttpContext context, JsonElement message) =>
        Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

    private static HttpRequestMessage Call(TestGateway gateway, string who) =>
        gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", Long(gateway, who));

    private static string Long(TestGateway gateway, string who) => gateway.Token(who, life: TimeSpan.FromHours(1));

    private static string? Code(JsonElement body) => body.GetProperty("error").GetProperty("data").GetProperty("code").GetString();
}
