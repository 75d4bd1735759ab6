using Gatehouse.Gateway.Hosting;
using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Gateway.Tests.Limits;

/// <summary>Sessions that one caller begins and ends are no withdrawal of anybody's right.</summary>
public sealed class EndedSessionTests
{
    [Fact]
    public async Task SessionsThatOneCallerEnds_EndNobodyWhoseTokenIsLookedAt()
    {
        await using var gateway = await TestGateway.StartAsync();
        var ended = new List<ExchangeEnd>();
        var stranger = new Exchange(gateway.Host.Snapshots.Current, NoRequestHead.Instance, null, TimeProvider.System);
        using var place = gateway.Host.Registry.Enter(stranger, ended.Add); // its token is being looked at
        for (var i = 0; i <= ExchangeRegistry.MostWithdrawals; i++)
        {
            var session = await gateway.InitializeAsync();
            await gateway.CallAsync(gateway.Delete(null, ("Mcp-Session-Id", session)));
        }

        Assert.Empty(ended);
    }
}
