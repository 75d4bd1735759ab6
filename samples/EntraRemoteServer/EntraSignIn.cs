using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace EntraRemoteServer;

/// <summary>The sign-in at Entra ID: code flow with PKCE as a confidential client, which returns to /auth/callback.</summary>
internal static class EntraSignIn
{
    public const string Callback = "/auth/callback";
    public const string Account = "account";
    public const string Request = "request";

    public static AuthenticationBuilder AddEntraSignIn(this AuthenticationBuilder authentication, Settings settings) => authentication
        .AddCookie(options =>
        {
            options.Cookie.Name = "__Host-SignIn";
            options.Cookie.SecurePolicy = CookieSecurePolicy.Always;
            options.ExpireTimeSpan = TimeSpan.FromMinutes(5); // it is needed from the callback to the code, see AuthorizationServer
        })
        .AddOpenIdConnect(options =>
        {
            options.Authority = $"{settings.Authority}/v2.0"; // one tenant, so the issuer is exact
            options.ClientId = settings.EntraClient;
            options.ResponseType = OpenIdConnectResponseType.Code;
            options.ResponseMode = OpenIdConnectResponseMode.Query; // a form post from another site would bring no Lax cookie
            options.CallbackPath = Callback;
            options.SignInScheme = CookieAuthenticationDefaults.AuthenticationScheme;
            options.MapInboundClaims = false;
            options.Scope.Clear();
            // The code is redeemed for the own API. Graph is named so that the person consents to it now: on-behalf-of cannot ask.
            var scopes = $"openid profile offline_access {settings.EntraScope} {EntraTokens.GraphScope}";
            foreach (var scope in scopes.Split(' ')) options.Scope.Add(scope);
            options.Events.OnAuthorizationCodeReceived = async received =>
            {
                var verifier = received.TokenEndpointRequest!.Parameters["code_verifier"];
                var result = await received.HttpContext.RequestServices.GetRequiredService<EntraTokens>()
                    .RedeemAsync(received.ProtocolMessage.Code, verifier, received.HttpContext.RequestAborted);
                received.Properties!.Items[Account] = result.Account.HomeAccountId.Identifier;
                received.HandleCodeRedemption(result.AccessToken, result.IdToken); // the handler now validates the ID token
            };
            options.Events.OnRemoteFailure = async failed =>
            {
                failed.HandleResponse(); // CWE-209: the log gets the cause, the browser an id
                var (id, services) = (failed.HttpContext.TraceIdentifier, failed.HttpContext.RequestServices);
                services.GetRequiredService<ILogger<EntraTokens>>().LogWarning(failed.Failure, "The sign-in {Id} failed.", id);
                failed.Response.StatusCode = StatusCodes.Status403Forbidden;
                await failed.Response.WriteAsync($"The sign-in at Microsoft Entra ID failed. Start again in your MCP client. Id: {id}");
            };
        });
}
