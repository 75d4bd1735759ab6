using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Gateway.AdministrationHttp;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tokens;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.AdministrationHttp;

/// <summary>Pages, agents and strangers answer nothing over the administration interface, and leave their trace (design rule 12, ID-08).</summary>
[Trait("Requirement", "AZ-04")]
[Trait("Requirement", "ID-08")]
[Trait("NoRetry", "yes")]
public sealed class AdministrationHttpThreatTests
{
    // A page that rebinds its name sends its own Host. One that calls across origins sends an Origin, which browsers repeat in Sec-Fetch-Site.
    [Theory]
    [InlineData("Host", "evil.example", "foreign-host")]
    [InlineData("Host", "evil.example:{port}", "foreign-host")]
    [InlineData("Host", "localhost:{port}", "foreign-host")]
    [InlineData("Host", "127.0.0.1", "foreign-host")]
    [InlineData("Origin", "https://evil.example", "foreign-page")]
    [InlineData("Origin", "null", "foreign-page")]
    [InlineData("Origin", "http://127.0.0.1:1", "foreign-page")]
    [InlineData("Sec-Fetch-Site", "cross-site", "foreign-page")]
    [InlineData("Sec-Fetch-Site", "same-site", "foreign-page")]
    public async Task PageOfAnotherOrigin_AnswersNothing_EvenWithAGoodToken(string header, string value, string why)
    {
        await using var site = await AdministrationSite.StartAsync();
        var (_, id) = await site.AskAsync();
        var shown = await site.ShownAsync(id, "carol");
        var body = JsonSerializer.Serialize(new { id, shown });
        var named = value.Replace("{port}", $"{site.Url.Port}", StringComparison.Ordinal);
        var answer = await site.SendAsync("approval.grant", body, site.Token("carol"), (header, named));
        Assert.Equal((403, why), (answer.Status, answer.Code));
        Assert.DoesNotContain(answer.Headers.Keys, static name => name.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        var entry = Assert.Single(await site.EntriesAsync("control.refused"));
        Assert.Equal((why, "http"), (entry.GetProperty("why").GetString(), entry.GetProperty("way").GetString()));
        Assert.Empty(site.Asking.Forwarded);
        Assert.Equal(200, (await site.SendAsync("approval.grant", body, site.Token("carol"), ("Origin", site.Url.GetLeftPart(UriPartial.Authority)),
            ("Sec-Fetch-Site", "same-origin"))).Status);
    }

    [Fact]
    public async Task Preflight_GetsNoPermission()
    {
        await using var site = await AdministrationSite.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Options, new Uri(site.Url, "/v1/acts/approval.grant"));
        request.Headers.TryAddWithoutValidation("Origin", "https://evil.example");
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Method", "POST");
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Headers", "authorization, content-type");
        var answer = await site.ReadAsync(request);
        Assert.Equal(403, answer.Status);
        Assert.DoesNotContain(answer.Headers.Keys, static name => name.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    // The agent has the person's token for MCP, or anything but a bearer token for administration in the header.
    [Theory]
    [InlineData("mcp", "AudienceMismatch")]
    [InlineData("junk", "Malformed")]
    [InlineData("none", "no-token")]
    [InlineData("cookie", "no-token")]
    [InlineData("basic", "Malformed")]
    [InlineData("dpop", "Malformed")]
    [InlineData("twice", "Malformed")]
    [InlineData("bound", "")]
    public async Task CredentialOtherThanABearerTokenForAdministration_AnswersNothing_AndIsAnAttempt(string kind, string reason)
    {
        await using var site = await AdministrationSite.StartAsync();
        var (_, id) = await site.AskAsync();
        var shown = await site.ShownAsync(id, "carol");
        var good = site.Token("carol");
        (string? Token, (string, string)[] Headers) shownAs = kind switch
        {
            "mcp" => (site.Token("carol", audience: site.Gateway.Url.ToString()), []),
            "junk" => ("junk", []),
            "cookie" => (null, [("Cookie", $"token={good}; Authorization={good}")]),
            "basic" => (null, [("Authorization", "Basic Y2Fyb2w6cGFzc3dvcmQ=")]),
            "dpop" => (null, [("Authorization", "DPoP " + good)]),
            "twice" => (good, [("Authorization", "Bearer " + good)]),
            "bound" => (site.Token("carol", binding: new TokenBinding(new string('A', 43), null)), []),
            _ => (null, []),
        };
        var answer = await site.SendAsync("approval.grant", JsonSerializer.Serialize(new { id, shown }), shownAs.Token, shownAs.Headers);
        Assert.Equal(401, answer.Status);
        Assert.StartsWith("Bearer ", answer.Challenge, StringComparison.Ordinal);
        Assert.Contains("resource_metadata=", answer.Challenge, StringComparison.Ordinal);
        Assert.DoesNotContain("Mismatch", answer.Body.GetRawText(), StringComparison.Ordinal); // a stranger learns no cause
        var attempt = Assert.Single(Assert.Single(await site.EntriesAsync("control.refused")).GetProperty("attempts").EnumerateArray());
        Assert.Equal(("administration", "deny"), (attempt.GetProperty("place").GetString(), attempt.GetProperty("outcome").GetString()));
        if (reason.Length > 0) Assert.Equal(reason, attempt.GetProperty("reason").GetString(), ignoreCase: true);
        Assert.Empty(site.Asking.Forwarded);
    }

    // ID-01: the metadata are the one open address. A path that is none is not answered before the token is judged.
    [Fact]
    [Trait("Requirement", "ID-01")]
    public async Task EveryActAndItsNeighbours_WithoutAndWithAWrongToken_GiveAStrangerTheMetadataOnly()
    {
        var (clock, sent) = (new ManualTimeProvider(TimeProvider.System.GetUtcNow()), 0);
        await using var site = await AdministrationSite.StartAsync(time: clock);
        const string metadata = "/.well-known/oauth-protected-resource";
        string[] wrong = ["", "Authorization: Bearer junk\r\n", $"Authorization: Bearer {site.Token("carol", audience: site.Gateway.Url.ToString())}\r\n"];
        var paths = ActTable.OverHttp.Select(static row => ActTable.Prefix + row.Name).Append(metadata)
            .SelectMany(path => new[] { path, path + "/", path + "x", path.ToUpperInvariant() })
            .Append("/").Append("/mcp").Append("/metrics").Append(ActTable.Prefix);
        foreach (var (path, verb) in from path in paths from verb in new[] { "GET", "POST", "PUT", "DELETE", "OPTIONS" } select (path, verb))
        {
            foreach (var credential in wrong)
            {
                if (++sent % 100 == 0) clock.Advance(TimeSpan.FromMinutes(1)); // one address has a rate
                var status = await RawHttp.StatusAsync(site.Url, $"{verb} {path} HTTP/1.1\r\nHost: {site.Url.Authority}\r\n{credential}"
                    + "Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
                Assert.True(status == ((verb, path) == ("GET", metadata) ? 200 : 401), $"{verb} {path} with '{credential.Trim()}': {status}");
            }
        }
    }

    // What proves a person on the socket is no member here: neither a token in the body nor the claim of a confirmation typed at a terminal.
    [Theory]
    [InlineData("""{"confirmed":true}""")]
    [InlineData("""{"id":"apr-1","confirmed":true}""")]
    [InlineData("""{"adminToken":"x"}""")]
    [InlineData("""{"v":1}""")]
    [InlineData("""{"verb":"reload"}""")]
    [InlineData("""{"id":"apr-1","id":"apr-2"}""")]
    [InlineData("""{"ID":"apr-1"}""")]
    [InlineData("""{"id":{"a":{"b":{"c":1}}}}""")]
    [InlineData("""{"id":["apr-1"]}""")]
    [InlineData("""{"id":1}""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("""{"id":"apr-1"}{}""")]
    [InlineData("""{"id":"apr-1",}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"id":"\ud800"}""")]
    [InlineData("""{"id":"\udc00\ud800"}""")]
    public async Task BodyWithAnythingElseThanTheMembersOfTheAct_IsRefused(string body)
    {
        await using var site = await AdministrationSite.StartAsync();
        var answer = await site.SendAsync("approval.show", body, site.Token("carol"));
        Assert.Equal((400, "not-understood"), (answer.Status, answer.Code));
        Assert.Empty(await site.EntriesAsync("control.approval.show"));
        var entry = Assert.Single(await site.EntriesAsync("control.refused"));
        Assert.Equal("carol", entry.GetProperty("by").GetString());
        Assert.Equal("pass", Assert.Single(entry.GetProperty("attempts").EnumerateArray()).GetProperty("outcome").GetString());
    }

    // Readers repair such bytes in different ways, or fail in the midst.
    [Theory]
    [InlineData("{\"id\":\"apr-", "\"}")]
    [InlineData("{\"", "\":1}")]
    public async Task BodyThatIsNotUtf8_IsRefused_AndIsAnEntry(string before, string after)
    {
        await using var site = await AdministrationSite.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(site.Url, "/v1/acts/approval.show"));
        request.Content = new ByteArrayContent([.. Encoding.UTF8.GetBytes(before), 0xc3, 0x28, .. Encoding.UTF8.GetBytes(after)]);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + site.Token("carol"));
        var answer = await site.ReadAsync(request);
        Assert.Equal((400, "not-understood"), (answer.Status, answer.Code));
        Assert.Equal("carol", Assert.Single(await site.EntriesAsync("control.refused")).GetProperty("by").GetString());
    }

    [Theory]
    [InlineData("Content-Type", "text/plain")]
    [InlineData("Content-Type", "application/x-www-form-urlencoded")]
    [InlineData("Content-Type", "application/json; charset=utf-16")]
    [InlineData("Content-Encoding", "gzip")]
    public async Task BodyThatAPageCouldSend_OrThatIsCompressed_IsNotRead(string header, string value)
    {
        await using var site = await AdministrationSite.StartAsync();
        Assert.Equal(415, (await site.SendAsync("approval.list", "{}", site.Token("carol"), (header, value))).Status);
    }

    [Fact]
    public async Task QueryAndOtherMethods_AreRefused()
    {
        await using var site = await AdministrationSite.StartAsync();
        var token = site.Token("carol");
        Assert.Equal((400, "query"), await StatusAsync(HttpMethod.Post, "/v1/acts/approval.list?access_token=" + token));
        Assert.Equal((405, "method"), await StatusAsync(HttpMethod.Get, "/v1/acts/approval.list"));
        using var inQuery = new HttpRequestMessage(HttpMethod.Post, new Uri(site.Url, "/v1/acts/approval.list?access_token=" + token));
        Assert.Equal(401, (await site.ReadAsync(inQuery)).Status);

        async Task<(int, string?)> StatusAsync(HttpMethod method, string path)
        {
            using var request = new HttpRequestMessage(method, new Uri(site.Url, path));
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
            var answer = await site.ReadAsync(request);
            return (answer.Status, answer.Code);
        }
    }

    [Theory]
    [InlineData("Content-Length: 2\r\nTransfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding: chunked, identity")]
    [InlineData("Content-Length: 2\r\nContent-Length: 3")]
    public async Task RequestWithTwoFramings_IsRefused(string framing)
    {
        await using var site = await AdministrationSite.StartAsync();
        var status = await RawHttp.StatusAsync(site.Url, $"POST /v1/acts/contain.list HTTP/1.1\r\nHost: {site.Url.Authority}\r\n"
            + $"Authorization: Bearer {site.Token("carol")}\r\nContent-Type: application/json\r\n{framing}\r\nConnection: close\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n");
        Assert.InRange(status, 400, 501);
    }

    [Fact]
    public async Task BodyThatIsTooLong_IsRefused()
    {
        await using var site = await AdministrationSite.StartAsync();
        var body = "{\"reason\":\"" + new string('x', 33 << 10) + "\"}";
        Assert.Equal((413, "too-large"), await SendAsync(body, false));
        Assert.Equal((413, "too-large"), await SendAsync(body, true));

        async Task<(int, string?)> SendAsync(string text, bool chunked)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(site.Url, "/v1/acts/contain"));
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + site.Token("carol"));
            request.Headers.TransferEncodingChunked = chunked;
            var answer = await site.ReadAsync(request);
            return (answer.Status, answer.Code);
        }
    }

    // The body of a stranger is never waited for, and no longer than some seconds for one of a person.
    [Fact]
    public async Task BodyThatDoesNotCome_EndsTheRequest_AndAStrangersBodyIsNotRead()
    {
        var clock = new ManualTimeProvider();
        await using var site = await AdministrationSite.StartAsync(time: clock);
        Assert.Equal(401, await RawHttp.StatusAsync(site.Url, Head("Bearer junk") + "{"));
        var slow = RawHttp.StatusAsync(site.Url, Head("Bearer " + site.Token("carol")) + "{");
        await Eventually.AdvancedAsync(clock, TimeSpan.FromSeconds(5), slow);
        Assert.Equal(408, await slow);

        string Head(string authorization) => $"POST /v1/acts/contain.list HTTP/1.1\r\nHost: {site.Url.Authority}\r\nAuthorization: {authorization}\r\n"
            + "Content-Type: application/json\r\nContent-Length: 20\r\nConnection: close\r\n\r\n";
    }

    [Fact]
    public async Task Answers_AreNotStored_AndSayNothingOfTheServer()
    {
        await using var site = await AdministrationSite.StartAsync();
        foreach (var answer in new[]
        {
            await site.ActAsync("contain.list", new { }, "carol"), await site.SendAsync("contain.list", "{}", null),
            await site.ActAsync("reload", new { }, "carol"),
        })
        {
            Assert.Equal("no-store", answer.Headers["Cache-Control"]);
            Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
            Assert.Equal("application/json", answer.Headers["Content-Type"]);
            Assert.DoesNotContain("Server", answer.Headers.Keys);
            Assert.DoesNotContain("Gatehouse.", answer.Body.GetRawText(), StringComparison.Ordinal);
        }
    }

    // Threat: one stranger, or one person's program, takes what all others need.
    [Fact]
    public void OnePartyLeavesOthersTheirPart_OfTheRateAndOfThePlaces()
    {
        var clock = new ManualTimeProvider();
        var places = new AdministrationPlaces(static () => 25, clock);
        CallerPartition[] parties =
        [
            CallerPartition.Of(IPAddress.Parse("203.0.113.7")), CallerPartition.Of("https://login.example.com", "mallory"),
        ];
        CallerPartition[] others = [CallerPartition.Of(IPAddress.Parse("203.0.113.8")), CallerPartition.Of("https://login.example.com", "carol")];
        foreach (var (party, other) in parties.Zip(others))
        {
            var held = 0;
            while (places.TryTake(party) is not null) held++;
            Assert.InRange(held, 1, (AdministrationPlaces.MostInProgress / 2) + 1);
            using (var place = places.TryTake(other)) Assert.NotNull(place);
        }
    }

    [Fact]
    public async Task ConnectionsOfOneAddress_LeaveOthersTheirPart()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs 127.0.0.2, an address of the machine on Linux alone");
        await using var site = await AdministrationSite.StartAsync(static s => s with { Limits = s.Limits with { CallerShare = 1 } });
        var head = Encoding.ASCII.GetBytes($"POST /v1/acts/contain.list HTTP/1.1\r\nHost: {site.Url.Authority}\r\nConnection: close\r\n\r\n");
        var clients = new List<TcpClient>();
        try
        {
            // Heads that never end: 1 % of 256 connections are 3. Each further one takes the place of the longest silent one.
            for (var i = 0; i < 12; i++) clients.Add(await ConnectAsync(site, "127.0.0.1", head[..20]));
            await Eventually.TrueAsync(() => clients.Count(IsClosed) == 9, "the address has its places and no more");
            Assert.StartsWith("HTTP/1.1 401 ", await AnswerAsync(site, "127.0.0.1", head), StringComparison.Ordinal);
            Assert.StartsWith("HTTP/1.1 401 ", await AnswerAsync(site, "127.0.0.2", head), StringComparison.Ordinal);
        }
        finally
        {
            clients.ForEach(static client => client.Dispose());
        }
    }

    private static bool IsClosed(TcpClient client) => client.Client.Poll(0, SelectMode.SelectRead) && client.Available == 0;

    private static async Task<TcpClient> ConnectAsync(AdministrationSite site, string from, byte[] bytes)
    {
        var client = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0));
        await client.ConnectAsync(IPAddress.Loopback, site.Url.Port);
        await client.GetStream().WriteAsync(bytes);
        return client;
    }

    private static async Task<string> AnswerAsync(AdministrationSite site, string from, byte[] bytes)
    {
        try
        {
            using var client = await ConnectAsync(site, from, bytes);
            using var answer = new MemoryStream();
            await client.GetStream().CopyToAsync(answer).WaitAsync(TimeSpan.FromMinutes(2));
            return Encoding.ASCII.GetString(answer.ToArray());
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return ""; // closed without an answer, before the client knew of the connection or after
        }
    }

    [Fact]
    public void RequestsOfOneAddress_AreBoundedInAMinute()
    {
        var clock = new ManualTimeProvider();
        var places = new AdministrationPlaces(static () => 25, clock);
        var address = CallerPartition.Of(IPAddress.Parse("203.0.113.7"));
        var taken = 0;
        while (taken <= AdministrationPlaces.MostRequestsPerMinute && places.TryTake(address) is { } place)
        {
            taken++;
            place.Dispose();
        }

        Assert.InRange(taken, 1, AdministrationPlaces.MostRequestsPerMinute / 2);
        using (var place = places.TryTake(CallerPartition.Of(IPAddress.Parse("203.0.113.8")))) Assert.NotNull(place);
        clock.Advance(TimeSpan.FromMinutes(1));
        using var later = places.TryTake(address);
        Assert.NotNull(later);
    }
}
