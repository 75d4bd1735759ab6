using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.AuthorizationServer.SignIn;
using Gatehouse.Credentials;
using Gatehouse.Outbound.Tokens;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.SignIn;

/// <summary>Finds the tokens that the gateway's own authorization server holds for people, for the credentials of servers.</summary>
/// <param name="held">The tokens.</param>
internal sealed class PersonTokenFinder(HeldTokens held)
{
    /// <summary>Finds those of a grant.</summary>
    /// <param name="grantId">The grant of the caller's token.</param>
    /// <param name="needsIdToken">True where the ID token has to last.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Null where the person has to sign in again.</returns>
    /// <exception cref="TokenFaultException">The provider or the store does not answer now.</exception>
    public async ValueTask<PersonTokens?> FindAsync(string grantId, bool needsIdToken, CancellationToken cancellation)
    {
        try
        {
            if (await held.FindAsync(grantId, needsIdToken, cancellation).ConfigureAwait(false) is not var (person, tokens)) return null;
            return person.Issuer is { } issuer
                ? new PersonTokens(issuer, tokens.Access, tokens.Id, person.ProviderSubject, tokens.Claim("oid")) : null;
        }
        catch (SignInException fault)
        {
            throw new TokenFaultException(TokenFaultKind.NotNow, $"the provider at which the person signed in gives no further token: {fault.Fault.Code}");
        }
        catch (StoreException)
        {
            throw new TokenFaultException(TokenFaultKind.NotNow, "the store cannot be used");
        }
    }
}
