using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Identity.Client;
using Microsoft.Identity.Web;
using OpenIddict.Abstractions;

namespace EntraRemoteServer;

/// <summary>The tokens of Entra ID, by MSAL. They stay in this program: the MCP client gets none of them.</summary>
internal sealed class EntraTokens(Settings settings, IDbContextFactory<Store> store, IDataProtectionProvider protection, ILogger<EntraTokens> log)
{
    /// <summary>The one permission of Graph: the smallest that opens /me.</summary>
    public const string GraphScope = "https://graph.microsoft.com/User.Read";

    // Without a secret: a token that the platform gives is the client assertion (RFC 7523).
    private readonly ClientAssertionProviderBase? assertion = settings.Credential switch
    {
        "TokenFile" => new AzureIdentityForKubernetesClientAssertion(settings.TokenFile, log),
        "ManagedIdentity" => new ManagedIdentityClientAssertion(settings.ManagedIdentity),
        _ => null,
    };

    /// <summary>Redeems the code of a sign-in for the first tokens of a person.</summary>
    public Task<AuthenticationResult> RedeemAsync(string code, string verifier, CancellationToken cancel) =>
        Application().AcquireTokenByAuthorizationCode([settings.EntraScope], code).WithPkceCodeVerifier(verifier).ExecuteAsync(cancel);

    /// <summary>Asks Entra whether a person may still sign in, and returns the roles that the person has now.</summary>
    /// <exception cref="MsalUiRequiredException">The person has to sign in again.</exception>
    public async Task<ImmutableArray<string>> RolesAsync(string account, CancellationToken cancel) =>
        (await OwnTokenAsync(Application(), account, isFresh: true, cancel)).ClaimsPrincipal.GetClaims("roles");

    /// <summary>Exchanges the token of the own API for one of Graph (the on-behalf-of flow).</summary>
    /// <exception cref="MsalUiRequiredException">The person has to sign in again.</exception>
    public async Task<string> ForGraphAsync(string account, CancellationToken cancel)
    {
        var application = Application();
        var own = await OwnTokenAsync(application, account, isFresh: false, cancel);
        return (await application.AcquireTokenOnBehalfOf([GraphScope], new UserAssertion(own.AccessToken)).ExecuteAsync(cancel)).AccessToken;
    }

    /// <summary>Deletes the tokens of a person.</summary>
    public async Task ForgetAsync(string account)
    {
        var application = Application();
        if (await application.GetAccountAsync(account) is { } known) await application.RemoveAsync(known);
    }

    private async Task<AuthenticationResult> OwnTokenAsync(IClientApplicationBase application, string account, bool isFresh, CancellationToken cancel)
    {
        var known = await application.GetAccountAsync(account) ?? throw new MsalUiRequiredException("no_account", "No token is stored.");
        return await application.AcquireTokenSilent([settings.EntraScope], known).WithForceRefresh(isFresh).ExecuteAsync(cancel);
    }

    // A new object for each use, because MSAL reads the tokens of one person into it.
    private IConfidentialClientApplication Application()
    {
        var builder = ConfidentialClientApplicationBuilder.Create(settings.EntraClient)
            .WithAuthority(settings.Authority, validateAuthority: false).WithInstanceDiscovery(false) // MSAL asks the configured host and no other
            .WithRedirectUri(new Uri(settings.Issuer, EntraSignIn.Callback).AbsoluteUri).WithLegacyCacheCompatibility(false);
        builder = settings.Credential == "Certificate" ? builder.WithCertificate(settings.Certificate)
            : assertion is null ? builder.WithClientSecret(settings.Secret) : builder.WithClientAssertion(assertion.GetSignedAssertionAsync);
        var application = builder.Build();
        application.UserTokenCache.SetBeforeAccessAsync(ReadAsync);
        application.UserTokenCache.SetAfterAccessAsync(WriteAsync);
        return application;
    }

    private async Task ReadAsync(TokenCacheNotificationArgs access)
    {
        var id = Id(access);
        await using var context = await store.CreateDbContextAsync(access.CancellationToken);
        var row = await context.EntraCaches.AsNoTracking().SingleOrDefaultAsync(entry => entry.Id == id, access.CancellationToken);
        if (row is null) return;
        try
        {
            access.TokenCache.DeserializeMsalV3(Protector(id).Unprotect(row.Sealed), shouldClearExistingCache: true);
        }
        catch (CryptographicException)
        {
            log.LogWarning("Stored tokens of a person do not open: the key ring was lost or the row was changed. The person signs in again.");
        }
    }

    private async Task WriteAsync(TokenCacheNotificationArgs access)
    {
        if (!access.HasStateChanged) return;
        var id = Id(access);
        var tokens = Protector(id).Protect(access.TokenCache.SerializeMsalV3());
        var expires = (access.SuggestedCacheExpiry ?? DateTimeOffset.UtcNow + AuthorizationServer.SignInLife).ToUnixTimeSeconds();
        await using var context = await store.CreateDbContextAsync(access.CancellationToken);
        await context.Database.ExecuteSqlAsync($"""
            INSERT INTO EntraCaches (Id, Sealed, Expires) VALUES ({id}, {tokens}, {expires})
            ON CONFLICT (Id) DO UPDATE SET Sealed = {tokens}, Expires = {expires}
            """, access.CancellationToken);
    }

    private static string Id(TokenCacheNotificationArgs access) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(access.SuggestedCacheKey)));

    // The row is part of the purpose: one that was copied over the row of another person does not open.
    private IDataProtector Protector(string id) => protection.CreateProtector("Entra tokens", id);
}
