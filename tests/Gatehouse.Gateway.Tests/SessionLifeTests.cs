using System.Net;
using Gatehouse.Administration;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Tokens;
using Gatehouse.Ipc;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Policy.Rules;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Gateway.Tests;

/// <summary>Lives of sessions: expiry on the injected clock, restart, revocation through control.</summary>
[Trait("Requirement", "ST-01")]
[Trait("NoRetry", "yes")]
public sealed class SessionLifeTests
{
    private const string Ping = """{"jsonrpc":"2.0","id":1,"method":"ping"}""";

    [Fact]
    [Trait("Requirement", "L17")]
    public async Task IdleSession_Ends()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(time: clock);
        var handle = await gateway.InitializeAsync();
        await gateway.NothingUnderWayAsync();
        clock.Advance(TimeSpan.FromMinutes(29));
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Post(Ping, gateway.Token(), ("Mcp-Session-Id", handle)))).Status);
        await gateway.NothingUnderWayAsync();
        clock.Advance(TimeSpan.FromMinutes(29));
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Post(Ping, gateway.Token(), ("Mcp-Session-Id", handle)))).Status);
        await gateway.NothingUnderWayAsync();
        clock.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.CallAsync(gateway.Post(Ping, gateway.Token(), ("Mcp-Session-Id", handle)))).Status);
    }

    [Fact]
    public async Task UnusableHandle_GetsOneAnswer_AndItsEntryHasTheCause()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(time: clock);
        var ended = await gateway.InitializeAsync();
        var first = Assert.Single(gateway.Host.Sessions.Entries).Binding;
        var expired = await gateway.InitializeAsync();
        var answers = new List<(HttpStatusCode, string)>
        {
            await RefusedAsync(gateway, ended, gateway.Token("bob")),
            await RefusedAsync(gateway, ended[..^1], gateway.Token()),
        };
        await gateway.Host.Sessions.EndAsync(first);
        answers.Add(await RefusedAsync(gateway, ended, gateway.Token()));
        await gateway.NothingUnderWayAsync();
        clock.Advance(TimeSpan.FromHours(13));
        answers.Add(await RefusedAsync(gateway, expired, gateway.Token()));
        Assert.Equal((HttpStatusCode.NotFound, "GH5002"), Assert.Single(answers.Distinct()));
        await Eventually.TrueAsync(() => Causes(gateway).Count == 4, "the refused messages have their entries");
        Assert.Equal(["not-opened", "not-opened", "ended", "expired"], Causes(gateway));
    }

    [Fact]
    [Trait("Requirement", "L17")]
    public async Task BusySession_EndsAtItsAbsoluteTime()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(time: clock);
        var handle = await gateway.InitializeAsync();
        for (var minutes = 0; minutes < 12 * 60 - 20; minutes += 20)
        {
            await gateway.NothingUnderWayAsync();
            clock.Advance(TimeSpan.FromMinutes(20));
            Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Post(Ping, gateway.Token(), ("Mcp-Session-Id", handle)))).Status);
        }

        await gateway.NothingUnderWayAsync();
        clock.Advance(TimeSpan.FromMinutes(21));
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.CallAsync(gateway.Post(Ping, gateway.Token(), ("Mcp-Session-Id", handle)))).Status);
    }

    [Fact]
    public async Task AtTheBound_SessionsAreLookedThroughOnceASecond_NotForEachWhoIsRefused()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(s => s with { Sessions = s.Sessions with { Max = 1 } }, clock);
        var settings = gateway.Host.Snapshots.Current.Settings;
        await gateway.InitializeAsync(gateway.Token("alice"));
        var bob = Limits.Callers.Token(gateway.Host.Development!.TrustedIssuer.Profile.Issuer, "bob", "c");
        Task BeginAsync(TimeSpan idle) =>
            gateway.Host.Sessions.CreateAsync(bob, settings.Servers[0], settings.Sessions with { Idle = idle },
                "u", Protocol.ProtocolRevision.V20251125, default).AsTask();
        await Assert.ThrowsAsync<RefusalException>(() => BeginAsync(TimeSpan.FromMinutes(30)));
        await Assert.ThrowsAsync<RefusalException>(() => BeginAsync(TimeSpan.Zero)); // hers is over by now, and was looked at a moment ago
        clock.Advance(TimeSpan.FromSeconds(1));
        await BeginAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task AnEndThatTheStoreDoesNotKeep_IsSaidToTheOperator()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(time: clock);
        var ended = await gateway.InitializeAsync();
        await gateway.InitializeAsync(); // is swept
        using (var file = new SqliteConnection($"Data Source={gateway.Host.State.Store};Pooling=False"))
        {
            await file.OpenAsync();
            using var drop = file.CreateCommand();
            drop.CommandText = "DROP TABLE open_sessions";
            await drop.ExecuteNonQueryAsync();
        }

        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Delete(null, ("Mcp-Session-Id", ended)))).Status);
        await Eventually.TrueAsync(() => Said(gateway) == 1, "the operator knows of the session that its client ended");
        clock.Advance(TimeSpan.FromMinutes(31));
        await Eventually.TrueAsync(() => Said(gateway) == 2, "the operator knows of the session that was idle for too long");
        Assert.DoesNotContain("fault in exchange", gateway.Diagnostics, StringComparison.Ordinal);
    }

    private static int Said(TestGateway gateway) =>
        gateway.Diagnostics.Split('\n')
            .Count(line => line.Contains("a session that has ended could not be taken out of the store", StringComparison.Ordinal));

    // The gateway names no store: one that keeps the contract takes the place of the file.
    [Fact]
    public async Task AGatewayOnAnotherStore_FindsThereWhatItKept()
    {
        await using var upstream = await RecordingUpstream.StartAsync();
        var state = Directory.CreateTempSubdirectory("gatehouse-state-");
        var settings = Settings(upstream, state.FullName);
        var data = new TemporaryStore();
        GatewayHostOptions OnMemory() => new() { Store = data.Open(TimeProvider.System) };
        string kept, ended;
        await using (var first = await GatewayHost.StartAsync(settings, OnMemory()))
        {
            var caller = await CallerAsync(first, settings);
            (_, kept) = await first.Sessions.CreateAsync(caller, settings.Servers[0], settings.Sessions, "u", Protocol.ProtocolRevision.V20251125,
                default);
            (var endedSession, ended) =
                await first.Sessions.CreateAsync(caller, settings.Servers[0], settings.Sessions, "u", Protocol.ProtocolRevision.V20251125, default);
            await first.Sessions.EndAsync(endedSession);
            await first.Revocations.RevokeSubjectAsync(caller.Issuer, "mallory", "left");
        }

        await using (var second = await GatewayHost.StartAsync(settings, OnMemory()))
        {
            var caller = await CallerAsync(second, settings);
            Assert.NotNull((await second.Sessions.OpenAsync(kept, caller, settings.Servers[0], settings.Sessions, CancellationToken.None)).Session);
            Assert.Null((await second.Sessions.OpenAsync(ended, caller, settings.Servers[0], settings.Sessions, CancellationToken.None)).Session);
            var rows = await second.Core.Services.Store.Revocations.ListAsync(DateTimeOffset.MinValue);
            Assert.Equal("mallory", Assert.Single(rows).Value);
            Assert.False(File.Exists(second.State.Store));
        }

        state.Delete(recursive: true);
    }

    [Fact]
    public async Task Session_SurvivesARestartAndItsEndDoesToo()
    {
        await using var upstream = await RecordingUpstream.StartAsync();
        var state = Directory.CreateTempSubdirectory("gatehouse-state-");
        var settings = Settings(upstream, state.FullName);
        string kept, ended;
        await using (var first = await GatewayHost.StartAsync(settings, new GatewayHostOptions()))
        {
            var caller = await CallerAsync(first, settings);
            var server = settings.Servers[0];
            (_, kept) = await first.Sessions.CreateAsync(caller, server, settings.Sessions, "u", Protocol.ProtocolRevision.V20251125, default);
            (var endedSession, ended) =
                await first.Sessions.CreateAsync(caller, server, settings.Sessions, "u", Protocol.ProtocolRevision.V20251125, default);
            await first.Sessions.EndAsync(endedSession);
            Assert.NotNull((await first.Sessions.OpenAsync(kept, caller, server, settings.Sessions, CancellationToken.None)).Session);
        }

        await using (var second = await GatewayHost.StartAsync(settings, new GatewayHostOptions()))
        {
            var caller = await CallerAsync(second, settings);
            Assert.NotNull((await second.Sessions.OpenAsync(kept, caller, settings.Servers[0], settings.Sessions, CancellationToken.None)).Session);
            Assert.Null((await second.Sessions.OpenAsync(ended, caller, settings.Servers[0], settings.Sessions, CancellationToken.None)).Session);
        }

        state.Delete(recursive: true);
    }

    [Fact]
    public async Task Revocation_CutsTheOpenStreamAndTheToken()
    {
        await using var gateway = await TestGateway.StartAsync();
        var open = new TaskCompletionSource();
        gateway.Upstream.On("GET", async (context, _) =>
        {
            await RecordingUpstream.Events(context, ": open\n\n");
            open.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var token = gateway.Token();
        var handle = await gateway.InitializeAsync(token);
        var stream = gateway.CallAsync(gateway.Get(token, ("Mcp-Session-Id", handle)));
        await open.Task.WaitAsync(TimeSpan.FromMinutes(2));

        var acts = GatewayAdministration.ControlOf(gateway.Host);
        var peer = new PeerAccount(1, 0);
        Assert.False((await acts.HandleAsync(new RevokeSubject("alice"), peer)).Ok);
        // The flag is the word of the asking program: a program without a terminal has nobody who typed there.
        Assert.Contains("administration.who",
            (await acts.HandleAsync(new RevokeSubject("alice"), new PeerAccount(1, 0))).Remedy,
            StringComparison.Ordinal);
        Assert.Contains("no terminal",
            (await acts.HandleAsync(new RevokeSubject("alice"), new PeerAccount(0, 0), isConfirmed: true)).Message, StringComparison.Ordinal);
        var reply = await acts.HandleAsync(new RevokeSubject("alice"), peer, gateway.AdminToken());
        Assert.True(reply.Ok, reply.Message);
        await stream.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.CallAsync(gateway.Post(Ping, token, ("Mcp-Session-Id", handle)))).Status);
    }

    [Fact]
    public async Task OneSession_IsListedAndRevokedById()
    {
        await using var gateway = await TestGateway.StartAsync();
        var handle = await gateway.InitializeAsync();
        var other = await gateway.InitializeAsync(gateway.Token("bob"));
        var acts = GatewayAdministration.ControlOf(gateway.Host);
        var listed = (await acts.HandleAsync(new ListSessions(null, "alice"), new PeerAccount(1, 0))).As<SessionList>().Sessions;
        var session = Assert.Single(listed);
        Assert.Equal("up", session.Server);
        Assert.True((await acts.HandleAsync(new EndSession(session.Id), new PeerAccount(1, 0), gateway.AdminToken())).Ok);
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.CallAsync(gateway.Post(Ping, null, ("Mcp-Session-Id", handle)))).Status);
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Post(Ping, gateway.Token("bob"), ("Mcp-Session-Id", other)))).Status);
    }

    [Fact]
    public async Task TokensEnd_EndsItsStream()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(time: clock);
        var open = new TaskCompletionSource();
        gateway.Upstream.On("GET", async (context, _) =>
        {
            await RecordingUpstream.Events(context, ": open\n\n");
            open.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var token = gateway.Token(life: TimeSpan.FromMinutes(5));
        var handle = await gateway.InitializeAsync(token);
        var stream = gateway.CallAsync(gateway.Get(token, ("Mcp-Session-Id", handle)));
        await open.Task.WaitAsync(TimeSpan.FromMinutes(2));
        clock.Advance(TimeSpan.FromMinutes(5));
        await stream.WaitAsync(TimeSpan.FromMinutes(2));
    }

    [Fact]
    [Trait("Requirement", "EX-03")]
    public async Task Sessions_AreBounded()
    {
        await using var gateway =
            await TestGateway.StartAsync(s => s with { Sessions = s.Sessions with { Max = 3 }, Limits = s.Limits with { CallerShare = 100 } });
        for (var i = 0; i < 3; i++) await gateway.InitializeAsync();
        var (status, body, _) = await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody, gateway.Token("bob")));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("GH5003", body.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
    }

    [Fact]
    [Trait("Requirement", "EX-03")]
    public async Task RequestsOfOneCaller_AreBoundedAndOthersGoOn()
    {
        await using var gateway = await TestGateway.StartAsync(s => s with { Limits = s.Limits with { ConcurrencyPerCaller = 2 } });
        var go = new TaskCompletionSource();
        gateway.Upstream.On("tools/call", async (context, _) =>
        {
            await go.Task;
            await RecordingUpstream.Json(context, """{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","content":[]}}""");
        });
        HttpRequestMessage Call(string subject) => gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", gateway.Token(subject));
        var calls = Enumerable.Range(0, 2).Select(_ => gateway.CallAsync(Call("alice"))).ToList();
        await Eventually.TrueAsync(() => gateway.Upstream.Of("tools/call").Count == 2, "both calls are at the server");
        var (status, body, response) = await gateway.CallAsync(Call("alice"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("GH1013", body.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
        Assert.NotNull(response.Headers.RetryAfter);
        var bob = gateway.CallAsync(Call("bob"));
        go.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await bob).Status);
        Assert.All(await Task.WhenAll(calls), c => Assert.Equal(HttpStatusCode.OK, c.Status));
    }

    [Theory]
    [Trait("Requirement", "EX-03")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task LargeBody_IsRefusedAnnouncedOrNot(bool announced)
    {
        await using var gateway = await TestGateway.StartAsync(s => s with { Servers = [s.Servers[0] with { RequestBytes = 2000 }] });
        var request = gateway.Post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"a\":\"" + new string('x', 4000) + "\"}}");
        if (!announced) request.Headers.TransferEncodingChunked = true;
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await gateway.CallAsync(request)).Status);
    }

    private static GatewaySettings Settings(RecordingUpstream upstream, string state)
    {
        var port = LoopbackPorts.Next();
        return new GatewaySettings
        {
            PublicUrl = new Uri($"http://127.0.0.1:{port}"),
            Listen = new ListenSettings { Url = new Uri($"http://127.0.0.1:{port}") },
            Servers = [new ServerSettings { Name = "up", Path = "/mcp", Http = new HttpUpstreamSettings { Url = upstream.Url } }],
            Rules = [new PolicyRule { Id = "all" }],
            StateDirectory = state,
            Development = true,
        };
    }

    private static async Task<Gatehouse.Identity.Tokens.VerifiedToken> CallerAsync(GatewayHost host, GatewaySettings settings)
    {
        var resource = settings.Resource(settings.Servers[0]);
        using var token = host.Development!.Mint(new Gatehouse.Identity.Development.DevelopmentGrant { Subject = "alice", Audience = resource });
        var result = await host.Issuers.ValidateAsync(new Gatehouse.Identity.Bearer.AccessTokenValue(token.Reveal().ToString()), resource, default);
        return result.Token!;
    }

    private static async Task<(HttpStatusCode Status, string Code)> RefusedAsync(TestGateway gateway, string handle, string token)
    {
        var (status, body, _) = await gateway.CallAsync(gateway.Post(Ping, token, ("Mcp-Session-Id", handle)));
        return (status, body.GetProperty("error").GetProperty("data").GetProperty("code").GetString()!);
    }

    private static List<string> Causes(TestGateway gateway) =>
    [
        .. from entry in gateway.Entries()
           where entry.TryGetProperty("code", out var code) && code.GetString() == "GH5002"
           from part in entry.GetProperty("parts").EnumerateArray()
           where part.TryGetProperty("reason", out var reason) && reason.GetString() == "session-unknown"
           select part.GetProperty("detail").GetString()!,
    ];
}
