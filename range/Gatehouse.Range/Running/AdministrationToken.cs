using Gatehouse.Gateway.Hosting;

namespace Gatehouse.Range.Running;

/// <summary>The token by which a person answers a question, or does an act of administration.</summary>
/// <param name="Person">The person.</param>
/// <param name="Client">The client to which it was issued.</param>
/// <param name="IsForCalls">True where it is good for calls at the endpoint as well.</param>
internal sealed record AdministrationToken(string Person, string Client = AdministrationToken.Console, bool IsForCalls = false)
{
    /// <summary>A client that makes no calls.</summary>
    public const string Console = "console";

    /// <summary>Returns the token, as the issuer gives it for a gateway.</summary>
    public string MintFor(GatewayHost host, RangeIssuer issuer)
    {
        var settings = host.Snapshots.Current.Settings;
        return issuer.Mint(Person, settings.AdministrationResource, claims =>
        {
            claims["client_id"] = Client;
            if (IsForCalls) claims["aud"] = new[] { settings.AdministrationResource, settings.Resource(settings.Servers[0]) };
        });
    }
}
