using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Connections;

namespace Gatehouse.Range.Doubles;

/// <summary>Seals of connections that are bound to no person.</summary>
internal sealed class OwnerlessSeals(IKeySealer sealer, TimeProvider time) : ConnectionSeals(sealer, time)
{
    protected override string OwnerOf(string issuer, string subject, string server) => "any";
}
