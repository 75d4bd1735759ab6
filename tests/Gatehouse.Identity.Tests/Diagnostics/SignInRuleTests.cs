using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Identity.Diagnostics;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Tests.Support;
using Gatehouse.Testing;

namespace Gatehouse.Identity.Tests.Diagnostics;

/// <summary>Each rule about sign-in providers applies to a provider with its one fault, and not to a good one.</summary>
public sealed class SignInRuleTests
{
    private static readonly SignInRequirements Demands = new()
    {
        Provider = "corp",
        RedirectUri = "https://mcp.example.com/oauth/callback/corp",
        Scopes = ["openid", "profile", "offline_access"],
        AcceptsDocuments = true,
    };

    private readonly FakeFetcher fetcher = new(ValidatorBench.Es256);
    private readonly JsonObject metadata = new()
    {
        ["issuer"] = FakeFetcher.Issuer,
        ["jwks_uri"] = FakeFetcher.KeysUri.AbsoluteUri,
        ["authorization_endpoint"] = FakeFetcher.Issuer + "/authorize",
        ["token_endpoint"] = FakeFetcher.Issuer + "/token",
        ["registration_endpoint"] = FakeFetcher.Issuer + "/register",
        ["client_id_metadata_document_supported"] = true,
        ["code_challenge_methods_supported"] = new JsonArray("S256"),
        ["authorization_response_iss_parameter_supported"] = true,
        ["grant_types_supported"] = new JsonArray("authorization_code", "refresh_token"),
        ["response_types_supported"] = new JsonArray("code"),
        ["scopes_supported"] = new JsonArray("openid", "profile", "offline_access"),
        ["id_token_signing_alg_values_supported"] = new JsonArray("ES256"),
    };

    private static readonly Dictionary<string, (IssuerKind Kind, SignInRequirements Demands, Action<JsonObject> Change)> Cases =
        new(StringComparer.Ordinal)
        {
            ["no-code-flow"] = (IssuerKind.Strict, Demands, metadata => metadata["response_types_supported"] = new JsonArray("id_token")),
            ["no-usable-signature"] = (IssuerKind.Strict, Demands, metadata => metadata["id_token_signing_alg_values_supported"] = new JsonArray("HS256")),
            ["no-registration"] = (IssuerKind.Strict, Demands, metadata => metadata.Remove("registration_endpoint")),
            ["no-client-documents"] = (IssuerKind.Strict, Demands, metadata => metadata.Remove("client_id_metadata_document_supported")),
            ["no-resource-indicators"] = (IssuerKind.AdFs, Demands, static _ => { }
            ),
            ["resource-not-shown"] = (IssuerKind.Strict, Demands, static _ => { }
            ),
            ["no-s256"] = (IssuerKind.Strict, Demands, metadata => metadata["code_challenge_methods_supported"] = new JsonArray("plain")),
            ["pkce-not-announced"] = (IssuerKind.Entra, Demands with { HasAudience = true }, metadata => metadata.Remove("code_challenge_methods_supported")),
            ["iss-not-announced"] = (IssuerKind.Strict, Demands, metadata => metadata.Remove("authorization_response_iss_parameter_supported")),
            ["no-refresh-requested"] = (IssuerKind.Strict, Demands with { Scopes = ["openid"] }, static _ => { }
            ),
            ["no-refresh"] = (IssuerKind.Strict, Demands, metadata => metadata["scopes_supported"] = new JsonArray("openid", "profile")),
            ["groups-not-requested"] = (IssuerKind.Strict, Demands,
            metadata => metadata["scopes_supported"] = new JsonArray("openid", "profile", "offline_access", "groups")),
            ["scope-unknown"] = (IssuerKind.Strict, Demands,
            metadata => metadata["scopes_supported"] = new JsonArray("openid", "offline_access")),
            ["only-id-token"] = (IssuerKind.Entra, Demands, static _ => { }
            ),
        };

