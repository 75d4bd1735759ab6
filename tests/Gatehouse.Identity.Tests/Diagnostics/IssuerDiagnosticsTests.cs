using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Identity.Diagnostics;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Tests.Shapes;
using Gatehouse.Identity.Tests.Support;
using Gatehouse.Testing;

namespace Gatehouse.Identity.Tests.Diagnostics;

/// <summary>What an operator is told of a provider: each fault planted in a good one is found and named.</summary>
public sealed class IssuerDiagnosticsTests
{
    private const string Issuer = FakeFetcher.Issuer;

    private readonly ManualTimeProvider clock = new();
    private readonly FakeFetcher fetcher = new(ValidatorBench.Es256);
    private readonly JsonObject metadata = new()
    {
        ["issuer"] = Issuer,
        ["jwks_uri"] = FakeFetcher.KeysUri.AbsoluteUri,
        ["authorization_endpoint"] = Issuer + "/authorize",
        ["registration_endpoint"] = Issuer + "/register",
        ["introspection_endpoint"] = Issuer + "/introspect",
        ["client_id_metadata_document_supported"] = true,
        ["code_challenge_methods_supported"] = new JsonArray("S256"),
        ["grant_types_supported"] = new JsonArray("authorization_code", "refresh_token", "client_credentials"),
        ["scopes_supported"] = new JsonArray("mcp:read"),
        ["dpop_signing_alg_values_supported"] = new JsonArray("ES256"),
        ["tls_client_certificate_bound_access_tokens"] = true,
    };

    public static TheoryData<string> Rows => new(Faults.Keys);

    private static readonly Dictionary<string, (string Subject, IssuerFindingStatus Verdict, string Words, Action<JsonObject> Change)> Faults =
        new(StringComparer.Ordinal)
        {
            ["another issuer"] = ("issuer", IssuerFindingStatus.Fails, "https://other.example", metadata => metadata["issuer"] = "https://other.example"),
            ["no issuer"] = ("issuer", IssuerFindingStatus.Fails, "name no issuer", metadata => metadata.Remove("issuer")),
            ["no keys"] = ("keys", IssuerFindingStatus.Fails, "no https address of the keys", metadata => metadata.Remove("jwks_uri")),
            ["keys in clear"] = ("keys", IssuerFindingStatus.Fails, "no https address of the keys", metadata => metadata["jwks_uri"] = "http://login.example/keys"),
            ["keys that are not there"] =
            ("keys", IssuerFindingStatus.Fails, "status 404", metadata => metadata["jwks_uri"] = "https://login.example/none"),
            ["no S256"] = ("PKCE", IssuerFindingStatus.Fails, "refuse to sign in", metadata =>
                metadata["code_challenge_methods_supported"] = new JsonArray("plain")),
            ["no word of PKCE"] =
            ("PKCE", IssuerFindingStatus.Fails, "refuse to sign in", metadata => metadata.Remove("code_challenge_methods_supported")),
            ["no refresh"] = ("refresh", IssuerFindingStatus.Limits, "sign in again", metadata =>
                metadata["grant_types_supported"] = new JsonArray("authorization_code")),
            ["an unknown scope"] = ("scopes", IssuerFindingStatus.Limits, "mcp:read", metadata => metadata["scopes_supported"] = new JsonArray("openid")),
            ["no DPoP"] = ("DPoP", IssuerFindingStatus.Fails, "bound to a key", metadata => metadata.Remove("dpop_signing_alg_values_supported")),
            ["DPoP with nothing that is known"] =
            ("DPoP", IssuerFindingStatus.Fails, "bound to a key", metadata => metadata["dpop_signing_alg_values_supported"] = new JsonArray("HS256")),
            ["no mTLS"] = ("mTLS", IssuerFindingStatus.Fails, "bound to a certificate", metadata =>
                metadata["tls_client_certificate_bound_access_tokens"] = false),
            ["no introspection"] = ("introspection", IssuerFindingStatus.Fails, "no endpoint", metadata => metadata.Remove("introspection_endpoint")),
        };

