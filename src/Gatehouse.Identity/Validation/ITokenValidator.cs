using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Validation;

/// <summary>
/// A decision whether a presented token is good for a resource. Other kinds of issuer, such as one that is asked by introspection (RFC 7662), come in
/// behind this interface.
/// </summary>
public interface ITokenValidator
{
    /// <summary>Validates a token for one resource.</summary>
    /// <param name="token">The token as presented.</param>
    /// <param name="resourceAudience">The audience that the token must name, compared by <see cref="ResourceAudience"/>.</param>
    /// <param name="cancellationToken">Ends the wait. A fetch of keys under way continues for others.</param>
    ValueTask<TokenResult> ValidateAsync(AccessTokenValue token, string resourceAudience, CancellationToken cancellationToken);

    /// <summary>Validates a token for a resource that has several names.</summary>
    /// <param name="token">The token as presented.</param>
    /// <param name="acceptedAudiences">The audiences of which the token must name at least one.</param>
    /// <param name="cancellationToken">Ends the wait. A fetch of keys under way continues for others.</param>
    ValueTask<TokenResult> ValidateAsync(AccessTokenValue token, IReadOnlyList<string> acceptedAudiences, CancellationToken cancellationToken);

    /// <summary>
    /// Validates a token for one use of a resource and holds it to its sender. The other two ways show nothing of the sender,
    /// so that a bound token is refused there.
    /// </summary>
    /// <param name="token">The token as presented.</param>
    /// <param name="use">The resource, its demand, and the evidence of the request.</param>
    /// <param name="cancellationToken">Ends the wait. A fetch of keys under way continues for others.</param>
    ValueTask<TokenResult> ValidateAsync(AccessTokenValue token, TokenUse use, CancellationToken cancellationToken);
}
