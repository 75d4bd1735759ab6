using Gatehouse.Audit.Privacy;
using Gatehouse.AuthorizationServer.Tokens;

namespace Gatehouse.Gateway.Hosting;

/// <summary>Grants of persons at the gateway's own authorization server, as far as an erasure ends them.</summary>
internal interface IPersonGrants
{
    /// <summary>Keeps grants of a person from beginning until the result is disposed of, and waits for those that are being made.</summary>
    /// <returns>Null for a person of another issuer, who has no grants here.</returns>
    Task<IDisposable?> BarAsync(SubjectOwner person);

    /// <summary>Ends the grants of a person, with their codes and tokens, and removes the consents.</summary>
    /// <exception cref="Gatehouse.Storage.Abstractions.StoreException">One of them could not be ended. Every grant was tried.</exception>
    Task<WithdrawnAccess> EndAsync(SubjectOwner person);
}
