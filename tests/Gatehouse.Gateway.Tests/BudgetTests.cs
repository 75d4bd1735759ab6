using System.Net;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests;

/// <summary>One bound for all messages held at once, in both directions (design rule 8).</summary>
[Trait("Requirement", "EX-03")]
public sealed class BudgetTests
{
    [Fact]
    public async Task AnswersThatCannotBeUsed_LeaveTheBudgetAsItWas()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.On("tools/call", (context, _) => RecordingUpstream.Json(context, new string('x', 2_000_000)));
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.BadGateway,
            (await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"))).Status);
        await Eventually.TrueAsync(() => gateway.Host.Budget.Used == 0, "no byte is held");
    }

    [Fact]
    public async Task SpentBudget_RefusesRequestsAndAnswers_AndIsGivenBack()
    {
        await using var gateway = await TestGateway.StartAsync(s => s with { Limits = s.Limits with { BufferedBytes = 20_000 } });
        gateway.Upstream.OnResult("tools/call",
            "{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\",\"text\":\"" + new string('x', 30_000) + "\"}]}");
        var (answer, body, _) = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer);
        Assert.Equal("GH1013", body.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
        var large = gateway.Modern("tools/call", "\"name\":\"echo\",\"arguments\":{\"a\":\"" + new string('y', 30_000) + "\"}", "echo");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await gateway.CallAsync(large)).Status);

        gateway.Upstream.OnResult("tools/call", """{"resultType":"complete","content":[]}""");
        for (var i = 0; i < 50; i++)
            Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"))).Status);
        await Eventually.TrueAsync(() => gateway.Host.Budget.Used == 0, "no byte is held");
    }
}
