using Gatehouse.Gateway.Approvals;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Range.Doubles;

/// <summary>Takes no client for one that makes calls.</summary>
internal sealed class NoCallingClients : CallingClients
{
    public override bool HasCalled(string issuer, string client) => false;

    public override bool Has(VerifiedToken token) => false;
}
