using Gatehouse.Outbound;

namespace Gatehouse.Azure.Tests.StandIns;

/// <summary>The clients of Azure, as the gateway has them, with the names and the authority of the stand-ins.</summary>
internal static class TestClients
{
    /// <summary>Returns the factory of outgoing clients.</summary>
    public static OutboundHandlers Handlers() => new(new StandInNames()) { Roots = [StandInWeb.Certificate] };

    /// <summary>Returns clients, whose platform is <see cref="IdentityStandIn"/>.</summary>
    public static async Task<AzureClients> StartAsync(TimeProvider? time = null)
    {
        await IdentityStandIn.GetAsync();
        return new AzureClients(Handlers(), time ?? TimeProvider.System);
    }
}
