using System.Text.Json.Nodes;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.AuthorizationServer.Tests.Providers.StandIns;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.AuthorizationServer.Tests.Providers;

/// <summary>Metadata of providers: where they are looked for, and which are used.</summary>
[Trait("NoRetry", "yes")]
public sealed class ProviderDiscoveryTests
{
    private const string WithPath = "https://login.example/tenant/a";
    private const string WithoutPath = "https://login.example";

    private readonly ManualTimeProvider clock = new();
    private readonly MemoryFetcher fetcher = new();

    [Fact]
    [Trait("Requirement", "B04")]
    public async Task B04_AnIssuerWithAPath_IsTriedInTheOrderOfTheRow()
    {
        fetcher.Documents[$"{WithPath}/.well-known/openid-configuration"] = MemoryFetcher.Metadata(WithPath).ToJsonString();
        await Discovery(WithPath).GetAsync(default);
        Assert.Equal(
        [
            "https://login.example/.well-known/oauth-authorization-server/tenant/a",
            "https://login.example/.well-known/openid-configuration/tenant/a",
            "https://login.example/tenant/a/.well-known/openid-configuration",
        ], fetcher.Requests);
    }

    [Fact]
    [Trait("Requirement", "B04")]
    public async Task B04_AnIssuerWithoutPath_IsTriedAtTwoPlaces()
    {
        fetcher.Documents[$"{WithoutPath}/.well-known/openid-configuration"] = MemoryFetcher.Metadata(WithoutPath).ToJsonString();
        await Discovery(WithoutPath).GetAsync(default);
        Assert.Equal(
            ["https://login.example/.well-known/oauth-authorization-server", "https://login.example/.well-known/openid-configuration"], fetcher.Requests);
    }

    [Fact]
    [Trait("Requirement", "B04")]
    public async Task B04_TheFirstPlaceThatHasTheMetadata_EndsTheSearch()
    {
        fetcher.Documents["https://login.example/.well-known/oauth-authorization-server/tenant/a"] = MemoryFetcher.Metadata(WithPath).ToJsonString();
        await Discovery(WithPath).GetAsync(default);
        Assert.Single(fetcher.Requests);
    }

    [Fact]
    [Trait("Requirement", "B04")]
    public async Task B04_AConfiguredAddress_IsTheOnlyOneThatIsTried()
    {
        var named = new Uri("https://meta.example/document");
        var fault = await FaultAsync(Settings(WithPath) with { Metadata = named });
        Assert.Equal("provider-metadata", fault.Code);
        Assert.Equal([named.AbsoluteUri], fetcher.Requests);
    }

    [Theory]
    [Trait("Requirement", "B05")]
    [InlineData("https://login.example/tenant/b")]
    [InlineData("https://login.example/tenant/a/")]
    [InlineData("https://LOGIN.example/tenant/a")]
    [InlineData("https://login.example:443/tenant/a")]
    [InlineData("")]
    public async Task B05_MetadataOfAnotherIssuer_AreNotUsed(string named)
    {
        foreach (var place in MetadataPlaces.Of(WithPath)) fetcher.Documents[place.AbsoluteUri] = MemoryFetcher.Metadata(named).ToJsonString();
        var fault = await FaultAsync(Settings(WithPath));
        Assert.Equal("provider-metadata-issuer", fault.Code);
        Assert.Contains("issuer", fault.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "B05")]
    public async Task B05_ADocumentOfAnotherIssuerAtOnePlace_DoesNotHideTheRightOneAtTheNext()
    {
        var places = MetadataPlaces.Of(WithPath);
        fetcher.Documents[places[0].AbsoluteUri] = MemoryFetcher.Metadata("https://evil.example").ToJsonString();
        fetcher.Documents[places[1].AbsoluteUri] = "<html>not found</html>";
        fetcher.Documents[places[2].AbsoluteUri] = MemoryFetcher.Metadata(WithPath).ToJsonString();
        Assert.Equal(new Uri("https://login.example/token"), (await Discovery(WithPath).GetAsync(default)).Token);
    }

    [Theory]
    [Trait("Requirement", "B17")]
    [InlineData(null)]
    [InlineData("[]")]
    [InlineData("[\"plain\"]")]
    [InlineData("[\"s256\"]")]
    [InlineData("\"S256\"")]
    public async Task B17_MetadataWithoutS256_EndTheSignInBeforeAnyRedirect(string? methods)
    {
        var metadata = MemoryFetcher.Metadata(WithoutPath);
        metadata.Remove("code_challenge_methods_supported");
        if (methods is not null) metadata["code_challenge_methods_supported"] = JsonNode.Parse(methods);
        Publish(metadata);
        Assert.Equal("provider-metadata-pkce", (await FaultAsync(Settings(WithoutPath))).Code);
    }

    [Theory]
    [Trait("Requirement", "B17")]
    [InlineData(IssuerProfileName.Entra, "https://login.example/8f4b1c1e-3f6a-4a31-9c53-0a6a7d7f0001/v2.0")]
    [InlineData(IssuerProfileName.AdFs, "https://login.example/adfs")]
    public async Task B17_AProductThatSupportsS256ButDoesNotListIt_IsUsedUnderItsProfile(IssuerProfileName profile, string issuer)
    {
        var metadata = MemoryFetcher.Metadata(issuer);
        metadata.Remove("code_challenge_methods_supported");
        fetcher.Documents[$"{issuer}/.well-known/openid-configuration"] = metadata.ToJsonString();
        Assert.NotNull(await Discovery(Settings(issuer) with { Profile = profile }).GetAsync(default));
    }

