using System.Security.Claims;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Gatehouse.Peers.Providers;

/// <summary>The sign-in of people. OpenIddict has checked client, redirect URI, PKCE and scopes before.</summary>
/// <param name="signedIn">The person who is signed in; null for nobody.</param>
/// <param name="life">The life of access tokens.</param>
internal sealed class SignIns(Func<string?> signedIn, Func<TimeSpan> life)
    : IOpenIddictServerHandler<OpenIddictServerEvents.HandleAuthorizationRequestContext>
{
    public ValueTask HandleAsync(OpenIddictServerEvents.HandleAuthorizationRequestContext context)
    {
        if ((signedIn() ?? context.Request.LoginHint) is not { Length: > 0 } person)
        {
            context.Reject(Errors.LoginRequired, "Nobody is signed in.");
            return ValueTask.CompletedTask;
        }

        var identity = new ClaimsIdentity("provider", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, person).SetClaim(Claims.Name, person).SetClaim(Claims.Email, $"{person}@example.test");
        identity.SetScopes(context.Request.GetScopes());
        identity.SetDestinations(static claim => claim.Type is Claims.Name or Claims.Email
            ? [Destinations.IdentityToken] : [Destinations.AccessToken, Destinations.IdentityToken]);
        identity.SetAccessTokenLifetime(life());
        context.SignIn(new ClaimsPrincipal(identity));
        return ValueTask.CompletedTask;
    }
}
