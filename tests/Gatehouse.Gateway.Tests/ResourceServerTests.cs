using System.Net;
using Gatehouse.Identity.Metadata;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests;

/// <summary>The gateway as a resource server: rows A01-A13, A21, A22 and E of the specification list.</summary>
[Trait("Requirement", "ID-01")]
[Trait("NoRetry", "yes")]
public sealed class ResourceServerTests
{
    private const string Call = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}""";

    [Fact]
    [Trait("Requirement", "ID-04")]
    [Trait("Requirement", "A01")]
    [Trait("Requirement", "A02")]
    [Trait("Requirement", "A03")]
    public async Task Metadata_AnswersWithoutTokenInBothForms()
    {
        await using var gateway = await TestGateway.StartAsync();
        foreach (var path in new[] { "/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-protected-resource" })
        {
            var (status, body, _) = await gateway.CallAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.Url, path)));
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Equal(gateway.Url.ToString(), body.GetProperty("resource").GetString());
            Assert.NotEmpty(body.GetProperty("authorization_servers").EnumerateArray());
        }
    }

    [Fact]
    [Trait("Requirement", "ID-04")]
    [Trait("Requirement", "A03")]
    [Trait("Requirement", "A04")]
    [Trait("Requirement", "T03")]
    public async Task Stranger_GetsAChallengeAndNothingElse()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (status, body, response) = await gateway.CallAsync(gateway.Post(Call, token: ""));
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        var error = body.GetProperty("error");
        Assert.Equal("GH2001", error.GetProperty("data").GetProperty("code").GetString());
        Assert.NotEqual("", error.GetProperty("data").GetProperty("remedy").GetString());
        Assert.Equal(response.Headers.GetValues("Gatehouse-Request-Id").Single(), error.GetProperty("data").GetProperty("requestId").GetString());
        var challenge = response.Headers.WwwAuthenticate.Single();
        Assert.Equal("Bearer", challenge.Scheme);
        Assert.Contains("/.well-known/oauth-protected-resource/mcp\"", challenge.Parameter, StringComparison.Ordinal);
        Assert.DoesNotContain("error", challenge.Parameter, StringComparison.Ordinal);
        Assert.Empty(gateway.Upstream.Received);
    }

    // A client shows its person the body of a 401; what is wrong with the token stays between the gateway and its operator.
    [Fact]
    [Trait("Requirement", "A04")]
    public async Task EveryBadToken_IsAnsweredWithTheSameBytes()
    {
        await using var gateway = await TestGateway.StartAsync();
        var answers = new HashSet<string>(StringComparer.Ordinal);
        var good = gateway.Token();
        foreach (var bad in new[]
            { "junk", gateway.Token(audience: "http://127.0.0.1:1/other"), good[..^6] + "AAAAAA", "a.b.c", good.Split('.')[0] + ".." })
        {
            var (status, body, response) = await gateway.CallAsync(gateway.Post(Call, bad));
            Assert.Equal(HttpStatusCode.Unauthorized, status);
            Assert.Equal("GH2002", body.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
            answers.Add($"{response.Headers.WwwAuthenticate} {body.GetRawText().Replace(response.Headers.GetValues("Gatehouse-Request-Id").Single(), "ID", StringComparison.Ordinal)}");
        }

        Assert.Single(answers);
        Assert.Empty(gateway.Upstream.Received);
    }

    // RFC 9728 §5.1: whoever shows no token learns first where to get one, whatever it sends or accepts.
    [Theory]
    [InlineData("POST", "application/json", "application/json")]
    [InlineData("POST", "text/plain", "application/json, text/event-stream")]
    [InlineData("POST", null, "*/*")]
    [InlineData("GET", null, "application/json")]
    [Trait("Requirement", "A04")]
    public async Task Stranger_GetsTheChallengeBeforeAnyWordOfMediaTypes(string verb, string? contentType, string accept)
    {
        await using var gateway = await TestGateway.StartAsync();
        foreach (var (token, expected) in new[]
            { ("", 401), ("junk", 401), (gateway.Token(), contentType == "text/plain" || (contentType is null && verb == "POST") ? 415 : 406) })
        {
            var request = verb == "GET" ? gateway.Get(token) : gateway.Post(Call, token);
            request.Headers.Accept.Clear();
            request.Headers.TryAddWithoutValidation("Accept", accept);
            request.Content?.Headers.Remove("Content-Type");
            if (contentType is not null) request.Content!.Headers.TryAddWithoutValidation("Content-Type", contentType);
            var (status, _, response) = await gateway.CallAsync(request);
            Assert.Equal(expected, (int)status);
            Assert.Equal(expected == 401, response.Headers.WwwAuthenticate.Count > 0);
        }

        Assert.Empty(gateway.Upstream.Received);
    }

    [Theory]
    [InlineData("server/discover")]
    [InlineData("tools/list")]
    [InlineData("prompts/list")]
    [InlineData("tools/call")]
    [InlineData("")] // the stream
    [Trait("Requirement", "A21")]
    public async Task Stranger_LearnsNoNameOfWhatIsHere(string method)
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.InitializeAsync();
        await gateway.CallAsync(gateway.Modern("server/discover")); // what is known of the server is in memory now
        await gateway.CallAsync(gateway.Modern("tools/list"));
        var reached = gateway.Upstream.Received.Count;
        foreach (var token in new[] { "", "junk", gateway.Token(audience: "http://127.0.0.1:1/other") })
        {
            using var response =
                await gateway.SendAsync(method.Length == 0 ? gateway.Get(token)
                    : gateway.Modern(method, method == "tools/call" ? "\"name\":\"echo\"" : "", method == "tools/call" ? "echo" : null, token));
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            var all = response.Headers + await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            foreach (var name in new[] { "echo", "tools\":", "serverInfo", "capabilities", "instructions" })
                Assert.DoesNotContain(name, all, StringComparison.Ordinal);
        }

        Assert.Equal(reached, gateway.Upstream.Received.Count);
    }

    [Fact]
    [Trait("Requirement", "A19")]
    public async Task Metadata_NameTheScopesOfTheServerAndNoneOfTheRules()
    {
        await using var gateway = await TestGateway.StartAsync(
            s => s with { Servers = [s.Servers[0] with { Scopes = ["mcp:read"] }] },
            rules: [new Gatehouse.Policy.Rules.PolicyRule
                { Id = "writers", Who = new Gatehouse.Policy.Rules.WhoClause { Scopes = new Gatehouse.Policy.Matching.NameSet(["mcp:write"]) } }]);
        var (_, body, _) = await gateway.CallAsync(
            new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.Url, "/.well-known/oauth-protected-resource/mcp")));
        Assert.Equal(["mcp:read"], body.GetProperty("scopes_supported").EnumerateArray().Select(scope => scope.GetString()));
    }

    [Theory]
    [InlineData("/.well-known/oauth-protected-resource/mcp", "GET")]
    [InlineData("/.well-known/oauth-protected-resource", "GET")]
    [InlineData("/mcp", "POST, GET, DELETE")]
    [Trait("Requirement", "A02")]
    [Trait("Requirement", "T01")]
    public async Task Preflight_LetsTheNamedOriginsReadTheMetadataAndSendEveryHeader(string path, string methods)
    {
        await using var gateway = await TestGateway.StartAsync(s => s with { AllowedOrigins = ["https://app.example.com"] });
        using var allowed =
            await PreflightAsync(gateway, path, "https://app.example.com",
                "authorization, mcp-protocol-version, mcp-param-region, Mcp-Param-Tenant_1, x-other, mcp-param-, mcp-param-*");
        Assert.Equal(HttpStatusCode.NoContent, allowed.StatusCode);
        Assert.Equal("https://app.example.com", allowed.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal(methods, allowed.Headers.GetValues("Access-Control-Allow-Methods").Single());
        var headers = allowed.Headers.GetValues("Access-Control-Allow-Headers").Single().Split(", ");
        Assert.Contains("Authorization", headers);
        Assert.Contains("MCP-Protocol-Version", headers);
        Assert.Equal(["mcp-param-region", "Mcp-Param-Tenant_1"],
            headers.Where(header => header.StartsWith("mcp-param", StringComparison.OrdinalIgnoreCase)));
        Assert.DoesNotContain(headers, header => header.Contains('*', StringComparison.Ordinal) || header == "x-other");
        Assert.False(allowed.Headers.Contains("Access-Control-Allow-Credentials"));
        Assert.Contains("Access-Control-Request-Headers", allowed.Headers.Vary);

        foreach (var origin in new[] { "https://evil.example", "null", "https://app.example.com.evil.example" })
        {
            using var foreign = await PreflightAsync(gateway, path, origin, "mcp-param-region");
            Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
            Assert.DoesNotContain(foreign.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        }

        using var elsewhere = await PreflightAsync(gateway, path + "/other", "https://app.example.com", "authorization");
        Assert.Equal(HttpStatusCode.Forbidden, elsewhere.StatusCode);
        Assert.Empty(gateway.Upstream.Received);
    }

    [Fact]
    [Trait("Requirement", "T01")]
    public async Task Preflight_EchoesABoundedNumberOfParameterNames()
    {
        await using var gateway = await TestGateway.StartAsync(s => s with { AllowedOrigins = ["https://app.example.com"] });
        Assert.Equal(32, await CountAsync(100));
        Assert.Equal(0, await CountAsync(1000)); // longer than any client's own list

        async Task<int> CountAsync(int names)
        {
            using var response =
                await PreflightAsync(gateway, "/mcp", "https://app.example.com",
                    string.Join(",", Enumerable.Range(0, names).Select(number => $"mcp-param-a{number}")));
            return response.Headers.GetValues("Access-Control-Allow-Headers").Single().Split(", ")
                .Count(header => header.StartsWith("mcp-param-", StringComparison.Ordinal));
        }
    }

    [Fact]
    [Trait("Requirement", "T01")]
    public async Task RefusedPreflight_IsNamedToTheOperator_OnceAMinuteForEachOrigin_AndSoManyInAMinute()
    {
        const string inspector = "http://localhost:6274";
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(time: clock);
        for (var i = 0; i < 3; i++)
        {
            using var refused = await PreflightAsync(gateway, "/mcp", inspector, "authorization");
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }

        Assert.Equal($"a page of the origin {inspector} was refused (GH1003); to permit it, add it to allowedOrigins", Assert.Single(Lines()));
        using (await PreflightAsync(gateway, "/other", "https://beside.example", "authorization")) Assert.Single(Lines());
        for (var i = 0; i < 100; i++)
            using (await PreflightAsync(gateway, "/mcp", $"https://page{i}.example", "authorization")) { }
        Assert.Equal(16, Lines().Count);
        clock.Advance(TimeSpan.FromMinutes(1));
        using (await PreflightAsync(gateway, "/mcp", inspector, "authorization")) Assert.Equal(17, Lines().Count);

        List<string> Lines() => [.. gateway.Diagnostics.Split('\n').Where(line => line.StartsWith("a page of the origin", StringComparison.Ordinal))];
    }

    private static Task<HttpResponseMessage> PreflightAsync(TestGateway gateway, string path, string origin, string headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Options, new Uri(gateway.Url, path));
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Method", "GET");
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Headers", headers);
        return gateway.SendAsync(request);
    }

    [Fact]
    [Trait("Requirement", "A12")]
    [Trait("Requirement", "L15")]
    public async Task LiveSessionWithoutToken_IsRefused()
    {
        await using var gateway = await TestGateway.StartAsync();
        var session = await gateway.InitializeAsync();
        var before = gateway.Upstream.Received.Count;
        foreach (var request in new[]
            { gateway.Post(Call, "", ("Mcp-Session-Id", session)), gateway.Get("", ("Mcp-Session-Id", session)),
                gateway.Delete("", ("Mcp-Session-Id", session)) })
        {
            var (status, _, response) = await gateway.CallAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, status);
            Assert.Single(response.Headers.WwwAuthenticate);
        }

        Assert.Equal(before, gateway.Upstream.Received.Count);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/mcp/other")]
    [InlineData("/mcp/other/")]
    [InlineData("/MCP")]
    [InlineData("/%6dcp")]
    [InlineData("/mcp%2f")]
    [InlineData("/x/../mcp")]
    [InlineData("//mcp")]
    [InlineData("/admin")]
    [InlineData("/livez")]
    [InlineData("/metrics")]
    [InlineData("/.well-known/oauth-authorization-server")]
    [InlineData("/.well-known/oauth-protected-resource/other")]
    public async Task OtherPaths_AnswerNothingWithOrWithoutToken(string path)
    {
        await using var gateway = await TestGateway.StartAsync();
        foreach (var credential in Credentials(gateway))
        {
            foreach (var verb in new[] { "POST", "GET", "DELETE", "PUT" })
            {
                var status = await RawHttp.StatusAsync(gateway.Url, Raw(gateway, verb, path, credential));
                Assert.Contains(status, new[] { 400, 404 });
            }
        }

        Assert.Empty(gateway.Upstream.Received);
    }

    [Fact]
    public async Task PathWithASlashBehindIt_IsExplainedToACallerOfTheServerAlone()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (status, body, response) = await gateway.CallAsync(WithSlash(gateway.Post(Call)));
        Assert.Equal((HttpStatusCode.NotFound, "GH1022"),
            (status, body.GetProperty("error").GetProperty("data").GetProperty("code").GetString()));
        Assert.Equal("GH1022", gateway.EndedEntryOf(response).GetProperty("code").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.CallAsync(WithSlash(gateway.Get()))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.CallAsync(WithSlash(gateway.Delete()))).Status);
        foreach (var token in new[] { "", "junk", gateway.Token(audience: "http://127.0.0.1:1/other") })
            Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.CallAsync(WithSlash(gateway.Post(Call, token)))).Status);
        Assert.Empty(gateway.Upstream.Received);

        static HttpRequestMessage WithSlash(HttpRequestMessage request)
        {
            request.RequestUri = new Uri(request.RequestUri + "/");
            return request;
        }
    }

    // Every path that a gateway with several servers and a decision service serves, and what lies beside each.
    [Fact]
    [Trait("Requirement", "ID-01")]
    public async Task PathsBesideTheServed_ReachNothingEvenWithAGoodToken()
    {
        await using var gateway =
            await TestGateway.StartAsync(s => s with { Servers = [.. s.Servers, s.Servers[0] with { Name = "two", Path = "/deep/two" }] });
        var served = gateway.Host.Snapshots.Current.Settings.Servers.Select(server => server.Path)
            .SelectMany(path => new[] { path, ProtectedResourceMetadata.WellKnownPath(path) }).Append(ProtectedResourceMetadata.WellKnownPrefix)
            .ToList();
        foreach (var path in served.SelectMany(Beside).Distinct(StringComparer.Ordinal).Where(path => !served.Contains(path)))
        {
            foreach (var verb in new[] { "POST", "GET", "DELETE", "PUT", "PATCH", "HEAD", "PROPFIND" })
            {
                var status = await RawHttp.StatusAsync(gateway.Url, Raw(gateway, verb, path, $"Authorization: Bearer {gateway.Token()}\r\n"));
                // A slash too much is named after the sign-in.
                Assert.True(status is 400 or 404 || (status == 401 && path.EndsWith('/')), $"{verb} {path}: {status}");
            }
        }

        Assert.Empty(gateway.Upstream.Received);
    }

    private static string[] Credentials(TestGateway gateway) =>
        ["", $"Authorization: Bearer {gateway.Token()}x\r\n", $"Authorization: Bearer {gateway.Token()}\r\n"];

    private static string[] Beside(string path) =>
    [
        path + "/", path + "/x", path + "x", path[..^1], "/" + path, path.ToUpperInvariant(), path + "%2f", path + "%00", path + ";x", path + "/..",
        path + "/../x", path.Replace("/", "//", StringComparison.Ordinal),
        path[..(path.LastIndexOf('/') + 1)],
    ];

    private static string Raw(TestGateway gateway, string verb, string path, string credential) =>
        $"{verb} {path} HTTP/1.1\r\nHost: {gateway.Url.Authority}\r\n{credential}Content-Type: application/json\r\nAccept: application/json, "
            + $"text/event-stream\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}";

    [Fact]
    [Trait("Requirement", "ID-03")]
    [Trait("Requirement", "A04")]
    [Trait("Requirement", "A07")]
    public async Task TokenForAnotherServer_IsRefusedLikeAnyBadToken()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (status, _, foreign) = await gateway.CallAsync(gateway.Post(Call, gateway.Token(audience: "http://127.0.0.1:1/other")));
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        var (_, _, junk) = await gateway.CallAsync(gateway.Post(Call, "junk"));
        Assert.Equal(junk.Headers.WwwAuthenticate.ToString(), foreign.Headers.WwwAuthenticate.ToString());
        Assert.Contains("invalid_token", foreign.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Empty(gateway.Upstream.Received);
    }

    [Fact]
    [Trait("Requirement", "ID-05")]
    [Trait("Requirement", "A09")]
    [Trait("Requirement", "A10")]
    public async Task CallersToken_NeverReachesTheUpstream()
    {
        await using var gateway = await TestGateway.StartAsync();
        var token = gateway.Token();
        var session = await gateway.InitializeAsync(token);
        await gateway.CallAsync(
            gateway.Post(Call, token, ("Mcp-Session-Id", session), ("Cookie", "a=b"), ("X-Forwarded-For", "1.2.3.4"), ("X-Custom", "v")));
        await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", token));
        Assert.NotEmpty(gateway.Upstream.Of("tools/call"));
        foreach (var request in gateway.Upstream.Received)
        {
            Assert.Empty(request.Header("Authorization"));
            Assert.Empty(request.Header("Cookie"));
            Assert.Empty(request.Header("X-Forwarded-For"));
            Assert.Empty(request.Header("X-Custom"));
            Assert.DoesNotContain(request.Headers, h => h.Value.Contains(token, StringComparison.Ordinal));
            Assert.DoesNotContain(token, request.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Requirement", "A11")]
    [Trait("Requirement", "A13")]
    public async Task TokenInTheQuery_IsRefused()
    {
        await using var gateway = await TestGateway.StartAsync();
        var request = gateway.Post(Call, "");
        request.RequestUri = new Uri(gateway.Url + "?access_token=" + gateway.Token());
        var (status, _, _) = await gateway.CallAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Empty(gateway.Upstream.Received);
    }

    [Theory]
    [InlineData("Authorization: Bearer {t}\r\nAuthorization: Bearer {t}", 400)]
    [InlineData("Authorization: Basic YTpi", 400)]
    [InlineData("Authorization: Bearer", 400)]
    [InlineData("Authorization: Bearer a b", 400)]
    [InlineData("Host: evil.example", 400)]
    [InlineData("Content-Type: application/json", 400)]
    [Trait("Requirement", "A13")]
    [Trait("Requirement", "A22")]
    public async Task RepeatedOrMalformedHeaders_AreRefused(string header, int expected)
    {
        await using var gateway = await TestGateway.StartAsync();
        var lines = header.Replace("{t}", gateway.Token(), StringComparison.Ordinal);
        var status = await RawHttp.StatusAsync(gateway.Url,
            $"POST /mcp HTTP/1.1\r\nHost: {gateway.Url.Authority}\r\n{lines}\r\nContent-Type: application/json\r\nAccept: application/json, "
                + $"text/event-stream\r\nContent-Length: {Call.Length}\r\nConnection: close\r\n\r\n{Call}");
        Assert.Equal(expected, status);
        Assert.Empty(gateway.Upstream.Received);
    }

    [Theory]
    [Trait("Requirement", "ST-03")]
    [InlineData("Host", "evil.example", 403)]
    [InlineData("Origin", "https://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Accept", "application/json", 406)]
    [InlineData("Content-Encoding", "gzip", 415)]
    [Trait("Requirement", "A13")]
    [Trait("Requirement", "L01")]
    [Trait("Requirement", "T01")]
    public async Task ForeignHeads_AreRefused(string name, string value, int expected)
    {
        await using var gateway = await TestGateway.StartAsync();
        var request = gateway.Post(Call);
        if (name == "Content-Encoding") request.Content!.Headers.TryAddWithoutValidation(name, value);
        else if (name == "Host") request.Headers.Host = value;
        else
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var (status, _, _) = await gateway.CallAsync(request);
        Assert.Equal(expected, (int)status);
        Assert.Empty(gateway.Upstream.Received);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/jsonx")]
    [InlineData("application/json, text/plain")]
    [InlineData(null)]
    public async Task OtherMediaTypes_AreRefused(string? contentType)
    {
        await using var gateway = await TestGateway.StartAsync();
        var request = gateway.Post(Call);
        request.Content!.Headers.Remove("Content-Type");
        if (contentType is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        var (status, _, _) = await gateway.CallAsync(request);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, status);
        Assert.Empty(gateway.Upstream.Received);
    }

    // What a token said is kept for as long as it can be shown again, whether its caller comes back or not.
    [Fact]
    [Trait("Requirement", "EX-03")]
    public async Task TokenThatExpired_IsForgotten()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(time: clock);
        Assert.Equal(HttpStatusCode.OK,
            (await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody, gateway.Token(life: TimeSpan.FromMinutes(2))))).Status);
        Assert.Equal(HttpStatusCode.OK,
            (await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody, gateway.Token(life: TimeSpan.FromMinutes(10))))).Status);
        Assert.Equal(2, gateway.Host.Issuers.Remembered);
        clock.Advance(TimeSpan.FromMinutes(4)); // the clock skew, and a sweep
        Assert.Equal(1, gateway.Host.Issuers.Remembered);
    }

    [Theory]
    [InlineData("Application/JSON")]
    [InlineData("application/json; charset=UTF-8")]
    public async Task SpellingsOfTheMediaType_AreOne(string contentType)
    {
        await using var gateway = await TestGateway.StartAsync();
        var request = gateway.Post(TestGateway.InitializeBody);
        request.Content!.Headers.Remove("Content-Type");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        var (status, _, _) = await gateway.CallAsync(request);
        Assert.Equal(HttpStatusCode.OK, status);
    }
}