    [Theory]
    [Trait("Requirement", "B20")]
    [InlineData("authorization_endpoint", "http://login.example/authorize")]
    [InlineData("token_endpoint", "http://login.example/token")]
    [InlineData("jwks_uri", "http://login.example/keys")]
    [InlineData("token_endpoint", "http://127.0.0.1:9/token")]
    [InlineData("token_endpoint", "https://user@login.example/token")]
    [InlineData("authorization_endpoint", "https://login.example/authorize#part")]
    [InlineData("authorization_endpoint", "javascript:alert(1)")]
    [InlineData("authorization_endpoint", "/authorize")]
    [InlineData("authorization_endpoint", "https://login.example/authorize?redirect_uri=https://evil.example")]
    [InlineData("jwks_uri", null)]
    public async Task B20_AnEndpointThatIsNotHttps_EndsTheSignIn(string member, string? address)
    {
        var metadata = MemoryFetcher.Metadata(WithoutPath);
        metadata[member] = address;
        Publish(metadata);
        Assert.Equal("provider-metadata-endpoint", (await FaultAsync(Settings(WithoutPath))).Code);
    }

    [Theory]
    [InlineData("{\"issuer\":\"https://evil.example\",\"issuer\":\"https://login.example\"}")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task MetadataWithTwoReadings_AreNotUsed(string document)
    {
        fetcher.Documents[$"{WithoutPath}/.well-known/openid-configuration"] = document;
        Assert.Equal("provider-metadata", (await FaultAsync(Settings(WithoutPath))).Code);
    }

    [Fact]
    public async Task Metadata_AreFetchedAgainWhenOld_AndServeWhileTheProviderIsDown()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        await bench.VisitAsync();
        await bench.VisitAsync();
        Assert.Equal(1, Fetches(standIn));
        standIn.MetadataStatus = 503;
        clock.Advance(ProviderDiscovery.RefreshAge);
        await bench.VisitAsync();
        await bench.VisitAsync();
        Assert.Equal(2, Fetches(standIn)); // no second try within the pause
        clock.Advance(ProviderDiscovery.StaleLimit);
        Assert.Equal("provider-unavailable", (await Assert.ThrowsAsync<SignInException>(() => bench.VisitAsync())).Fault.Code);
        standIn.MetadataStatus = 200;
        clock.Advance(ProviderDiscovery.FailurePause);
        await bench.VisitAsync();
    }

    [Fact]
    [Trait("Requirement", "B17")]
    public async Task B17_AProviderThatNoLongerListsS256_IsNoLongerUsed()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        await bench.VisitAsync();
        standIn.Metadata = metadata => metadata.Remove("code_challenge_methods_supported");
        clock.Advance(ProviderDiscovery.RefreshAge);
        Assert.Equal("provider-metadata-pkce", (await Assert.ThrowsAsync<SignInException>(() => bench.VisitAsync())).Fault.Code);
    }

    [Fact]
    public async Task AThousandSignInsThatBeginTogether_CauseOneRoundOfFetches()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => bench.Provider.BeginAsync(SignInBench.State, SignInDemand.None, default).AsTask()));
        Assert.Equal(1, Fetches(standIn));
    }

    [Fact]
    public async Task MetadataLargerThanTheBound_AreNotRead()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        standIn.Metadata = metadata => metadata["padding"] = new string('x', ProviderDiscovery.LargestDocument);
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        Assert.Equal("provider-unavailable", (await Assert.ThrowsAsync<SignInException>(() => bench.VisitAsync())).Fault.Code);
    }

    [Fact]
    public async Task AProviderThatNeverAnswers_IsLeftAfterTheTimeLimit()
    {
        fetcher.IsSilent = true;
        var waiting = Discovery(WithoutPath).GetAsync(default).AsTask();
        clock.Advance(ProviderDiscovery.LongestFetch);
        Assert.Equal("provider-unavailable", (await Assert.ThrowsAsync<SignInException>(() => waiting)).Fault.Code);
    }

    [Fact]
    public async Task ABrowserThatGoesAway_DoesNotEndTheFetchForOthers()
    {
        fetcher.IsSilent = true;
        var discovery = Discovery(WithoutPath);
        using var gone = new CancellationTokenSource();
        var first = discovery.GetAsync(gone.Token).AsTask();
        var second = discovery.GetAsync(default).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(second.IsCompleted);
        Assert.Single(fetcher.Requests);
        clock.Advance(ProviderDiscovery.LongestFetch);
        await Assert.ThrowsAsync<SignInException>(() => second);
    }

    private static int Fetches(OidcStandIn standIn) => standIn.Requests.Count(path => path == standIn.MetadataPath);

    private void Publish(JsonObject metadata) => fetcher.Documents[$"{WithoutPath}/.well-known/openid-configuration"] = metadata.ToJsonString();

    private static SignInProviderSettings Settings(string issuer) => new() { Name = "corp", Issuer = issuer, ClientId = "gateway" };

    private ProviderDiscovery Discovery(string issuer) => Discovery(Settings(issuer));

    private ProviderDiscovery Discovery(SignInProviderSettings settings) => new(settings, fetcher, new SignInFaults("Corp Login", false), clock);

    private async Task<SignInFault> FaultAsync(SignInProviderSettings settings) =>
        (await Assert.ThrowsAsync<SignInException>(async () => await Discovery(settings).GetAsync(default))).Fault;
}
