using Gatehouse.Gateway.Hosting;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Settings;

namespace Gatehouse.Local;

/// <summary>The one caller of a host on a person's machine: the account that it runs as.</summary>
internal sealed class LocalAccountAuthentication : ICallerAuthentication
{
    public PreparedAuthentication First { get; } = new(static snapshot => snapshot);

    public IEnumerable<SecretUse> SecretsOf(GatewaySettings settings) => [];

    public string? RestartNeeded(GatewaySettings current, GatewaySettings next) => null;

    public PreparedAuthentication Prepare(GatewaySettings next) => First;

    // The server is the connection's own. The policy decides whether the person may still use it.
    public bool MayStay(GatewaySnapshot snapshot, Exchange exchange) => exchange.Caller.Issuer == LocalAccount.Issuer;

    // The account is known as long as the host runs.
    public void Sweep()
    {
    }
}
