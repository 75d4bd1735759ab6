using EntraStandIn;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.AuthorizationServer.Tests.Providers.StandIns;
using Gatehouse.Identity.Bearer;
using Gatehouse.Outbound;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Microsoft.AspNetCore.WebUtilities;

namespace Gatehouse.AuthorizationServer.Tests.Providers;

/// <summary>A sign-in provider over the real outbound clients, with a browser that follows one redirect.</summary>
internal sealed class SignInBench : IDisposable
{
    public const string State = "state-of-the-gateway";

    private readonly HttpMessageInvoker browser = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    private readonly MetadataFetcher fetcher;
    private readonly FormPoster poster;

    public SignInBench(SignInProviderSettings settings, TimeProvider time, string? redirectUri = null, string? secret = null)
    {
        var hosts = new ConfiguredHosts(new GatewaySettings
        {
            PublicUrl = new Uri("https://gateway.example/"),
            Listen = new ListenSettings(),
            Servers = [],
            StateDirectory = "/nowhere",
            AuthorizationServer = new AuthorizationServerSettings { Providers = [settings] },
        });
        var handlers = new OutboundHandlers(new SystemNameResolver());
        fetcher = new MetadataFetcher(handlers, hosts);
        poster = new FormPoster(handlers, hosts);
        Provider = new SignInProvider(
            settings, redirectUri ?? $"https://gateway.example/oauth/callback/{settings.Name}", fetcher, poster, reference => Secret(reference, secret), time);
    }

    public SignInProvider Provider { get; }

    public static ManualTimeProvider Clock() => new();

    /// <summary>Entra, where Alice has signed in and consented.</summary>
    public static async Task<StandIn> EntraAsync(TimeProvider time)
    {
        var standIn = await StandIn.StartAsync(time);
        standIn.Knobs.SignedIn = Tenant.Alice;
        standIn.Knobs.Before = ProbeRequests.RefuseAsync;
        return standIn;
    }

    public static SignInProviderSettings Settings(OidcStandIn standIn) => new()
    {
        Name = "corp",
        DisplayName = "Corp Login",
        Issuer = standIn.Issuer,
        ClientId = OidcStandIn.Client,
        ClientSecret = new SecretReference("env", "CORP"),
    };

    public static SignInProviderSettings Settings(StandIn standIn) => new()
    {
        Name = "entra",
        DisplayName = "Contoso",
        Issuer = standIn.Authority + "/v2.0",
        Profile = IssuerProfileName.Entra,
        ClientId = Tenant.Gateway,
        ClientSecret = new SecretReference("env", "ENTRA"),
        Scopes = ["openid", "profile", Tenant.GatewayScope],
    };

    /// <summary>Begins a sign-in and visits the provider.</summary>
    public async Task<(SignInAttempt Attempt, ProviderAnswer Answer)> VisitAsync(SignInDemand? demand = null)
    {
        var (address, attempt) = await Provider.BeginAsync(State, demand ?? SignInDemand.None, TestContext.Current.CancellationToken);
        return (attempt, await VisitAsync(address));
    }

    /// <summary>Visits an address of the provider; the answer that the browser brings back.</summary>
    public async Task<ProviderAnswer> VisitAsync(Uri address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using var response = await browser.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(response.Headers.Location is not null, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var query = QueryHelpers.ParseQuery(response.Headers.Location.Query);
        Assert.Equal(State, query["state"]);
        return new ProviderAnswer(response.Headers.Location.Segments[^1], One("code"), One("iss"), One("error"), One("error_description"));

        string? One(string name) => query.TryGetValue(name, out var values) ? values.Single() : null;
    }

    public async Task<SignInResult> CompleteAsync(SignInAttempt attempt, ProviderAnswer answer) =>
        await Provider.CompleteAsync(attempt, answer, TestContext.Current.CancellationToken);

    /// <summary>A whole sign-in.</summary>
    public async Task<SignInResult> SignInAsync(SignInDemand? demand = null)
    {
        var (attempt, answer) = await VisitAsync(demand);
        return await CompleteAsync(attempt, answer);
    }

    /// <summary>A whole sign-in that must fail.</summary>
    public async Task<SignInFault> FailAsync(SignInDemand? demand = null)
    {
        var result = await SignInAsync(demand);
        Assert.Null(result.Person);
        return result.Fault!;
    }

    public void Dispose()
    {
        Provider.Dispose();
        browser.Dispose();
        fetcher.Dispose();
        poster.Dispose();
    }

    private static SecretText Secret(SecretReference reference, string? secret) => new(secret ?? (reference.Location switch
    {
        "CORP" => OidcStandIn.Secret,
        "ENTRA" => Tenant.GatewaySecret,
        _ => throw new InvalidDataException($"the secret {reference} is missing"),
    }));
}
