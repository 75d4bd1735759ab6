using System.Collections.Immutable;
using System.Security.Claims;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Identity.Client;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using Answer = OpenIddict.Server.AspNetCore.OpenIddictServerAspNetCoreConstants.Properties;

namespace EntraRemoteServer;

/// <summary>The authorization server for MCP clients, by OpenIddict. Its tokens are opaque and for this server only.</summary>
internal static class AuthorizationServer
{
    public static readonly TimeSpan SignInLife = TimeSpan.FromDays(14);
    private static readonly TimeSpan AccessTokenLife = TimeSpan.FromMinutes(10);
    private static readonly string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    public static void Add(IServiceCollection services, Settings settings) => services.AddOpenIddict()
        .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<Store>())
        .AddServer(server =>
        {
            server.SetIssuer(settings.Issuer);
            server.SetAuthorizationEndpointUris("oauth/authorize").SetTokenEndpointUris("oauth/token").SetRevocationEndpointUris("oauth/revoke");
            server.AllowAuthorizationCodeFlow().AllowRefreshTokenFlow().RequireProofKeyForCodeExchange();
            server.RegisterScopes(Settings.Scope).RegisterResources(settings.Url); // RFC 8707: one resource, this server
            server.UseReferenceAccessTokens().UseReferenceRefreshTokens(); // random numbers, whose hashes the store has
            server.SetAccessTokenLifetime(AccessTokenLife).SetRefreshTokenLifetime(SignInLife).DisableSlidingRefreshTokenExpiration();
            server.SetRefreshTokenReuseLeeway(TimeSpan.Zero); // a refresh token that comes twice ends the sign-in (OAuth 2.1, 4.3.1)
            server.UseDataProtection(); // seals what is stored
            server.AddEphemeralEncryptionKey().AddEphemeralSigningKey(); // OpenIddict demands them, and no token here is signed
            server.Configure(options =>
            {
                options.CodeChallengeMethods.Remove(CodeChallengeMethods.Plain); // S256 only (OAuth 2.1, 7.5.2)
                options.Scopes.Remove(Scopes.OpenId); // it signs people in nowhere else
                options.ClientAuthenticationMethods.Clear();
                options.ClientAuthenticationMethods.Add("none"); // the one client is a public one
            });
            server.UseAspNetCore().EnableAuthorizationEndpointPassthrough().EnableTokenEndpointPassthrough();
        })
        .AddValidation(validation =>
        {
            validation.UseLocalServer();
            validation.UseDataProtection();
            validation.AddAudiences(settings.Url.AbsoluteUri);
            validation.EnableTokenEntryValidation().EnableAuthorizationEntryValidation(); // a revoked token is refused immediately
            validation.UseAspNetCore().DisableAccessTokenExtractionFromBodyForm().DisableAccessTokenExtractionFromQueryString();
        });

    /// <summary>Ends every sign-in of a person: the tokens of this server are refused from now on, and those of Entra are deleted.</summary>
    public static async Task EndAsync(string account, EntraTokens entra, IOpenIddictAuthorizationManager authorizations, CancellationToken cancel)
    {
        await authorizations.RevokeBySubjectAsync(account, cancel);
        await entra.ForgetAsync(account);
    }

    /// <summary>Answers a request that OpenIddict has checked: client, redirect URI, PKCE, scope and resource.</summary>
    public static async Task<IResult> AuthorizeAsync(HttpContext http, Settings settings)
    {
        var request = http.GetOpenIddictServerRequest()!;
        if (request.GetResources().Length == 0) return Refuse(Errors.InvalidTarget, $"The parameter resource is missing. It must be {settings.Url}.");
        if (!request.HasScope(Settings.Scope)) return Refuse(Errors.InvalidScope, $"The scope {Settings.Scope} is missing.");

        // One sign-in gives one code, for the request that began it: a link from somewhere else finds no session here (CWE-352).
        var path = http.Request.GetEncodedPathAndQuery();
        var signIn = await http.AuthenticateAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        if (!signIn.Succeeded || signIn.Properties!.Items[EntraSignIn.Request] != path)
        {
            var properties = new AuthenticationProperties { RedirectUri = path, Items = { [EntraSignIn.Request] = path } };
            return Results.Challenge(properties, [OpenIdConnectDefaults.AuthenticationScheme]);
        }

        await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        var identity = new ClaimsIdentity("Entra", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, signIn.Properties.Items[EntraSignIn.Account]);
        identity.SetScopes(request.GetScopes()).SetResources(request.GetResources());
        return SignIn(identity, signIn.Principal!.GetClaims("roles"));
    }

    /// <summary>Answers a code or refresh token that OpenIddict has checked.</summary>
    public static async Task<IResult> TokenAsync(
        HttpContext http, Settings settings, EntraTokens entra, IOpenIddictAuthorizationManager authorizations, ILogger<EntraTokens> log)
    {
        var identity = (ClaimsIdentity)(await http.AuthenticateAsync(Scheme)).Principal!.Identity!;
        if (!identity.HasResource(settings.Url.AbsoluteUri)) return Refuse(Errors.InvalidGrant, "The sign-in was for another resource.");
        if (http.GetOpenIddictServerRequest()!.IsAuthorizationCodeGrantType()) return SignIn(identity, identity.GetClaims(Claims.Role));
        var account = identity.GetClaim(Claims.Subject)!;
        try
        {
            // A person who was disabled at Entra, or lost a role, loses the access here at the latest when the access token expires.
            return SignIn(identity, await entra.RolesAsync(account, http.RequestAborted));
        }
        catch (MsalUiRequiredException)
        {
            await EndAsync(account, entra, authorizations, http.RequestAborted);
            return Refuse(Errors.InvalidGrant, "The sign-in at Entra has ended. Sign in again.");
        }
        catch (MsalException failure)
        {
            log.LogError(failure, "Entra did not answer when a person's sign-in was refreshed.");
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static IResult SignIn(ClaimsIdentity identity, ImmutableArray<string> roles)
    {
        identity.SetClaims(Claims.Role, roles).SetDestinations(static _ => [Destinations.AccessToken]);
        return Results.SignIn(new ClaimsPrincipal(identity), authenticationScheme: Scheme);
    }

    private static IResult Refuse(string error, string text) => Results.Forbid(new AuthenticationProperties(
        new Dictionary<string, string?> { [Answer.Error] = error, [Answer.ErrorDescription] = text }), [Scheme]);
}
