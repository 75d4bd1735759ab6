using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Gatehouse.Peers.Providers;

/// <summary>
/// A company's identity provider on loopback: OpenIddict with client credentials, token exchange (RFC 8693), introspection (RFC 7662) and
/// <c>private_key_jwt</c>. Nothing of a request is taken on trust; each client gets the audiences and scopes of its registration.
/// </summary>
public sealed class OpenIddictProvider : IAsyncDisposable
{
    private const string OwnHeader = "X-Peers-Ticket";

    private readonly WebApplication web;
    private readonly ECDsa signing;
    private readonly ECDsa clientKey;
    private readonly TokenGrants grants;
    private readonly IdentityAssertions assertions;
    private readonly ProviderFront front;
    private readonly RequestRecord record = new();
    private readonly HttpClient http = new();

    private OpenIddictProvider(WebApplication web, ECDsa signing, ECDsa clientKey, TokenGrants grants, IdentityAssertions assertions,
        ProviderFront front, string issuer)
    {
        (this.web, this.signing, this.clientKey) = (web, signing, clientKey);
        (this.grants, this.assertions, this.front, Issuer) = (grants, assertions, front, issuer);
    }

    /// <summary>The issuer: an address with a path, and without a slash at the end.</summary>
    public string Issuer { get; }

    /// <summary>The token endpoint.</summary>
    public string TokenEndpoint => Issuer + "/token";

    /// <summary>The authorization endpoint.</summary>
    public string AuthorizationEndpoint => Issuer + "/authorize";

    /// <summary>The introspection endpoint.</summary>
    public string IntrospectionEndpoint => Issuer + "/introspect";

    /// <summary>The private key of the client <c>gateway-jwt</c>, as PEM (PKCS #8, P-256).</summary>
    public string ClientKeyPem => clientKey.ExportPkcs8PrivateKeyPem();

    /// <summary>The fault of the token endpoint from now on.</summary>
    public BadAnswer Bad
    {
        get => front.Bad;
        set => front.Bad = value;
    }

    /// <summary>The value of <c>Retry-After</c>, in seconds.</summary>
    public int RetryAfter
    {
        get => front.RetryAfter;
        set => front.RetryAfter = value;
    }

    /// <summary>Changes the answers of the token endpoint that have a token.</summary>
    public Action<JsonObject> Change
    {
        get => front.Change;
        set => front.Change = value;
    }

    /// <summary>The person whom the authorization endpoint signs in; null takes <c>login_hint</c>, and refuses a request without one.</summary>
    public string? SignedIn { get; set; }

    /// <summary>Life of access tokens from now on.</summary>
    public TimeSpan TokenLife { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Requests that <see cref="BadAnswer.Slow"/> holds now.</summary>
    public int Waiting => front.Waiting;

    /// <summary>The requests to the token endpoint, in order, without those of <see cref="IssueForAsync"/>.</summary>
    public IReadOnlyList<ProviderRequest> Requests => record.All;

    /// <summary>Forgets the requests so far.</summary>
    public void Forget() => record.Clear();

    /// <summary>Answers the requests that <see cref="BadAnswer.Slow"/> holds.</summary>
    public void Release() => front.Release();

    /// <summary>Starts the provider on a free port of loopback.</summary>
    /// <param name="setup">Its content; null for the usual clients.</param>
    public static async Task<OpenIddictProvider> StartAsync(ProviderSetup? setup = null)
    {
        setup ??= new ProviderSetup();
        // The issuer is part of every token, so the port is known before anything is built.
        var origin = $"http://127.0.0.1:{LoopbackPorts.Next()}";
        var issuer = origin + setup.Path;
        var (signing, clientKey) = (ECDsa.Create(ECCurve.NamedCurves.nistP256), ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var clients = setup.Clients(clientKey).ToDictionary(static client => client.Id, StringComparer.Ordinal);
        OpenIddictProvider? started = null;
        var front = new ProviderFront();
        var grants = new TokenGrants(clients, () => front.Bad, () => started!.TokenLife);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, new Uri(origin).Port, static listen => listen.Protocols = HttpProtocols.Http1);
        });
        var key = new ECDsaSecurityKey(signing) { KeyId = RandomNumberGenerator.GetHexString(8) };
        Add(builder.Services, setup, issuer, clients.Values, key, grants, new SignIns(() => started!.SignedIn, () => started!.TokenLife), front);
        var web = builder.Build();
        var provider = started = new OpenIddictProvider(
            web, signing, clientKey, grants, new IdentityAssertions(issuer, key, setup.Time), front, issuer);
        web.UsePathBase(setup.Path);
        web.Use(provider.RecordAsync);
        web.UseAuthentication();
        web.Run(static context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        await RegisterAsync(web.Services, clients.Values);
        await web.StartAsync();
        return provider;
    }