    public static TheoryData<string> Ids => [.. SignInRules.All.Select(rule => rule.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    [Trait("Requirement", "ID-04")]
    public async Task ARule_FindsItsFault_AndOnlyThat(string id)
    {
        var (kind, demands, change) = Cases[id];
        var before = Found(kind, demands);
        change(metadata);
        var rule = SignInRules.All.Single(rule => rule.Id == id);
        var after = Found(kind, demands);
        Assert.Contains(id, after);
        Assert.Equal(after.Except([id]), before.Except([id])); // one fault, one finding
        if (kind == IssuerKind.Strict)
        {
            var report = await ExamineAsync(demands);
            Assert.Contains(report.Findings,
                finding => finding.Rule == id && finding.Subject == rule.Subject && finding.Verdict == rule.Verdict);
            Assert.DoesNotContain(report.Findings, finding => finding.Words.Contains('{', StringComparison.Ordinal));
            Assert.DoesNotContain(report.Findings, finding => finding.Remedy?.Contains('{', StringComparison.Ordinal) == true);
        }
    }

    [Fact]
    public async Task AGoodProvider_HasNoFindingThatLimits()
    {
        var report = await ExamineAsync(Demands);
        Assert.Equal(("corp", true, IssuerFindingStatus.Works), (report.Provider, report.IsReachable, report.Verdict));
    }

    [Fact]
    public async Task TheRemedyOfAMissingRegistration_NamesTheRedirectUri()
    {
        metadata.Remove("registration_endpoint");
        var finding = Assert.Single((await ExamineAsync(Demands)).Findings, finding => finding.Subject == "registration");
        Assert.Contains("https://mcp.example.com/oauth/callback/corp", finding.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhileRegistrationIsOff_TheClientsThatStayOutAreNamed()
    {
        var off = (await ExamineAsync(Demands)).SignIn;
        Assert.Equal([true, false, false], off.Select(way => way.IsPossible));
        Assert.Contains("stays out", off[1].Words, StringComparison.Ordinal);
        var on = (await ExamineAsync(Demands with { RegistrationHosts = ["app.example.com"], ConfiguredClients = 2 })).SignIn;
        Assert.Equal([true, true, true], on.Select(way => way.IsPossible));
        Assert.Contains("loopback, app.example.com", on[1].Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownScopes_AreNamed_ApartFromThoseWithAnAddress()
    {
        var findings = (await ExamineAsync(Demands with { Scopes = ["openid", "offline_access", "gruops", "api://one/access", "https://one.example/all"] }))
            .Findings;
        Assert.Contains(": gruops. ", Assert.Single(findings, finding => finding.Rule == "scope-unknown").Words, StringComparison.Ordinal);
        metadata.Remove("scopes_supported");
        Assert.DoesNotContain((await ExamineAsync(Demands with { Scopes = ["openid", "gruops"] })).Findings, finding => finding.Rule == "scope-unknown");
    }

    [Fact]
    public async Task WhileAFindingFails_NoClientCanSignIn()
    {
        metadata.Remove("code_challenge_methods_supported");
        var ways = (await ExamineAsync(Demands with { RegistrationHosts = [] })).SignIn;
        Assert.All(ways, way => Assert.False(way.IsPossible));
        Assert.Contains("until the findings that fail are repaired", ways[0].Words, StringComparison.Ordinal);
        Assert.Contains("'clients' is empty", ways[2].Words, StringComparison.Ordinal);
    }

    // A sign-in provider signs ID tokens, and has no 'algorithms', 'clockSkew', 'tokenIssuer', 'introspection' or 'staleKeys'.
    [Theory]
    [InlineData("{\"keys\":[]}", 0)]
    [InlineData("{\"keys\":[{\"kty\":\"RSA\",\"use\":\"enc\"}]}", 0)]
    [InlineData("{\"keys\":[{\"kty\":\"new\"}]}", 0)]
    [InlineData("<html>", 0)]
    [InlineData("", 600)]
    [InlineData("no-address", 600)]
    public async Task Findings_SpeakOfSignInAndOfNoSettingOfAnIssuer(string keys, int seconds)
    {
        if (keys == "no-address") metadata.Remove("jwks_uri");
        metadata["issuer"] = "https://other.example";
        metadata["access_token_issuer"] = "https://other.example/trust";
        fetcher.Documents[FakeFetcher.KeysUri] = Encoding.UTF8.GetBytes(keys);
        fetcher.Date = new ManualTimeProvider().GetUtcNow().AddSeconds(seconds);
        var report = await ExamineAsync(Demands);
        Assert.Contains(report.Findings, finding => finding is { Subject: "keys", Verdict: IssuerFindingStatus.Fails });
        var text = string.Join('\n', report.Findings.Where(finding => finding.Rule is null).Select(finding => $"{finding.Words} {finding.Remedy}"));
        foreach (var word in new[] { "access token", "'algorithms'", "'clockSkew'", "'tokenIssuer'", "'introspection'", "'staleKeys'" })
            Assert.DoesNotContain(word, text, StringComparison.OrdinalIgnoreCase);
        Assert.All(report.SignIn, way => Assert.False(way.IsPossible));
    }

    public static TheoryData<Exception, string> Failures => new()
    {
        { new HttpRequestException("x", new SocketException((int)SocketError.ConnectionRefused)), "connection refused" },
        { new HttpRequestException("x", new SocketException((int)SocketError.HostNotFound)), "the name was not found" },
        { new HttpRequestException("x", new IOException("x", new SocketException((int)SocketError.ConnectionReset))), "connection closed by the other side" },
        { new HttpRequestException("x", new AuthenticationException("x")), "TLS failure" },
        { new TaskCanceledException("x", new TimeoutException("x")), "timeout" },
        { new HttpRequestException(HttpRequestError.ResponseEnded), "connection closed by the other side" },
        { new HttpRequestException("x", new IOException("no address of login.example may be connected to")), "no address of login.example may be" },
        { new InvalidOperationException("x"), "no usable answer" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task AProviderThatDoesNotAnswer_IsReportedInWords(Exception failure, string words)
    {
        fetcher.Failure = failure;
        var report = await new IssuerDiagnostics(fetcher, new ManualTimeProvider())
            .ExamineSignInAsync(new IssuerProfile { Issuer = FakeFetcher.Issuer }, Demands, TestContext.Current.CancellationToken);
        Assert.False(report.IsReachable);
        Assert.Equal(IssuerFindingStatus.Fails, report.Verdict);
        Assert.Contains(words, report.Findings[0].Words, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", report.Findings[0].Words, StringComparison.Ordinal);
        Assert.All(report.SignIn, way => Assert.False(way.IsPossible));
        Assert.Contains("without the metadata", report.SignIn[0].Words, StringComparison.Ordinal);
    }

    private List<string> Found(IssuerKind kind, SignInRequirements demands)
    {
        using var document = System.Text.Json.JsonDocument.Parse(metadata.ToJsonString());
        return [.. SignInRules.Of(kind, document.RootElement, demands).Select(rule => rule.Id)];
    }

    private Task<IssuerDiagnosticsReport> ExamineAsync(SignInRequirements demands)
    {
        fetcher.Documents[FakeFetcher.MetadataUri] = Encoding.UTF8.GetBytes(metadata.ToJsonString());
        return new IssuerDiagnostics(fetcher, new ManualTimeProvider())
            .ExamineSignInAsync(new IssuerProfile { Issuer = FakeFetcher.Issuer }, demands, TestContext.Current.CancellationToken);
    }
}
