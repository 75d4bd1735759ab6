using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Tests.Tokens;
using Gatehouse.Identity.Partitions;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.Tests.Clients;

public sealed class ClientRegistrationTests
{
    private readonly ManualTimeProvider time = new();
    private readonly MemoryClientStore store;
    private readonly RecordedJournal journal = new();
    private readonly ClientRegistration endpoint;
    private AuthorizationServerSettings settings = new() { Providers = [], Registration = new ClientRegistrationSettings { PerHour = 1000 } };

    public ClientRegistrationTests()
    {
        store = new MemoryClientStore(time);
        endpoint = new ClientRegistration(() => settings, store, journal, time, () => 10);
    }

    [Fact]
    public async Task Registration_GivesAPublicClient_ThatTheDirectoryFinds()
    {
        var (status, client) = await RegisterAsync("""
            {
              "client_name": "MCP Inspector", "redirect_uris": ["http://localhost:6274/oauth/callback"],
              "token_endpoint_auth_method": "client_secret_basic", "grant_types": ["authorization_code", "refresh_token"],
              "response_types": ["code"], "scope": "a b", "software_statement": "x.y.z", "jwks_uri": "https://evil.example/", "logo_uri": "x"
            }
            """);
        Assert.Equal(201, status);
        Assert.Equal("none", Text(client, "token_endpoint_auth_method"));
        Assert.Equal(("MCP Inspector", "native"), (Text(client, "client_name"), Text(client, "application_type")));
        Assert.Equal(time.GetUtcNow().ToUnixTimeSeconds(), client.GetProperty("client_id_issued_at").GetInt64());
        Assert.Equal(
            ["application_type", "client_id", "client_id_issued_at", "client_name", "grant_types", "redirect_uris", "response_types",
                "token_endpoint_auth_method"],
            client.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.StartsWith("oauth.register ", Assert.Single(journal.Acts), StringComparison.Ordinal);

        var directory = new ClientDirectory(() => settings, new ClientDocuments(new ScriptedDocuments(), time, () => 10), store, time);
        var found = (await directory.FindAsync(Text(client, "client_id")!, default, CancellationToken.None)).Client!;
        Assert.Equal((ClientOrigin.Registered, true, null), (found.Origin, found.IsLoopbackOnly, found.VouchingHost));
        Assert.Equal("http://localhost:9/oauth/callback", RedirectUris.Find(found, "http://localhost:9/oauth/callback")?.Text);
    }

    [Fact]
    public async Task BehindAProxy_OneBlockIsNotTheBoundOfAll()
    {
        settings = settings with { Registration = new ClientRegistrationSettings { PerHour = 20, MostClients = 2400 } };
        var everyone = new Peer(CallerPartition.Unknown, new byte[32]);
        var body = Encoding.UTF8.GetBytes("""{"redirect_uris":["http://127.0.0.1/cb"]}""");
        for (var count = 0; count < 100; count++)
            Assert.Equal(201, (await endpoint.RegisterAsync(body, everyone, CancellationToken.None)).Status);
        Assert.Equal(429, (await endpoint.RegisterAsync(body, everyone, CancellationToken.None)).Status);
    }

    [Fact]
    public async Task WhereItIsOff_TheEndpointDoesNotExist()
    {
        settings = settings with { Registration = null };
        var answer = await endpoint.RegisterAsync(Encoding.UTF8.GetBytes("{}"), Stranger(1), CancellationToken.None);
        Assert.Equal(404, answer.Status);
        Assert.Contains("authorizationServer.registration", Encoding.UTF8.GetString(answer.Body.Span), StringComparison.Ordinal);
        Assert.Empty(store.Rows);
        Assert.Equal(["oauth.register.refused (cause, off)"], journal.Acts);
    }

    // An administrator who hears that a program cannot register finds why, and the program's author reads which key decides.
    [Theory]
    [InlineData("""{"redirect_uris":["https://elsewhere.example/cb"]}""", 400, "redirect", "registration.redirectHosts")]
    [InlineData("""{"redirect_uris":["ftp://127.0.0.1/cb"]}""", 400, "redirect", "No redirect URI is acceptable. redirect_uris[0]: ")]
    [InlineData("[]", 400, "metadata", "RFC 7591")]
    public async Task ARefusal_IsRecordedInThePartOfItsSender_AndNamesTheRemedy(string body, int status, string cause, string words)
    {
        var answer = await endpoint.RegisterAsync(Encoding.UTF8.GetBytes(body), Stranger(1), CancellationToken.None);
        Assert.Equal(status, answer.Status);
        Assert.Contains(words, JsonDocument.Parse(answer.Body).RootElement.GetProperty("error_description").GetString(), StringComparison.Ordinal);
        Assert.Equal([$"oauth.register.refused (cause, {cause})"], journal.Acts);
        Assert.Equal(["oauth.register.refused"], journal.Strangers);
    }

    // OAuth 2.1 §3.2.4 allows these characters only.
    [Fact]
    public async Task RefusedTries_HaveARateOfTheirOwn_AndTheRefusalSaysSo()
    {
        settings = settings with { Registration = new ClientRegistrationSettings { PerHour = 2 } };
        for (var count = 0; count < 2; count++)
            Assert.Equal(400, (await endpoint.RegisterAsync(Encoding.UTF8.GetBytes("[]"), Stranger(1), CancellationToken.None)).Status);
        var answer = await endpoint.RegisterAsync(Encoding.UTF8.GetBytes("[]"), Stranger(1), CancellationToken.None);
        var words = JsonDocument.Parse(answer.Body).RootElement.GetProperty("error_description").GetString()!;
        Assert.Equal((429, "oauth.register.refused (cause, rate)"), (answer.Status, journal.Acts.Last()));
        Assert.Contains("were refused in an hour", words, StringComparison.Ordinal);
        Assert.All(words, letter => Assert.True(letter is >= ' ' and <= '~' and not '"' and not '\\'));
        Assert.Equal(201, (await RegisterAsync(Loopback)).Status);
    }

    [Theory]
    [InlineData("http://127.0.0.1/cb", true)]
    [InlineData("http://[::1]:7/cb", true)]
    [InlineData("https://app.example/cb", true)]
    [InlineData("https://APP.example/cb", true)]
    [InlineData("http://app.example/cb", false)]
    [InlineData("https://evil.example/cb", false)]
    [InlineData("https://app.example.evil.example/cb", false)]
    [InlineData("https://sub.app.example/cb", false)]
    [InlineData("https://evil.example/app.example", false)]
    [InlineData("https://app.example@evil.example/cb", false)]
    [InlineData("com.example.app:/cb", false)]
    [InlineData("cursor://app.example/cb", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("data:text/html,x", false)]
    [InlineData("file:///x", false)]
    [InlineData("vbscript:x", false)]
    [Trait("Requirement", "B19")]
    [Trait("Requirement", "G01")]
    [Trait("Requirement", "G02")]
    public async Task RedirectUris_AreLoopback_OrAtAListedHost(string uri, bool isAccepted)
    {
        settings = settings with { Registration = settings.Registration! with { RedirectHosts = ["app.example"] } };
        var (status, answer) = await RegisterAsync(new JsonObject { ["redirect_uris"] = new JsonArray(uri) }.ToJsonString());
        Assert.Equal(isAccepted ? 201 : 400, status);
        Assert.Equal(isAccepted ? null : "invalid_redirect_uri", Text(answer, "error"));
    }

    [Fact]
    [Trait("Requirement", "B19")]
    public async Task RedirectUrisThatAreNotAcceptable_AreLeftOut_AndTheAnswerSaysIt()
    {
        const string Request =
            """{"redirect_uris":["javascript:alert(1)","http://127.0.0.1/cb","https://evil.example/cb","cursor://anysphere.cursor-mcp/oauth/callback"]}""";
        Assert.Equal(["http://127.0.0.1/cb"], Uris((await RegisterAsync(Request)).Answer));
        settings = settings with { Registration = settings.Registration! with { RedirectSchemes = ["cursor"] } };
        Assert.Equal(["http://127.0.0.1/cb", "cursor://anysphere.cursor-mcp/oauth/callback"], Uris((await RegisterAsync(Request)).Answer));
        var (status, answer) = await RegisterAsync("""{"redirect_uris":["https://evil.example/cb","vscode://x/y"]}""");
        Assert.Equal((400, "invalid_redirect_uri"), (status, Text(answer, "error")));
        Assert.Equal(2, store.Rows.Count());

        static IEnumerable<string?> Uris(JsonElement answer) => answer.GetProperty("redirect_uris").EnumerateArray().Select(uri => uri.GetString());
    }

    [Theory]
    [InlineData("", "invalid_client_metadata")]
    [InlineData("[]", "invalid_client_metadata")]
    [InlineData("{", "invalid_client_metadata")]
    [InlineData("""{"redirect_uris":["http://127.0.0.1/"],"redirect_uris":["http://127.0.0.1/"]}""", "invalid_client_metadata")]
    [InlineData("{}", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":[]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":"http://127.0.0.1/"}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":[null]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["http://127.0.0.1/"],"client_name":7}""", "invalid_client_metadata")]
    [InlineData("""{"redirect_uris":["http://127.0.0.1/"],"client_name":""}""", "invalid_client_metadata")]
    [InlineData("""{"redirect_uris":["http://127.0.0.1/"],"client_name":"a\u202eb"}""", "invalid_client_metadata")]
    [InlineData("""{"redirect_uris":["http://127.0.0.1/"],"client_name":"a\u0000b"}""", "invalid_client_metadata")]
    [InlineData("""{"redirect_uris":["http://127.0.0.1/"],"grant_types":["client_credentials"]}""", "invalid_client_metadata")]
    [InlineData("""{"redirect_uris":["http://127.0.0.1/"],"grant_types":"authorization_code"}""", "invalid_client_metadata")]
    [InlineData("""{"redirect_uris":["http://127.0.0.1/"],"response_types":["token"]}""", "invalid_client_metadata")]
    [InlineData("""{"redirect_uris":["http://127.0.0.1/"],"application_type":"other"}""", "invalid_client_metadata")]
    public async Task WrongMetadata_AreRefused_WithTheErrorsOfRfc7591(string body, string error)
    {
        var (status, answer) = await RegisterAsync(body);
        Assert.Equal((400, error), (status, Text(answer, "error")));
        Assert.NotEmpty(Text(answer, "error_description")!);
        Assert.Empty(store.Rows);
    }

    [Fact]
    public async Task Refusals_HoldNoTextOfTheStranger()
    {
        foreach (var body in new[]
        {
            """{"redirect_uris":["https://MARKER.example/"]}""", """{"redirect_uris":["MARKER:/x"]}""", """{"redirect_uris":["https://x/ MARKER"]}""",
            """{"redirect_uris":["http://127.0.0.1/"],"client_name":"MARKER\u001b"}""", """{"MARKER":1}""", "MARKER",
            """{"redirect_uris":["http://127.0.0.1/"],"application_type":"MARKER"}""",
        })
        {
            (_, var answer) = await RegisterAsync(body);
            Assert.DoesNotContain("MARKER", answer.GetRawText(), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task LargeRequests_AreRefused_AndSpendTheRateOfRefusedOnes()
    {
        settings = settings with { Registration = new ClientRegistrationSettings { PerHour = 5 } };
        for (var count = 0; count < 5; count++) Assert.Equal(413, await SendAsync(ClientRegistration.LargestRequest + 1));
        Assert.Equal(429, await SendAsync(2));
        Assert.Equal(400, await SendAsync(ClientRegistration.LargestRequest, 2));

        async Task<int> SendAsync(int length, int stranger = 1)
        {
            var context = new DefaultHttpContext();
            context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(new string(' ', length)));
            await RegistrationHttp.ServeAsync(context, Stranger(stranger), endpoint, journal);
            return context.Response.StatusCode;
        }
    }

    [Fact]
    public async Task WhatIsKept_NeverExceedsARow()
    {
        // Letters outside the BMP are longer in JSON than in the request.
        var name = string.Concat(Enumerable.Repeat("😀", ClientName.LongestText / 2));
        foreach (var (length, expected) in new[] { (400, 201), (495, 400) })
        {
            var uris = string.Join(',', Enumerable.Range(0, 31).Select(n => $"\"http://127.0.0.1/{n}{new string('&', length)}\""));
            var request = $$"""{"redirect_uris":[{{uris}}],"client_name":"{{name}}"}""";
            Assert.InRange(Encoding.UTF8.GetByteCount(request), 1, ClientRegistration.LargestRequest);
            Assert.Equal(expected, (await RegisterAsync(request)).Status);
        }
    }

    [Fact]
    public async Task OneBlock_RegistersItsNumberInAnHour_AndOthersKeepTheirs()
    {
        settings = settings with { Registration = new ClientRegistrationSettings { PerHour = 20 } };
        for (var n = 0; n < 20; n++)
            Assert.Equal(201, (await RegisterAsync(Loopback)).Status);
        var refused = await endpoint.RegisterAsync(Encoding.UTF8.GetBytes(Loopback), Stranger(1), CancellationToken.None);
        Assert.Equal((429, TimeSpan.FromHours(1)), (refused.Status, refused.RetryAfter));
        Assert.Equal(201, (await RegisterAsync(Loopback, 2)).Status);
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(201, (await RegisterAsync(Loopback)).Status);
    }

    // Behind a proxy all strangers are one block.
    [Fact]
    public async Task WrongRequestsWithoutEnd_DoNotKeepGoodOnesOut()
    {
        var everyone = new Peer(CallerPartition.Unknown, new byte[32]);
        var last = 0;
        for (var count = 0; count < 2000; count++)
            last = (await endpoint.RegisterAsync(Encoding.UTF8.GetBytes("{}"), everyone, CancellationToken.None)).Status;
        Assert.Equal(429, last);
        Assert.Equal(201, (await endpoint.RegisterAsync(Encoding.UTF8.GetBytes(Loopback), everyone, CancellationToken.None)).Status);
    }

    [Fact]
    public async Task ARegistration_IsRecordedInThePartOfItsSender()
    {
        Assert.Equal(201, (await RegisterAsync(Loopback)).Status);
        Assert.Equal(["oauth.register"], journal.Strangers);
    }

    [Fact]
    public async Task OneBlock_HasAPartOfTheClientsThatAreKept()
    {
        settings = settings with { Registration = new ClientRegistrationSettings { PerHour = 1000, MostClients = 50 } };
        var other = IdOf(await RegisterAsync(Loopback, 2));
        List<string> flood = [];
        for (var n = 0; n < 6; n++)
        {
            flood.Add(IdOf(await RegisterAsync(Loopback)));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Null(await store.FindAsync(flood[0], time.GetUtcNow()));
        foreach (var id in flood[1..].Append(other)) Assert.NotNull(await store.FindAsync(id, time.GetUtcNow()));
    }

    // Threat: strangers with very many address blocks fill the room, so that no program of a person can register any more.
    [Fact]
    public async Task AFullRoom_TakesFurtherClients_AndForgetsNoneThatAPersonUses()
    {
        settings = settings with { Registration = new ClientRegistrationSettings { PerHour = 1000, MostClients = 20 } };
        var used = IdOf(await RegisterAsync(Loopback));
        await store.KeepAsync(used, time.GetUtcNow() + settings.Registration!.UnusedLife);
        List<string> flood = [];
        for (var n = 2; n < 40; n++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            flood.Add(IdOf(await RegisterAsync(Loopback, n)));
        }

        Assert.NotNull(await store.FindAsync(used, time.GetUtcNow()));
        foreach (var id in flood[^19..]) Assert.NotNull(await store.FindAsync(id, time.GetUtcNow()));
        Assert.Null(await store.FindAsync(flood[^20], time.GetUtcNow()));
    }

    [Fact]
    public async Task StoreThatFails_IsATemporaryRefusal()
    {
        store.Fault = new StoreException("disk");
        var (status, answer) = await RegisterAsync(Loopback);
        Assert.Equal((503, "temporarily_unavailable"), (status, Text(answer, "error")));
        Assert.DoesNotContain("disk", answer.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Rate_HasBoundedMemory_AndAFullTableCostsItsBlocksNothing()
    {
        var rate = new RegistrationRate();
        var now = time.GetUtcNow();
        Assert.Null(rate.TryTake(Block(0), 2, now));
        for (var n = 1; n < 2 * RegistrationRate.MostBlocks; n++)
            rate.TryTake(Block(n), 2, now);
        Assert.Equal(RegistrationRate.MostBlocks, rate.Blocks);
        Assert.Null(rate.TryTake(Block(0), 2, now));
        Assert.NotNull(rate.TryTake(Block(0), 2, now));
        Assert.NotNull(rate.TryTake(Block(3 * RegistrationRate.MostBlocks), 2, now));
        Assert.Null(rate.TryTake(Block(1), 2, now + TimeSpan.FromHours(1)));
        Assert.Equal(1, rate.Blocks);
    }

    [Fact]
    public async Task AnyBytes_GiveAnAnswer()
    {
        settings = settings with { Registration = new ClientRegistrationSettings { PerHour = 1000, MostClients = 100_000 } };
        var dice = new Dice(7591);
        var whole = Encoding.UTF8.GetBytes("""
            {
              "client_name": "Näme", "redirect_uris": ["http://127.0.0.1:80/cb", "http://[::1]/"],
              "grant_types": ["authorization_code"], "application_type": "web"
            }
            """);
        HashSet<int> seen = [];
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = dice.OneIn(10) ? new byte[dice.Next(80)] : [.. whole];
            for (var change = dice.OneIn(10) ? bytes.Length : dice.Next(4); change > 0 && bytes.Length > 0; change--)
                bytes[dice.Next(bytes.Length)] = (byte)dice.Next(256);
            var answer = await endpoint.RegisterAsync(bytes, Stranger(round), CancellationToken.None);
            seen.Add(answer.Status);
            using var json = JsonDocument.Parse(answer.Body);
            if (answer.Status == 201)
                await ReadBackAsync();
            if (round % 1000 == 999)
                time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal([201, 400], seen.Order());
    }

    private const string Loopback = """{"redirect_uris":["http://127.0.0.1/cb"]}""";

    private async Task<(int Status, JsonElement Answer)> RegisterAsync(string body, int stranger = 1)
    {
        var answer = await endpoint.RegisterAsync(Encoding.UTF8.GetBytes(body), Stranger(stranger), CancellationToken.None);
        using var json = JsonDocument.Parse(answer.Body);
        return (answer.Status, json.RootElement.Clone());
    }

    private static string IdOf((int Status, JsonElement Answer) registered)
    {
        Assert.Equal(201, registered.Status);
        return registered.Answer.GetProperty("client_id").GetString()!;
    }

    private async Task ReadBackAsync()
    {
        var row = Assert.Single(store.Rows);
        Assert.NotNull(RegisteredClient.Read(row, settings.Registration!));
        await store.RemoveAsync(row.Id);
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var member) ? member.GetString() : null;

    private static Peer Stranger(int n)
    {
        var digest = new byte[32];
        BitConverter.TryWriteBytes(digest, n);
        return new Peer(Block(n), digest);
    }

    private static CallerPartition Block(int n) => CallerPartition.Of(new IPAddress([203, (byte)(n >> 16), (byte)(n >> 8), (byte)n]));
}