    /// <summary>Registers a redirect URI: that of a gateway whose address is known later.</summary>
    public async Task RegisterRedirectAsync(string client, string redirect)
    {
        await using var scope = web.Services.CreateAsyncScope();
        var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        var application = await applications.FindByClientIdAsync(client) ?? throw new InvalidOperationException($"no client {client}");
        var descriptor = new OpenIddictApplicationDescriptor();
        await applications.PopulateAsync(descriptor, application);
        descriptor.RedirectUris.Add(new Uri(redirect));
        await applications.UpdateAsync(application, descriptor);
    }

    /// <summary>Makes an authorization server a partner, for which clients get identity assertions of people (ID-JAG).</summary>
    /// <param name="partner">The issuer of the partner.</param>
    /// <param name="client">The client at the partner.</param>
    public void AddPartner(string partner, string client) => assertions.Partners[partner] = client;

    /// <summary>Issues an access token for a person, as the sign-in at a client of theirs ends.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="audience">The audience: the resource of the gateway.</param>
    /// <param name="scopes">The scopes, separated by spaces.</param>
    /// <param name="client">The public client that the token was issued to.</param>
    /// <param name="claims">Further claims; null for none.</param>
    /// <exception cref="InvalidOperationException">The provider refuses it.</exception>
    public async Task<string> IssueForAsync(
        string subject, string audience, string scopes = "mcp:tools", string client = "cli", JsonObject? claims = null)
    {
        var name = RandomNumberGenerator.GetHexString(32);
        grants.Add(name, new TokenGrants.Ticket(subject, [audience], scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries), claims ?? []));
        using var request = new HttpRequestMessage(HttpMethod.Post, TokenEndpoint)
        {
            Headers = { { OwnHeader, name } },
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            { ["grant_type"] = TokenGrants.IssueGrant, ["client_id"] = client, ["ticket"] = name }),
        };
        using var response = await http.SendAsync(request);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        return response.IsSuccessStatusCode ? answer.GetProperty("access_token").GetString()! : throw new InvalidOperationException(answer.ToString());
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        front.Release();
        await web.DisposeAsync();
        http.Dispose();
        signing.Dispose();
        clientKey.Dispose();
    }

    private async Task RecordAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path != "/token" || context.Request.Headers.ContainsKey(OwnHeader))
        {
            await next(context);
            return;
        }

        await record.AddAsync(context);
        await front.AnswerAsync(context, inner => assertions.AnswerAsync(inner, next));
    }

    private static void Add(IServiceCollection services, ProviderSetup setup, string issuer, IEnumerable<ProviderClient> clients,
        SecurityKey key, TokenGrants grants, SignIns signIns, ProviderFront front)
    {
        services.AddDbContext<ProviderStore>(store => store.UseInMemoryDatabase(issuer).UseOpenIddict());
        services.AddOpenIddict()
            .AddCore(static core => core.UseEntityFrameworkCore().UseDbContext<ProviderStore>())
            .AddServer(server =>
            {
                server.SetIssuer(issuer).SetAuthorizationEndpointUris("authorize").SetTokenEndpointUris("token").SetIntrospectionEndpointUris("introspect");
                server.AllowClientCredentialsFlow().AllowTokenExchangeFlow().AllowCustomFlow(TokenGrants.IssueGrant);
                server.AllowAuthorizationCodeFlow().AllowRefreshTokenFlow().RequireProofKeyForCodeExchange();
                server.RegisterScopes([.. clients.SelectMany(static client => client.Scopes).Union([Scopes.Profile, Scopes.Email])]);
                server.RegisterAudiences([.. clients.SelectMany(static client => client.Audiences).Distinct()]);
                server.RegisterResources([.. clients.SelectMany(static client => client.Audiences).Where(ProviderClient.IsResource).Distinct()]);
                server.AddSigningKey(key).AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));
                server.DisableAccessTokenEncryption();
                if (setup.IsOpaque) server.UseReferenceAccessTokens();
                server.Configure(options => options.TimeProvider = setup.Time);
                server.AddEventHandler<OpenIddictServerEvents.HandleTokenRequestContext>(handler => handler.UseSingletonHandler(grants));
                server.AddEventHandler<OpenIddictServerEvents.HandleAuthorizationRequestContext>(handler => handler.UseSingletonHandler(signIns));
                server.AddEventHandler<OpenIddictServerEvents.ProcessAuthenticationContext>(handler => handler
                    .UseSingletonHandler(new UsedAssertions(setup.Time))
                    .SetOrder(OpenIddictServerHandlers.ValidateClientAssertion.Descriptor.Order + 1));
                server.AddEventHandler<OpenIddictServerEvents.HandleConfigurationRequestContext>(static handler => handler
                    .UseInlineHandler(static context =>
                    {
                        context.GrantTypes.Remove(TokenGrants.IssueGrant);
                        return ValueTask.CompletedTask;
                    }).SetOrder(int.MaxValue));
                server.AddEventHandler<OpenIddictServerEvents.GenerateTokenContext>(handler => handler.UseInlineHandler(context =>
                {
                    if (front.Bad == BadAnswer.Expired && context.Request?.GrantType != TokenGrants.IssueGrant) Age(context);
                    return ValueTask.CompletedTask;
                }).SetOrder(int.MinValue));
                server.UseAspNetCore().DisableTransportSecurityRequirement();
            });
    }

    private static void Age(OpenIddictServerEvents.GenerateTokenContext context)
    {
        var created = context.Principal.GetCreationDate()!.Value;
        context.Principal.SetCreationDate(created.AddHours(-2)).SetExpirationDate(created.AddHours(-1));
    }

    private static async Task RegisterAsync(IServiceProvider services, IEnumerable<ProviderClient> clients)
    {
        await using var scope = services.CreateAsyncScope();
        var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        foreach (var client in clients)
        {
            var application = new OpenIddictApplicationDescriptor
            {
                ClientId = client.Id,
                ClientSecret = client.Secret,
                ClientType = client.IsPublic ? ClientTypes.Public : ClientTypes.Confidential,
                JsonWebKeySet = client.Keys,
                ConsentType = ConsentTypes.Implicit,
                Permissions = { Permissions.Endpoints.Token },
            };
            application.RedirectUris.UnionWith(client.Redirects.Select(static redirect => new Uri(redirect)));
            if (!client.IsPublic)
                application.Permissions.UnionWith([Permissions.Endpoints.Authorization, Permissions.GrantTypes.AuthorizationCode,
                    Permissions.GrantTypes.RefreshToken, Permissions.ResponseTypes.Code, Permissions.Scopes.Profile, Permissions.Scopes.Email]);
            if (client.ActsForItself) application.Permissions.Add(Permissions.GrantTypes.ClientCredentials);
            if (client.ActsForPeople) application.Permissions.Add(Permissions.GrantTypes.TokenExchange);
            if (client.Introspects) application.Permissions.Add(Permissions.Endpoints.Introspection);
            if (client.IsPublic) application.Permissions.Add(Permissions.Prefixes.GrantType + TokenGrants.IssueGrant);
            application.Permissions.UnionWith(client.Scopes.Select(static name => Permissions.Prefixes.Scope + name));
            application.Permissions.UnionWith(client.Audiences.Select(static name => Permissions.Prefixes.Audience + name));
            application.Permissions.UnionWith(client.Audiences.Where(ProviderClient.IsResource)
                .Select(static name => Permissions.Prefixes.Resource + name));
            await applications.CreateAsync(application);
        }
    }
}
