using System.Buffers.Binary;
using System.Buffers.Text;
using Gatehouse.Gateway.Sessions;
using Gatehouse.Gateway.Tests.Holding;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Inspection;
using Gatehouse.Pipeline.Inspection.Requests;
using Gatehouse.Protocol;

namespace Gatehouse.Gateway.Tests.States;

/// <summary>Envelopes that an earlier version of the gateway gave out open for their hour, as states of servers and as nothing else.</summary>
[Trait("Requirement", "H03")]
[Trait("Requirement", "H06")]
public sealed class EarlierStateTests
{
    [Theory]
    [InlineData(1, true)]
    [InlineData(-1, false)]
    public async Task EnvelopeOfTheFirstVersion_OpensForItsHour(int minutes, bool opens)
    {
        var seen = new SeeingRule();
        await using var gateway = await HostFixture.StartAsync(HostFixture.With(null, seen));
        await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\",\"arguments\":{\"a\":1}", "echo"));
        var plain = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(plain, (DateTimeOffset.UtcNow + TimeSpan.FromMinutes(minutes)).UtcTicks);
        byte[] whole = [.. plain, .. "\"of the server\""u8];
        var envelope = Base64Url.EncodeToString(
            gateway.Host.Core.Services.Keys.Seal("request-state/v1", StateHandles.Binding(seen.Exchange!), whole));
        var (_, body, _) = await gateway.CallAsync(
            gateway.Modern("tools/call", $"\"name\":\"echo\",\"arguments\":{{\"a\":1}},\"requestState\":\"{envelope}\"", "echo"));
        Assert.Equal(opens, body.TryGetProperty("result", out _));
        Assert.Equal(opens, gateway.Upstream.Of("tools/call")[^1].Text.Contains("\"requestState\":\"of the server\"", StringComparison.Ordinal));
        if (!opens) Assert.Equal("GH6002", body.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
    }

    private sealed class SeeingRule : IRequestRule
    {
        public string Name => "seeing";

        public Exchange? Exchange { get; private set; }

        public ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation)
        {
            if (message.Method == "tools/call") Exchange = exchange;
            return new(RuleVerdict.Pass);
        }
    }
}