    [Fact]
    public async Task FindsNothingWrongWithAGoodProvider()
    {
        var examination = await ExamineAsync();
        Assert.DoesNotContain(examination.Findings, finding => finding.Verdict == IssuerFindingStatus.Fails);
        Assert.All(examination.Findings.Where(finding => finding.Verdict != IssuerFindingStatus.Works), finding => Assert.NotNull(finding.Remedy));
        Assert.All(examination.SignIn, way => Assert.True(way.IsPossible, way.Words));
        Assert.Equal(4, examination.SignIn.Length);
        Assert.True(examination.IsReachable);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task NamesEachFaultWithARemedy(string row)
    {
        var (subject, verdict, words, change) = Faults[row];
        change(metadata);
        var examination = await ExamineAsync();
        var finding = Assert.Single(examination.Findings, found => found.Subject == subject);
        Assert.Equal(verdict, finding.Verdict);
        Assert.Contains(words, finding.Words, StringComparison.Ordinal);
        Assert.NotNull(finding.Remedy);
        // A provider without PKCE or DPoP keeps some clients out. Without its name or keys, no token is accepted.
        Assert.Equal(subject is "issuer" or "keys", finding.ConcernsEveryToken);
        Assert.Equal(verdict, examination.Verdict);
    }

    [Fact]
    public async Task NamesKeysThatVerifyNothing()
    {
        fetcher.Publish(TestKey.Rs256("weak", 1024));
        Assert.Contains("1 Weak", await KeysAsync(), StringComparison.Ordinal);
        fetcher.Publish(ValidatorBench.Es384);
        Assert.Contains("0 of 1", await KeysAsync(profile => profile with { Algorithms = ["ES256"] }), StringComparison.Ordinal);
        fetcher.Documents[FakeFetcher.KeysUri] = "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}"u8.ToArray();
        Assert.Contains("private or symmetric", await KeysAsync(), StringComparison.Ordinal);

        async Task<string> KeysAsync(Func<IssuerProfile, IssuerProfile>? change = null)
        {
            var finding = Assert.Single((await ExamineAsync(change)).Findings, found => found.Subject == "keys");
            Assert.Equal(IssuerFindingStatus.Fails, finding.Verdict);
            return finding.Words;
        }
    }

    // Each answer has a cause of its own, and so a remedy of its own: the name of the issuer and the network are fine here.
    [Theory]
    [InlineData(500, "oops", "status 500", "The provider has a fault of its own")]
    [InlineData(503, "", "status 503", "The provider has a fault of its own")]
    [InlineData(200, "\n<!doctype html><title>Sign in</title>", "a web page", "without a sign-in: it has to show JSON")]
    [InlineData(200, "", "an empty answer", "has no document")]
    [InlineData(200, "{\"keys\":[],\"keys\":[]}", "not strict JSON", "has a repeated member")]
    [InlineData(403, "", "status 403", "demands a sign-in")]
    [InlineData(302, "", "status 302", "follows no redirect")]
    public async Task AnswerThatIsNoDocument_HasARemedyForItsCause(int status, string body, string words, string remedy)
    {
        var keys = Assert.Single((await ExamineAsync(fetched: new Answering(fetcher, FakeFetcher.KeysUri, status, body))).Findings,
            found => found.Subject == "keys");
        Assert.Contains(words, keys.Words, StringComparison.Ordinal);
        Assert.Contains(remedy, keys.Remedy, StringComparison.Ordinal);
        // 'gatehouse status' has the same words.
        using var cache = new JwksCache(Issuer, new Answering(fetcher, FakeFetcher.KeysUri, status, body), clock);
        await cache.FindAsync(null, "ES256", default, TestContext.Current.CancellationToken);
        Assert.StartsWith($"{FakeFetcher.KeysUri}: {words}", cache.LastFault, StringComparison.Ordinal);
        var found = Assert.Single((await ExamineAsync(fetched: new Answering(fetcher, null, status, body))).Findings);
        Assert.Equal(("metadata", IssuerFindingStatus.Fails), (found.Subject, found.Verdict));
        Assert.Contains(words, found.Words, StringComparison.Ordinal);
        Assert.Contains(remedy, found.Remedy, StringComparison.Ordinal);
    }

    // Each issuer has further possible addresses of its metadata, which usually answer 404: the cause is at the one that has them.
    [Theory]
    [InlineData(500, "", "status 500")]
    [InlineData(302, "", "status 302")]
    [InlineData(200, "<html>", "a web page (HTML or XML) in place of JSON")]
    public async Task OfSeveralAddresses_StatusHasTheNearestCause(int status, string body, string words)
    {
        using var cache = new JwksCache(Issuer, new Answering(fetcher, FakeFetcher.MetadataUri, status, body), clock);
        await cache.FindAsync(null, "ES256", default, TestContext.Current.CancellationToken);
        Assert.Equal($"{FakeFetcher.MetadataUri}: {words}", cache.LastFault);
        var found = Assert.Single((await ExamineAsync(fetched: new Answering(fetcher, FakeFetcher.MetadataUri, status, body))).Findings);
        Assert.Contains(cache.LastFault!, found.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("another issuer")]
    [InlineData("no issuer")]
    [InlineData("no keys")]
    public async Task MetadataThatTheGatewayRefuses_AreTheCauseInStatusAndDoctor(string fault)
    {
        var (subject, _, _, change) = Faults[fault];
        change(metadata);
        fetcher.Documents[FakeFetcher.MetadataUri] = Encoding.UTF8.GetBytes(metadata.ToJsonString());
        using var cache = new JwksCache(Issuer, fetcher, clock);
        await cache.FindAsync(null, "ES256", default, TestContext.Current.CancellationToken);
        var found = Assert.Single((await ExamineAsync()).Findings, found => found.Subject == subject);
        Assert.StartsWith(cache.LastFault!, found.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EmptyKeySet_HasARemedyForTheProvider()
    {
        fetcher.Documents[FakeFetcher.KeysUri] = "{\"keys\":[]}"u8.ToArray();
        var keys = Assert.Single((await ExamineAsync()).Findings, found => found.Subject == "keys");
        Assert.Contains("is empty. The gateway refuses every token", keys.Words, StringComparison.Ordinal);
        Assert.Contains("create and publish a key", keys.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeySetThatOnlyEncrypts_HasARemedyOfItsOwn()
    {
        var key = (JsonObject)JsonNode.Parse(TestKeySet.Document(ValidatorBench.Es256))!["keys"]![0]!.DeepClone();
        key["use"] = "enc";
        fetcher.Documents[FakeFetcher.KeysUri] = Encoding.UTF8.GetBytes(new JsonObject { ["keys"] = new JsonArray(key) }.ToJsonString());
        var keys = Assert.Single((await ExamineAsync()).Findings, found => found.Subject == "keys");
        Assert.Contains("1 OtherPurpose", keys.Words, StringComparison.Ordinal);
        Assert.Contains("the key that signs access tokens with 'use: sig'", keys.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("algorithms", keys.Remedy, StringComparison.Ordinal);
    }

    // The threat: an operator reads "yes" and looks for the fault at the client. Opaque tokens need no keys.
    [Theory]
    [InlineData("jwks_uri", false, "not until 'keys' works")]
    [InlineData("jwks_uri", true, null)]
    [InlineData("issuer", true, "not until 'issuer' works")]
    public async Task WhileTheGatewayRefusesEveryToken_NoClientCanSignIn(string member, bool introspects, string? words)
    {
        metadata.Remove(member);
        fetcher.Documents[FakeFetcher.MetadataUri] = Encoding.UTF8.GetBytes(metadata.ToJsonString());
        var examination = await new IssuerDiagnostics(fetcher, clock).ExamineAsync(
            new IssuerProfile { Issuer = Issuer }, new IssuerRequirements { Introspects = introspects }, TestContext.Current.CancellationToken);
        Assert.Equal(4, examination.SignIn.Length);
        Assert.All(examination.SignIn, way => Assert.Equal(words is null, way.IsPossible));
        if (words is not null) Assert.All(examination.SignIn, way => Assert.StartsWith(words, way.Words, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("registration_endpoint", "clients that register themselves (RFC 7591)")]
    [InlineData("client_id_metadata_document_supported", "clients with a metadata document (CIMD)")]
    [InlineData("grant_types_supported", "services (client credentials)")]
    public async Task SaysWhichClientsCannotSignIn(string member, string client)
    {
        metadata.Remove(member);
        var ways = (await ExamineAsync()).SignIn;
        Assert.Equal(client, Assert.Single(ways, way => !way.IsPossible).Client);
    }

    [Theory]
    [InlineData(61, IssuerFindingStatus.Fails)]
    [InlineData(-61, IssuerFindingStatus.Fails)]
    [InlineData(59, IssuerFindingStatus.Works)]
    public async Task ComparesTheClocks(int seconds, IssuerFindingStatus verdict)
    {
        fetcher.Date = clock.GetUtcNow().AddSeconds(seconds);
        Assert.Equal(verdict, Assert.Single((await ExamineAsync()).Findings, finding => finding.Subject == "clock").Verdict);
    }

    [Fact]
    public async Task NamesServersForWhichStockClientsAskForNoScope()
    {
        Assert.DoesNotContain((await ExamineAsync()).Findings, finding => finding.Subject == "sign-in scopes");
        var examination = await new IssuerDiagnostics(fetcher, clock).ExamineAsync(
            new IssuerProfile { Issuer = Issuer }, new IssuerRequirements { ServersWithoutScopes = ["tickets"] },
            TestContext.Current.CancellationToken);
        var finding = Assert.Single(examination.Findings, finding => finding.Subject == "sign-in scopes");
        Assert.Equal(IssuerFindingStatus.Limits, finding.Verdict);
        Assert.Contains("tickets", finding.Words, StringComparison.Ordinal);
        Assert.Contains("servers.NAME.scopes", finding.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TellsAProviderThatDoesNotAnswerFromOneThatAnswersOtherwise()
    {
        var silent = new FakeFetcher { Failure = new IOException("down") };
        var examination = await new IssuerDiagnostics(silent, clock)
            .ExamineAsync(new IssuerProfile { Issuer = Issuer }, new IssuerRequirements(), TestContext.Current.CancellationToken);
        Assert.False(examination.IsReachable);
        Assert.Equal(IssuerFindingStatus.Fails, examination.Verdict);
        silent.Failure = null;
        silent.Documents.Clear();
        examination = await new IssuerDiagnostics(silent, clock)
            .ExamineAsync(new IssuerProfile { Issuer = Issuer }, new IssuerRequirements(), TestContext.Current.CancellationToken);
        Assert.True(examination.IsReachable);
        Assert.Contains("status 404", examination.Findings[0].Words, StringComparison.Ordinal);
        Assert.Empty(examination.SignIn);
    }

    [Theory]
    [InlineData("metadata")]
    [InlineData("keys")]
    public async Task AProviderThatNeverAnswers_IsAFindingWithATimeout(string silent)
    {
        var fetcher = new SilentFetcher(silent == "keys");
        var examination = new IssuerDiagnostics(fetcher, clock)
            .ExamineAsync(new IssuerProfile { Issuer = Issuer }, new IssuerRequirements(), TestContext.Current.CancellationToken);
        await Eventually.AdvancedAsync(clock, IssuerDiagnostics.LongestFetch, examination);
        var finding = Assert.Single((await examination).Findings, finding => finding.Subject == silent);
        Assert.Equal(IssuerFindingStatus.Fails, finding.Verdict);
        Assert.Contains("timeout", finding.Words, StringComparison.Ordinal);
    }

    // The person who ends the command gets no report.
    [Fact]
    public async Task ACancelledExamination_IsNoTimeout()
    {
        using var cancellation = new CancellationTokenSource();
        var examination = new IssuerDiagnostics(new SilentFetcher(false), clock)
            .ExamineAsync(new IssuerProfile { Issuer = Issuer }, new IssuerRequirements(), cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => examination);
    }

    [Fact]
    public async Task KnowsWhatEntraAndAdFsLeaveOut()
    {
        var entra = EntraDraft.ManyTenants();
        var fetcher = new FakeFetcher();
        var keys = new Uri("https://login.microsoftonline.com/common/discovery/v2.0/keys");
        fetcher.Documents[IssuerMetadata.Options(entra, null).MetadataUri!] = Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["issuer"] = entra.Issuer,
                ["jwks_uri"] = keys.AbsoluteUri,
                ["authorization_endpoint"] = "https://login.microsoftonline.com/common/oauth2/v2.0/authorize"
            }.ToJsonString());
        fetcher.Documents[keys] = EntraDraft.KeySet();
        var examination = await new IssuerDiagnostics(fetcher, clock)
            .ExamineAsync(entra, new IssuerRequirements(), TestContext.Current.CancellationToken);
        Assert.Equal(IssuerFindingStatus.Limits, examination.Verdict);
        Assert.Contains(examination.Findings,
            finding => finding.Subject == "resource" && finding.Words.Contains("RFC 8707", StringComparison.Ordinal));
        Assert.Equal([false, false, true, true], examination.SignIn.Select(way => way.IsPossible));
    }

    [Fact]
    [Trait("Requirement", "ID-04")]
    public async Task FindsWhatTheRealProviderCanDo()
    {
        await using var provider = await OidcProvider.StartAsync("ES256");
        using var fetcher = new LoopbackFetcher();
        var examination = await new IssuerDiagnostics(fetcher, TimeProvider.System).ExamineAsync(
            new IssuerProfile { Issuer = provider.Issuer, Algorithms = ["ES256"] },
            new IssuerRequirements { NeedsDPoP = true, Introspects = true, Scopes = ["mcp:read"] }, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(examination.Findings, finding => finding.Verdict == IssuerFindingStatus.Fails);
        Assert.Contains(examination.Findings, finding => finding is { Subject: "DPoP", Verdict: IssuerFindingStatus.Works });
        Assert.Equal([false, true, true, true], examination.SignIn.Select(way => way.IsPossible)); // no documents: CIMD is off there
    }

    private Task<IssuerDiagnosticsReport> ExamineAsync(Func<IssuerProfile, IssuerProfile>? change = null, IMetadataFetcher? fetched = null)
    {
        fetcher.Documents[FakeFetcher.MetadataUri] = Encoding.UTF8.GetBytes(metadata.ToJsonString());
        var profile = new IssuerProfile { Issuer = Issuer };
        var demands = new IssuerRequirements { NeedsDPoP = true, NeedsMutualTls = true, Introspects = true, Scopes = ["mcp:read"] };
        return new IssuerDiagnostics(fetched ?? fetcher, clock)
            .ExamineAsync(change is null ? profile : change(profile), demands, TestContext.Current.CancellationToken);
    }

    /// <summary>Answers requests for one address, or for all metadata, in a way of its own.</summary>
    private sealed class Answering(FakeFetcher inner, Uri? address, int status, string body) : IMetadataFetcher
    {
        public ValueTask<FetchedDocument> GetAsync(Uri uri, int maxBytes, CancellationToken cancellationToken) =>
            uri == address || (address is null && uri.AbsolutePath.Contains(".well-known", StringComparison.Ordinal))
                ? ValueTask.FromResult(new FetchedDocument(status, Encoding.UTF8.GetBytes(body)))
                : inner.GetAsync(uri, maxBytes, cancellationToken);
    }

    /// <summary>Never answers, and does not notice that the wait was ended; or answers only with metadata.</summary>
    private sealed class SilentFetcher(bool hasMetadata) : IMetadataFetcher
    {
        public ValueTask<FetchedDocument> GetAsync(Uri uri, int maxBytes, CancellationToken cancellationToken) =>
            hasMetadata && uri.AbsolutePath.Contains(".well-known", StringComparison.Ordinal)
                ? ValueTask.FromResult(new FetchedDocument(200, Encoding.UTF8.GetBytes($$"""{"issuer":"{{Issuer}}","jwks_uri":"{{Issuer}}/keys"}""")))
                : new(new TaskCompletionSource<FetchedDocument>().Task);
    }
}
