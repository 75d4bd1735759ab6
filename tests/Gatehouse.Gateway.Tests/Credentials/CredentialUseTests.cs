using System.Text.Json;
using Gatehouse.Gateway.Tests.Connections;
using Gatehouse.Gateway.Tests.Secrets;
using Gatehouse.Outbound;
using Gatehouse.Peers.Providers;
using Gatehouse.Pipeline;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Gatehouse.Upstreams;

namespace Gatehouse.Gateway.Tests.Credentials;

/// <summary>Each use of a credential is on record: as many as the servers received, with the person, and never the value (SK-04).</summary>
[Trait("Requirement", "SK-04")]
[Trait("NoRetry", "yes")]
public sealed class CredentialUseTests : IDisposable
{
    private const string Value = "value-of-the-legacy-key";
    private const string Header = "X-Api-Key";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-uses-");
    private readonly string file;

    public CredentialUseTests()
    {
        file = Path.Join(folder.FullName, "legacy-key");
        File.WriteAllText(file, Value);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    // Reading is repeated while the server does not answer, and lists and probes are requests of the gateway itself. A refused call is no use.
    [Fact]
    public async Task AFixedValue_IsOnRecordAsOften_AsTheServerReceivedIt()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.OnResult("prompts/list", """{"resultType":"complete","prompts":[{"name":"ask"}],"ttlMs":0,"cacheScope":"public"}""");
        var answers = 0;
        gateway.Upstream.On("prompts/get", (context, message) => Interlocked.Increment(ref answers) <= 2
            ? RecordingUpstream.Json(context, "{}", 503)
            : RecordingUpstream.Json(context,
                $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"resultType\":\"complete\",\"messages\":[]}}}}"));
        foreach (var person in new[] { "alice", "bob", "alice", "mallory" })
        {
            await gateway.CallAsync(gateway.Modern("tools/list", token: gateway.Token(person)));
            await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\",\"arguments\":{}", "echo", gateway.Token(person)));
            await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"absent\",\"arguments\":{}", "absent", gateway.Token(person)));
        }

        var read = await gateway.CallAsync(gateway.Modern("prompts/get", "\"name\":\"ask\"", "ask"));
        var session = await gateway.InitializeAsync();
        await gateway.CallAsync(gateway.Delete(headers: [("Mcp-Session-Id", session), ("MCP-Protocol-Version", "2025-11-25")]));
        await AgreeAsync(gateway, () => gateway.Upstream.Received.Count(HasKey), "value");
        Assert.True(Count(gateway.EndedEntryOf(read.Response)) == 3, gateway.EndedEntryOf(read.Response).GetRawText());
        Assert.All(Uses(gateway, "value"), use => Assert.Equal("file:" + file, use.Use.GetProperty("ref").GetString()));
        Assert.Equal(
            gateway.Upstream.Of("tools/call").Count,
            Uses(gateway, "value").Where(use => Text(use.Entry, "method") == "tools/call").Sum(use => use.Count));
        Assert.Equal(["alice", "bob"], Uses(gateway, "value").Where(use => Text(use.Entry, "name") == "echo").Select(use => Text(use.Entry, "sub"))
            .Distinct().Order(StringComparer.Ordinal));
        Assert.DoesNotContain(Value, Whole(gateway), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARequestThatCannotLeave_IsNoUse_AndOneWithoutAnAnswerIsOne()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.On("tools/call", static (context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        var broken = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\",\"arguments\":{}", "echo"));
        Assert.Equal(1, Count(gateway.EndedEntryOf(broken.Response)));
        await gateway.Upstream.DisposeAsync();
        var closed = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\",\"arguments\":{}", "echo"));
        Assert.Equal(0, Count(gateway.EndedEntryOf(closed.Response)));
    }

    // The token is of a person, and the secret for it is used once for all calls that wait.
    [Fact]
    public async Task IssuedTokensAndTheSecretForThem_AreOnRecordAsOften_AsServerAndIssuerReceivedThem()
    {
        await using var site = await CredentialGateway.StartAsync();
        foreach (var person in new[] { "alice", "bob" })
        {
            var (crm, reports) = (await site.TokenAsync(person), await site.TokenAsync(person, "/reports"));
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => site.RequireAsync(crm)));
            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => site.RequireAsync(reports, "/reports")));
        }

        var gateway = site.Gateway;
        await AgreeAsync(gateway, () => WithToken(site.Crm), "tokenExchange");
        await AgreeAsync(gateway, () => WithToken(site.Reports), "clientCredentials");
        await AgreeAsync(gateway, () => site.Provider.Requests.Count, "secret");
        foreach (var person in new[] { "alice", "bob" })
        {
            var calls = Uses(gateway, "tokenExchange").Where(use => Text(use.Entry, "sub") == person && Text(use.Entry, "name") == "echo");
            Assert.Equal(8, calls.Sum(static use => use.Count));
            var asked = Assert.Single(Uses(gateway, "secret"), use => Text(use.Entry, "sub") == person);
            Assert.Equal(("token", "crm"), (Text(asked.Entry, "why"), Text(asked.Entry, "server")));
        }

        Assert.All(Uses(gateway, "secret"), use => Assert.Equal(site.Provider.Issuer, use.Use.GetProperty("issuer").GetString()));
        Assert.All(Uses(gateway, "tokenExchange"), use => Assert.Equal(site.Provider.Issuer, use.Use.GetProperty("issuer").GetString()));
        site.Table.Forget(static _ => true);
        await gateway.Host.Core.Services.Get<IUpstreamCredentials>().GetAsync(
            null, gateway.Host.Snapshots.Current.Settings.Server("reports")!, "exchange-that-asks-first", TestContext.Current.CancellationToken);
        await AgreeAsync(gateway, () => site.Provider.Requests.Count, "secret");
        Assert.Single(Uses(gateway, "secret"), static use => Text(use.Entry, "parent") == "exchange-that-asks-first");
        var written = Whole(gateway);
        foreach (var sent in site.Crm.Received.Concat(site.Reports.Received).SelectMany(static request => request.Header("Authorization")))
            Assert.DoesNotContain(sent["Bearer ".Length..], written, StringComparison.Ordinal);
        Assert.DoesNotContain(ProviderSetup.GatewaySecret, written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheConnectionOfAPerson_IsOnRecordWithItsService()
    {
        await using var connecting = await ConnectingGateway.StartAsync();
        var alice = await connecting.SignInAsync("alice");
        await connecting.ConnectAsync(await connecting.LinkAsync(alice.AccessToken), "alice");
        for (var i = 0; i < 3; i++) await connecting.CallAsync(alice.AccessToken);
        var gateway = connecting.Gateway;
        await AgreeAsync(gateway, () => gateway.Upstream.Received.Count(static request => request.Header("Authorization").Count > 0), "connection");
        Assert.All(Uses(gateway, "connection"), use => Assert.Equal("github", use.Use.GetProperty("provider").GetString()));
        var secret = Assert.Single(Uses(gateway, "secret"), use => Text(use.Entry, "why") == "connection");
        Assert.Equal(connecting.Service.Requests.Count(static request => request.StartsWith("POST", StringComparison.Ordinal)), secret.Count);
    }

    [Fact]
    [Trait("Requirement", "SK-03")]
    public async Task TheVersionOfAVault_IsOnRecord_AlsoAfterItChanged()
    {
        var vault = new KeyVaultDouble { Value = "one", Version = "11112222333344445555666677778888" };
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(
            settings => settings with
            {
                Vaults = [new VaultSettings { Name = "main", Url = new Uri("https://main.vault.test") }],
                Servers = [With(settings.Servers[0], new SecretReference("keyvault", "main/crm"))],
            },
            clock, replace: PartReplacements.None.Put<IKeyVaults>(PartNames.KeyVaults, vault));
        var first = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\",\"arguments\":{}", "echo"));
        (vault.Value, vault.Version) = ("two", "99990000999900009999000099990000");
        clock.Advance(TimeSpan.FromMinutes(5));
        var watch = gateway.Host.Core.Services.VaultWatch;
        watch.Look();
        await watch.SettledAsync();
        var second = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\",\"arguments\":{}", "echo"));
        Assert.Equal("11112222333344445555666677778888", VersionOf(gateway.EndedEntryOf(first.Response)));
        Assert.Equal("99990000999900009999000099990000", VersionOf(gateway.EndedEntryOf(second.Response)));

        static string? VersionOf(JsonElement entry) =>
            Assert.Single(entry.GetProperty("credentials").EnumerateArray()).GetProperty("version").GetString();
    }

    public void Dispose() => folder.Delete(recursive: true);

    private Task<TestGateway> StartAsync() => TestGateway.StartAsync(
        settings => settings with { Servers = [With(settings.Servers[0], new SecretReference("file", file))] });

    private static ServerSettings With(ServerSettings server, SecretReference reference) =>
        server with { Http = server.Http! with { Credential = new CredentialSettings(Header, reference, "") } };

    private static bool HasKey(ReceivedRequest request) => request.Header(Header) is [Value];

    private static int WithToken(RecordingUpstream server) => server.Received.Count(static request => request.Header("Authorization").Count > 0);

    // The last entries follow the answers.
    private static async Task AgreeAsync(TestGateway gateway, Func<int> received, string kind)
    {
        await gateway.NothingUnderWayAsync();
        await Eventually.TrueAsync(() => Uses(gateway, kind).Sum(static use => use.Count) == received(), $"the uses of {kind} agree");
        Assert.NotEqual(0, received());
    }

    private static IEnumerable<(JsonElement Entry, JsonElement Use, long Count)> Uses(TestGateway gateway, string kind) =>
        from entry in gateway.Entries()
        where entry.TryGetProperty("credentials", out _)
        from use in entry.GetProperty("credentials").EnumerateArray()
        where use.GetProperty("kind").GetString() == kind
        select (entry, use, CountOf(use));

    private static long Count(JsonElement entry) =>
        entry.TryGetProperty("credentials", out var uses) ? uses.EnumerateArray().Sum(CountOf) : 0;

    private static long CountOf(JsonElement use) => use.TryGetProperty("count", out var count) ? count.GetInt64() : 1;

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Whole(TestGateway gateway) => string.Join('\n', gateway.Entries().Select(static entry => entry.GetRawText()));
}
