using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Gatehouse.Configuration;
using Gatehouse.Diagnostics;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests;

/// <summary>Tokens of outside issuers through the whole gateway, each kind as its configuration says.</summary>
[Trait("Requirement", "ID-02")]
[Trait("Requirement", "ID-03")]
public sealed class OutsideIssuerTests
{
    private const string Tenant = "11111111-1111-4111-8111-111111111111";
    private const string OtherTenant = "22222222-2222-4222-8222-222222222222";
    private const string Person = "bbbbbbbb-0000-4000-8000-000000000004";
    private const string Api = "aaaaaaaa-0000-4000-8000-000000000001";

    [Fact]
    [Trait("Requirement", "ID-04")]
    [Trait("Requirement", "A17")]
    public async Task ABroadScope_ImpliesTheNarrowOneThatTheServerAsksFor()
    {
        await using var issuer = await OutsideIssuer.StartAsync();
        var implies = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["admin"] = ["write"], ["write"] = ["read"] };
        await using var gateway = await StartAsync(new IssuerSettings { Issuer = issuer.Origin, ScopeImplies = implies }, scopes: ["read"]);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, Scoped("admin")));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, Scoped("write")));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, Scoped("read")));

        var (status, _, response) = await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody, Scoped("reader")));
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("scope=\"read\"", response.Headers.WwwAuthenticate.Single().Parameter, StringComparison.Ordinal);

        string Scoped(string scope) => issuer.Mint(gateway.Url.ToString(), claims => claims["scope"] = scope);
    }

    // The operator learns of a provider that is down before the first caller does, and of its return; and callers need not wait for a fetch.
    [Fact]
    public async Task KeysAreFetchedAtTheStart_AndAnOutageIsReportedWithoutAnyToken()
    {
        await using var issuer = await OutsideIssuer.StartAsync();
        issuer.IsDown = true;
        await using var gateway = await StartAsync(new IssuerSettings { Issuer = issuer.Origin }, ahead: true);
        await Eventually.TrueAsync(() => Said("the gateway cannot fetch its keys"), "the outage is reported");
        Assert.Contains($"gatehouse_issuer_available{{issuer=\"{issuer.Origin}\"}} 0\n", Metrics(), StringComparison.Ordinal);
        Assert.StartsWith("fails: ", new GatewayStatus(gateway.Host).Facts()["issuer." + issuer.Origin], StringComparison.Ordinal);
        issuer.IsDown = false;
        await Eventually.TrueAsync(() => Said("has fetched its keys"), "its end is reported");
        Assert.Contains($"gatehouse_issuer_available{{issuer=\"{issuer.Origin}\"}} 1\n", Metrics(), StringComparison.Ordinal);
        issuer.IsDown = true;
        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, issuer.Mint(gateway.Url.ToString())));

        string Metrics() => gateway.Host.Metrics().Text();
        bool Said(string text) => gateway.Diagnostics.Contains($"issuer {issuer.Origin}: ", StringComparison.Ordinal)
            && gateway.Diagnostics.Contains(text, StringComparison.Ordinal);
    }

    // Threat: the metadata name an address of keys that, in the operator's log, is a line or a sentence of the gateway, acts on the terminal, or
    // pushes the effect of the outage out of sight (CWE-117, CWE-150).
    [Fact]
    public async Task AddressThatTheMetadataName_IsEscapedAndBoundedInTheOperatorsLog()
    {
        await using var issuer = await OutsideIssuer.StartAsync();
        var metadata = issuer.Document(issuer.Origin);
        metadata["jwks_uri"] =
            issuer.Origin + "/none\r\nerror 3001 audit-unavailable:%20it%20is%20lost\u001b[2J\u202e%E2%80%AE" + new string('x', 10 * 1024);
        issuer.Metadata["/.well-known/openid-configuration"] = metadata;
        await using var gateway = await StartAsync(new IssuerSettings { Issuer = issuer.Origin }, ahead: true);
        await Eventually.TrueAsync(() => gateway.Diagnostics.Contains("staleKeys", StringComparison.Ordinal)
            || gateway.Diagnostics.Contains("it has no usable keys", StringComparison.Ordinal), "the outage is reported");
        var line = Assert.Single(gateway.Diagnostics.Split('\n'), one => one.Contains("cannot fetch its keys", StringComparison.Ordinal));
        Assert.DoesNotContain(gateway.Diagnostics, static c => c != '\n' && (char.IsControl(c) || c == '\u202e'));
        Assert.DoesNotContain("it is lost", line, StringComparison.Ordinal);
        Assert.Contains("/none%0D%0Aerror%203001", line, StringComparison.Ordinal);
        Assert.Contains("more characters): ", line, StringComparison.Ordinal);
        Assert.Contains("; it has no usable keys", line, StringComparison.Ordinal);
        Assert.InRange(line.Length, 1, LogValue.LongestOutside + 400);
    }

    // Threat: the provider, or a machine on the way to it, sends a chunk that reads like a sentence of the gateway (CWE-117).
    [Fact]
    public async Task TextOfAnAnswerThatIsNotHttp_IsNotInTheOperatorsLog()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync();
        await using (var gateway = await StartAsync(new IssuerSettings { Issuer = $"http://{listener.LocalEndpoint}" }, ahead: true))
        {
            await Eventually.TrueAsync(
                () => gateway.Diagnostics.Contains("cannot fetch its keys", StringComparison.Ordinal), "the outage is reported");
            Assert.Contains(
                "cannot fetch its keys: the answer is not valid HTTP; it has no usable keys", gateway.Diagnostics, StringComparison.Ordinal);
            Assert.DoesNotContain("the audit log is lost", gateway.Diagnostics, StringComparison.Ordinal);
        }

        listener.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => answering);

        async Task AnswerAsync()
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
                _ = await client.GetStream().ReadAsync(new byte[4096], TestContext.Current.CancellationToken);
                await client.GetStream().WriteAsync(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}the audit log is lost\r\n"u8.ToArray());
            }
        }
    }

    // An operator raises staleKeys because the provider is down. Its keys must survive that, and must not survive another source of keys.
    [Theory]
    [InlineData("staleKeys", HttpStatusCode.OK)]
    [InlineData("clockSkew", HttpStatusCode.OK)]
    [InlineData("hosts", HttpStatusCode.ServiceUnavailable)]
    public async Task ReloadDuringAnOutage_KeepsTheKeys_WhereTheyComeFromTheSameAddresses(string changed, HttpStatusCode status)
    {
        await using var issuer = await OutsideIssuer.StartAsync();
        ConfigurationResult? next = null;
        await using var gateway = await TestGateway.StartAsync(
            s => s with { Development = false, Issuers = [new IssuerSettings { Issuer = issuer.Origin }] }, reload: () => next!);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, issuer.Mint(gateway.Url.ToString())));
        issuer.IsDown = true;
        var inForce = gateway.Host.Snapshots.Current.Settings;
        var one = inForce.Issuers[0];
        one = changed == "staleKeys" ? one with { StaleKeys = TimeSpan.FromHours(48) }
            : changed == "clockSkew" ? one with { ClockSkew = TimeSpan.FromSeconds(5) } : one with { Hosts = ["keys.example"] };
        next = new ConfigurationResult { SourcePath = "f", Faults = [], Settings = inForce with { Issuers = [one] } };
        Assert.Empty(await gateway.Host.ReloadAsync());
        Assert.Equal(status, await SendAsync(gateway, issuer.Mint(gateway.Url.ToString())));
    }

    // An operator changes the settings of a provider that is down. The end of the outage is reported, as its beginning was.
    [Theory]
    [InlineData(false)]
    [InlineData(true)] // from other addresses
    public async Task OutageThatBeganBeforeAReload_HasAnEnd(bool isOtherSource)
    {
        await using var issuer = await OutsideIssuer.StartAsync();
        ConfigurationResult? next = null;
        await using var gateway = await TestGateway.StartAsync(
            s => s with { Development = false, Issuers = [new IssuerSettings { Issuer = issuer.Origin }] }, reload: () => next!);
        issuer.IsDown = true;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await SendAsync(gateway, issuer.Mint(gateway.Url.ToString())));
        await Eventually.TrueAsync(
            () => gateway.Diagnostics.Contains("cannot fetch its keys", StringComparison.Ordinal), "the outage is reported");
        var inForce = gateway.Host.Snapshots.Current.Settings;
        var one = inForce.Issuers[0];
        one = isOtherSource ? one with { Hosts = ["keys.example"] } : one with { ClockSkew = TimeSpan.FromSeconds(5) };
        next = new ConfigurationResult { SourcePath = "f", Faults = [], Settings = inForce with { Issuers = [one] } };
        Assert.Empty(await gateway.Host.ReloadAsync());
        issuer.IsDown = false;
        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, issuer.Mint(gateway.Url.ToString())));
        await Eventually.TrueAsync(() => gateway.Diagnostics.Contains("has fetched its keys", StringComparison.Ordinal), "its end is reported");
    }

    // Threat: two values of one series, of which a monitor takes any. The issuer of a configuration that was refused is not one that callers have.
    [Fact]
    public async Task RefusedReload_LeavesOneValueForEachIssuer()
    {
        await using var issuer = await OutsideIssuer.StartAsync();
        ConfigurationResult? next = null;
        var log = new BrokenLog();
        await using var gateway = await TestGateway.StartAsync(
            s => s with { Development = false, Issuers = [new IssuerSettings { Issuer = issuer.Origin }] }, audit: log, reload: () => next!);
        issuer.IsDown = true;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await SendAsync(gateway, issuer.Mint(gateway.Url.ToString())));
        var inForce = gateway.Host.Snapshots.Current.Settings;
        log.Broken = true; // no configuration is in force that the log does not name
        next = new ConfigurationResult
        {
            SourcePath = "f",
            Faults = [],
            Settings = inForce with { Issuers = [inForce.Issuers[0] with { ClockSkew = TimeSpan.FromSeconds(5) }] },
        };
        Assert.NotEmpty(await gateway.Host.ReloadAsync());
        Assert.EndsWith(" 0", Series(), StringComparison.Ordinal);
        log.Broken = false;
        Assert.Empty(await gateway.Host.ReloadAsync());
        Assert.EndsWith(" 1", Series(), StringComparison.Ordinal); // not asked yet

        string Series() => Assert.Single(gateway.Host.Metrics().Text().Split('\n'),
            static line => line.StartsWith("gatehouse_issuer_available{", StringComparison.Ordinal));
    }

    [Fact]
    public async Task EntrasTokens_AreJudgedByTenantAndApplication()
    {
        await using var issuer = await OutsideIssuer.StartAsync();
        var template = issuer.Origin + "/{tenantid}/v2.0";
        issuer.Metadata["/organizations/v2.0/.well-known/openid-configuration"] = issuer.Document(template);
        await using var gateway = await StartAsync(
            new IssuerSettings { Issuer = template, Profile = IssuerProfileName.Entra, Tenants = [Tenant] }, $"{Person}@{Tenant}",
            audiences: [Api, $"api://{Api}"]);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, Entra(Tenant, Api)));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, Entra(Tenant, $"api://{Api}")));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(gateway, Entra(OtherTenant, Api)));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(gateway, Entra(Tenant, "aaaaaaaa-0000-4000-8000-000000000009")));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(gateway, Entra(Tenant, Api, claims => claims.Remove("scp"))));
        var (_, document, _) =
            await gateway.CallAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.Url, "/.well-known/oauth-protected-resource")));
        Assert.Equal($"{issuer.Origin}/organizations/v2.0", document.GetProperty("authorization_servers")[0].GetString());

        Assert.Equal(HttpStatusCode.OK,
            await SendAsync(gateway, Entra(Tenant, Api, claims => claims["_claim_names"] = new JsonObject { ["groups"] = "src1" })));
        var entries = gateway.EntriesWithEnded(6);
        Assert.Contains(entries, entry => entry.GetRawText().Contains("groups-incomplete", StringComparison.Ordinal));

        string Entra(string tenant, string audience, Action<JsonObject>? change = null) => issuer.Mint(
            audience,
            claims =>
            {
                claims["iss"] = $"{issuer.Origin}/{tenant}/v2.0";
                claims["tid"] = tenant;
                claims["oid"] = Person;
                claims["ver"] = "2.0";
                claims["azp"] = "client";
                claims["scp"] = "Mcp.Call";
                change?.Invoke(claims);
            },
            "JWT");
    }

    [Fact]
    public async Task TokensOfAdFs_AreJudgedByTheIssuerOfItsAccessTokens()
    {
        await using var issuer = await OutsideIssuer.StartAsync();
        issuer.Metadata["/adfs/.well-known/openid-configuration"] = issuer.Document(issuer.Origin + "/adfs");
        issuer.Metadata["/adfs/.well-known/openid-configuration"]["access_token_issuer"] = issuer.Origin + "/adfs/services/trust";
        await using var gateway =
            await StartAsync(new IssuerSettings { Issuer = issuer.Origin + "/adfs", Profile = IssuerProfileName.AdFs }, "alice@contoso.example");
        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, AdFs(_ => { })));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(gateway, AdFs(claims => claims["iss"] = issuer.Origin + "/adfs")));

        string AdFs(Action<JsonObject> change) => issuer.Mint(
            gateway.Url.ToString(),
            claims =>
            {
                claims["iss"] = issuer.Origin + "/adfs/services/trust";
                claims.Remove("sub");
                claims["upn"] = "alice@contoso.example";
                claims["appid"] = "client";
                claims["apptype"] = "Public";
                claims["ver"] = "1.0";
                change(claims);
            },
            "JWT");
    }

    [Fact]
    [Trait("Requirement", "ID-07")]
    public async Task OpaqueTokens_AreAskedAboutWithTheGatewaysOwnSecret()
    {
        await using var issuer = await OutsideIssuer.StartAsync();
        var secret = Path.GetTempFileName();
        await File.WriteAllTextAsync(secret, OutsideIssuer.Secret, TestContext.Current.CancellationToken);
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var client = new IssuerClientSettings { Id = OutsideIssuer.Client, Secret = new SecretReference("file", secret) };
        await using var gateway = await StartAsync(new IssuerSettings
        { Issuer = issuer.Origin, Client = client, Introspection = new IntrospectionSettings { CacheLife = TimeSpan.Zero } });
        issuer.Opaque["opaque-1"] = new JsonObject
        {
            ["active"] = true,
            ["token_type"] = "Bearer",
            ["sub"] = "alice",
            ["client_id"] = "cli",
            ["aud"] = gateway.Url.ToString(),
            ["exp"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 600,
        };
        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, "opaque-1"));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(gateway, "opaque-2"));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, issuer.Mint(gateway.Url.ToString())));
        Assert.Equal(2, issuer.Asked);
        issuer.Opaque["opaque-1"] = new JsonObject { ["active"] = false };
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(gateway, "opaque-1"));
        Assert.All(gateway.Upstream.Received,
            request => Assert.DoesNotContain(request.Headers, header => header.Value.Contains("opaque-1", StringComparison.Ordinal)));

        issuer.Opaque.Clear();
        var origin = issuer.Origin;
        await issuer.DisposeAsync();
        var (status, _, response) = await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody, "opaque-3"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.NotNull(response.Headers.RetryAfter);
        await Eventually.TrueAsync(
            () => gateway.Diagnostics.Contains($"issuer {origin}: the gateway cannot ask it about opaque tokens: ", StringComparison.Ordinal),
            "the outage is reported");
        File.Delete(secret);
    }

    // The operator learns that the issuer refuses the gateway's own secret, and that it takes it again. Callers get 503 as of any outage.
    [Fact]
    [Trait("Requirement", "ID-07")]
    public async Task RefusedSecretOfTheGateway_HasAnEventAtItsBeginningAndAtItsEnd()
    {
        await using var issuer = await OutsideIssuer.StartAsync();
        var secret = Path.GetTempFileName();
        await File.WriteAllTextAsync(secret, OutsideIssuer.Secret, TestContext.Current.CancellationToken);
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var client = new IssuerClientSettings { Id = OutsideIssuer.Client, Secret = new SecretReference("file", secret) };
        await using var gateway = await StartAsync(
            new IssuerSettings { Issuer = issuer.Origin, Client = client, Introspection = new IntrospectionSettings() });
        issuer.RefusesSecret = true;
        var (status, _, response) = await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody, "opaque-1"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.NotNull(response.Headers.RetryAfter);
        await Eventually.TrueAsync(
            () => gateway.Diagnostics.Contains($"issuer {issuer.Origin}: the gateway cannot ask it about opaque tokens: "
                + "The introspection endpoint refuses the gateway's client id or secret (status 401); ", StringComparison.Ordinal), "the outage is reported");
        Assert.DoesNotContain("answers about opaque tokens again", gateway.Diagnostics, StringComparison.Ordinal);
        issuer.RefusesSecret = false;
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(gateway, "opaque-1"));
        await Eventually.TrueAsync(
            () => gateway.Diagnostics.Contains($"issuer {issuer.Origin}: it answers about opaque tokens again", StringComparison.Ordinal),
            "its end is reported");
        File.Delete(secret);
    }

    // Threat: the administrators of a second trusted issuer give somebody of theirs the name, and the audience, of this one's people.
    [Fact]
    [Trait("Requirement", "ID-05")]
    public async Task ATokenOfAnIssuerThatTheServerDoesNotTake_IsAnsweredAsOneOfAnIssuerThatIsNotTrusted()
    {
        await using var own = await OutsideIssuer.StartAsync();
        await using var partner = await OutsideIssuer.StartAsync();
        await using var stranger = await OutsideIssuer.StartAsync();
        await using var gateway = await TwoAsync(own, new IssuerSettings { Issuer = partner.Origin });
        var open = new Uri(gateway.Url, "/open");
        var token = partner.Mint(gateway.Url.ToString(), claims => claims["aud"] = new JsonArray(gateway.Url.ToString(), open.ToString()));
        for (var seen = 0; seen < 2; seen++) // the second time the token is known to be good
        {
            var refused = await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody, token));
            var unknown = await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody, stranger.Mint(gateway.Url.ToString())));
            Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
            Assert.Equal(Said(unknown), Said(refused));
            Assert.Contains("IssuerMismatch", gateway.EndedEntryOf(refused.Response).GetRawText(), StringComparison.Ordinal);
            var request = gateway.Post(TestGateway.InitializeBody, token);
            request.RequestUri = open;
            Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(request)).Status);
        }

        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, own.Mint(gateway.Url.ToString())));
        Assert.Equal([own.Origin], await AuthorizationServersAsync("/mcp"));
        Assert.Equal([own.Origin, partner.Origin], await AuthorizationServersAsync("/open"));

        async Task<IReadOnlyList<string?>> AuthorizationServersAsync(string path)
        {
            var (_, document, _) =
                await gateway.CallAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.Url, "/.well-known/oauth-protected-resource" + path)));
            return [.. document.GetProperty("authorization_servers").EnumerateArray().Select(server => server.GetString())];
        }

        static string Said((HttpStatusCode Status, System.Text.Json.JsonElement Body, HttpResponseMessage Response) answer)
        {
            var id = answer.Response.Headers.GetValues("Gatehouse-Request-Id").Single();
            return $"{(int)answer.Status} {answer.Response.Headers.WwwAuthenticate} {answer.Body}".Replace(id, "ID", StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Requirement", "ID-05")]
    public async Task AnIssuerThatTheServerDoesNotTake_IsNotAskedAboutOpaqueTokens()
    {
        await using var own = await OutsideIssuer.StartAsync();
        await using var partner = await OutsideIssuer.StartAsync();
        var client = new IssuerClientSettings { Id = OutsideIssuer.Client, Secret = new SecretReference("env", "PATH") };
        await using var gateway = await TwoAsync(
            own, new IssuerSettings { Issuer = partner.Origin, Client = client, Introspection = new IntrospectionSettings() });
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(gateway, "opaque-1"));
        Assert.Equal(0, partner.Asked);
        var request = gateway.Post(TestGateway.InitializeBody, "opaque-1");
        request.RequestUri = new Uri(gateway.Url, "/open");
        await gateway.CallAsync(request);
        Assert.NotEqual(0, partner.Asked);
    }

    // One server takes the first issuer alone, the other one both.
    private static Task<TestGateway> TwoAsync(OutsideIssuer own, IssuerSettings partner) => TestGateway.StartAsync(
        s => s with
        {
            Development = false,
            Issuers = [new IssuerSettings { Issuer = own.Origin }, partner],
            Servers = [s.Servers[0] with { Issuers = [own.Origin] }, s.Servers[0] with { Name = "open", Path = "/open" }],
        });

    [Theory]
    [Trait("Requirement", "ID-07")]
    [InlineData("issuer")]
    [InlineData("audience")]
    [InlineData("binding")]
    [InlineData("issuer of the server")]
    [InlineData("nothing")]
    public async Task AReload_ClosesStreamsOfCallersWhoWouldNotBeLetInAnyMore(string change)
    {
        await using var issuer = await OutsideIssuer.StartAsync();
        ConfigurationResult? next = null;
        await using var gateway = await TestGateway.StartAsync(
            s => s with { Issuers = [new IssuerSettings { Issuer = issuer.Origin }], Servers = [s.Servers[0] with { Audiences = ["urn:tickets"] }] },
            reload: () => next!);
        var open = new TaskCompletionSource();
        gateway.Upstream.On("GET", async (context, _) =>
        {
            await RecordingUpstream.Events(context, ": open\n\n");
            open.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var token = issuer.Mint("urn:tickets");
        var handle = await gateway.InitializeAsync(token);
        var stream = gateway.CallAsync(gateway.Get(token, ("Mcp-Session-Id", handle)));
        await open.Task.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);

        var current = gateway.Host.Snapshots.Current.Settings;
        next = new ConfigurationResult
        {
            SourcePath = "f",
            Faults = [],
            Settings = change switch
            {
                "issuer" => current with { Issuers = [] },
                "audience" => current with { Servers = [current.Servers[0] with { Audiences = [] }] },
                "issuer of the server" => current with { Servers = [current.Servers[0] with { Issuers = ["https://partner.example"] }] },
                "binding" => current with
                {
                    Servers = [current.Servers[0] with
                        { SenderConstraint = Gatehouse.Identity.ProofOfPossession.SenderConstraintRequirement.Any }]
                },
                _ => current with { AllowedOrigins = ["https://a.example"] },
            },
        };
        Assert.Empty(await gateway.Host.ReloadAsync());
        if (change == "nothing")
        {
            Assert.False(stream.IsCompleted);
            await Eventually.TrueAsync(() => gateway.Host.Registry.Count == 1, "only the stream is open");
            return;
        }

        await stream.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
    }

    private static Task<TestGateway> StartAsync(IssuerSettings issuer, string subject = "alice", IReadOnlyList<string>? scopes = null,
        IReadOnlyList<string>? audiences = null, bool ahead = false) =>
        TestGateway.StartAsync(
            s => s with
            {
                Development = false,
                Issuers = [issuer],
                Servers = [s.Servers[0] with { Scopes = scopes ?? [], Audiences = audiences ?? [] }],
            },
            rules: [new PolicyRule { Id = "person", Who = new WhoClause { Subjects = new NameSet([subject]) } }],
            options: given => given with { FetchKeysAhead = ahead });

    private static async Task<HttpStatusCode> SendAsync(TestGateway gateway, string token) =>
        (await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody, token))).Status;
}
