using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Pipeline.Authenticate;

/// <summary>
/// The tokens of callers that a server's credential is exchanged for. Only the source of credentials reads them, and only its issuer gets one.
/// </summary>
public interface ICallerTokens
{
    /// <summary>Keeps the token of a caller for as long as the gateway knows the caller by it.</summary>
    void Keep(AccessTokenValue token, VerifiedToken caller);
}
