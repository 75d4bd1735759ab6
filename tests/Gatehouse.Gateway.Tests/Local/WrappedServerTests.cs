using Gatehouse.Administration;
using Gatehouse.Ipc;
using Gatehouse.Local;

namespace Gatehouse.Gateway.Tests.Local;

/// <summary>What a client and a wrapped server say to each other goes through the whole pipeline of the host.</summary>
[Trait("Requirement", "ST-04")]
[Trait("NoRetry", "yes")]
public sealed class WrappedServerTests
{
    private const string Call = """{"jsonrpc":"2.0","id":ID,"method":"tools/call","params":{"name":"work","arguments":{"n":1}}}""";

    [Fact]
    [Trait("Requirement", "L04")]
    public async Task Connection_IsTheSession()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        await using var wrapper = await fixture.WrapAsync();
        await wrapper.SayAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""");
        Assert.Equal("GH5001", Code(await wrapper.HearJsonAsync()));

        await wrapper.InitializeAsync();
        await wrapper.SayAsync("""{"jsonrpc":"2.0","id":2,"method":"ping"}""");
        var ping = await wrapper.ChildHearsJsonAsync();
        await wrapper.ChildAnswersAsync(ping, "{}");
        Assert.Equal(2, (await wrapper.HearJsonAsync()).GetProperty("id").GetInt32());

        // A second handshake would leave the first session to whoever takes part in the second.
        await wrapper.SayAsync(
            """{"jsonrpc":"2.0","id":3,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""");
        Assert.Equal("GH5005", Code(await wrapper.HearJsonAsync()));
    }

    [Fact]
    public async Task ModernRequest_IsKnownByItsMeta_AndHasNoPlaceInASession()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        await using var wrapper = await fixture.WrapAsync();
        const string Discover =
            """{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},"io.modelcontextprotocol/clientInfo":{"name":"t","version":"1"}}}}""";
        await wrapper.SayAsync(Discover);
        var asked = await wrapper.ChildHearsJsonAsync();
        Assert.Equal("server/discover", asked.GetProperty("method").GetString());
        await wrapper.ChildAnswersAsync(asked,
            """{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{},"serverInfo":{"name":"s","version":"1"},"ttlMs":1000,"cacheScope":"private"}""");
        Assert.True((await wrapper.HearJsonAsync()).TryGetProperty("result", out _));

        await wrapper.SayAsync(Discover.Replace("2026-07-28", "2031-01-01", StringComparison.Ordinal));
        Assert.Equal("GH3011", Code(await wrapper.HearJsonAsync()));

        await using var second = await fixture.WrapAsync("second");
        await second.InitializeAsync();
        await second.SayAsync(Discover);
        Assert.Equal("GH3013", Code(await second.HearJsonAsync()));
    }

    [Fact]
    [Trait("Requirement", "G13")]
    public async Task ServersOutput_IsOneMessageALineOrNothing()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        await using var wrapper = await fixture.WrapAsync();
        await wrapper.InitializeAsync();
        await wrapper.SayAsync("""{"jsonrpc":"2.0","id":5,"method":"ping"}""");
        var ping = await wrapper.ChildHearsJsonAsync();
        // G13, F18: words, half a message, an answer nobody waits for, a batch.
        await wrapper.ChildPrintsAsync("Listening on stdio!\n{\"jsonrpc\":\"2.0\",\n\"id\":5}\n{\"jsonrpc\":\"2.0\",\"id\":99,\"result\":{}}\n[]\n");
        await wrapper.ChildAnswersAsync(ping, """{"x":1}""");
        Assert.Equal("""{"jsonrpc":"2.0","id":5,"result":{"x":1}}""", await wrapper.HearAsync());
    }

    [Fact]
    public async Task LineWithinALine_ReachesTheServerAsOneMessage()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        await using var wrapper = await fixture.WrapAsync();
        await wrapper.InitializeAsync();
        // Design rule 2: a wrapper of somebody's own making could put line breaks into its frame.
        await wrapper.SayAsync(
            "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"ping\",\"params\":{\"_meta\":\n{\"jsonrpc\":\"2.0\",\"id\":6,\"method\":\"tools/call\"}\r\n}}");
        var heard = await wrapper.ChildHearsAsync();
        Assert.Contains("tools/call", heard, StringComparison.Ordinal);
        Assert.Equal("ping", System.Text.Json.JsonDocument.Parse(heard).RootElement.GetProperty("method").GetString());
    }

    [Fact]
    public async Task WhatCannotBeRead_IsRefusedUnderItsId()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        await using var wrapper = await fixture.WrapAsync();
        await wrapper.SayAsync("""{"jsonrpc":"2.0","id":"two","method":"ping","method":"tools/call"}""");
        var refused = await wrapper.HearJsonAsync();
        Assert.Equal("GH3002", Code(refused));
        Assert.Equal("two", refused.GetProperty("id").GetString());
        await wrapper.SayTooLongAsync();
        Assert.Equal("GH1009", Code(await wrapper.HearJsonAsync()));
    }

    [Fact]
    public async Task Policy_DecidesEachCall()
    {
        await using var fixture = await LocalHostFixture.StartAsync("""
            version: 1
            policyPreset: personal
            policy:
              - id: no-work
                forbid: { tools: [work], servers: [tool-server] }
            """);
        await using var wrapper = await fixture.WrapAsync();
        await wrapper.InitializeAsync();
        await wrapper.SayAsync(Call.Replace("ID", "1", StringComparison.Ordinal));
        await wrapper.GiveToolsAsync();
        Assert.Equal("GH4003", Code(await wrapper.HearJsonAsync()));
        await using var other = await fixture.WrapAsync("other");
        await other.InitializeAsync();
        await other.SayAsync(Call.Replace("ID", "1", StringComparison.Ordinal));
        await other.GiveToolsAsync();
        Assert.Equal("tools/call", (await other.ChildHearsJsonAsync()).GetProperty("method").GetString());
    }

    [Fact]
    public async Task ClientsLines_ReachTheServerInTheirOrder()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        await using var wrapper = await fixture.WrapAsync();
        await wrapper.InitializeAsync();
        for (var i = 0; i < 20; i++)
            await wrapper.SayAsync(i % 2 == 0
                ? $$$$"""{"jsonrpc":"2.0","id":{{{{i}}}},"method":"ping","params":{"_meta":{"n":{{{{i}}}}}}}""" : $$$$"""{"jsonrpc":"2.0","method":"notifications/roots/list_changed","params":{"_meta":{"n":{{{{i}}}}}}}""");
        for (var i = 0; i < 20; i++)
            Assert.Equal(i, (await wrapper.ChildHearsJsonAsync()).GetProperty("params").GetProperty("_meta").GetProperty("n").GetInt32());
    }

    [Fact]
    [Trait("Requirement", "G18")]
    public async Task Cancellation_ReachesTheServerUnderItsOwnId_AndTheRequestGetsNoAnswer()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        await using var wrapper = await fixture.WrapAsync();
        await wrapper.InitializeAsync();
        await wrapper.SayAsync("""{"jsonrpc":"2.0","id":"mine","method":"ping"}""");
        var theirs = (await wrapper.ChildHearsJsonAsync()).GetProperty("id").GetInt64();
        await wrapper.SayAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"mine"}}""");
        Assert.Equal(theirs, (await wrapper.ChildHearsJsonAsync()).GetProperty("params").GetProperty("requestId").GetInt64());
        await wrapper.SayAsync("""{"jsonrpc":"2.0","id":"next","method":"ping"}""");
        await wrapper.ChildAnswersAsync(await wrapper.ChildHearsJsonAsync(), "{}");
        Assert.Equal("next", (await wrapper.HearJsonAsync()).GetProperty("id").GetString());
        await wrapper.HearSettledAsync(); // may follow the next request's answer
        Assert.Single(wrapper.Settled);
    }

    [Fact]
    public async Task Roots_AreAskedForOnceAfterTheClientSaidThatItIsThere()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        await using var wrapper = await fixture.WrapAsync();
        await wrapper.InitializeAsync("""{"roots":{"listChanged":true},"sampling":{}}""");
        await wrapper.ChildPrintsAsync("""{"jsonrpc":"2.0","id":"r1","method":"roots/list"}""" + "\n");
        Assert.Equal("roots/list", (await wrapper.HearJsonAsync()).GetProperty("method").GetString());
        await wrapper.SayAsync("""{"jsonrpc":"2.0","id":"r1","result":{"roots":[]}}""");
        Assert.True((await wrapper.ChildHearsJsonAsync()).TryGetProperty("result", out _));

        await wrapper.ChildPrintsAsync("""{"jsonrpc":"2.0","id":"r2","method":"roots/list"}""" + "\n");
        Assert.Equal(-32601, (await wrapper.ChildHearsJsonAsync()).GetProperty("error").GetProperty("code").GetInt32());
        await wrapper.ChildPrintsAsync("""{"jsonrpc":"2.0","id":"s1","method":"sampling/createMessage","params":{"messages":[],"maxTokens":1}}"""
            + "\n");
        Assert.Equal(-32601, (await wrapper.ChildHearsJsonAsync()).GetProperty("error").GetProperty("code").GetInt32());
        await wrapper.SayAsync("""{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}""");
        await wrapper.ChildHearsJsonAsync();
        await wrapper.ChildPrintsAsync("""{"jsonrpc":"2.0","id":"r3","method":"roots/list"}""" + "\n");
        Assert.Equal("r3", (await wrapper.HearJsonAsync()).GetProperty("id").GetString());
    }

    [Fact]
    [Trait("Requirement", "G10")]
    public async Task ServersEnd_AnswersWhoWaitsAndThenEndsTheWrapper()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        await using var wrapper = await fixture.WrapAsync();
        await wrapper.InitializeAsync();
        await wrapper.SayAsync("""{"jsonrpc":"2.0","id":5,"method":"ping"}""");
        await wrapper.ChildHearsJsonAsync();
        await wrapper.ChildEndsAsync(137);
        Assert.Equal("GH7005", Code(await wrapper.HearJsonAsync()));
        Assert.Null(await wrapper.HearAsync());
        Assert.True(wrapper.IsDone);
        await fixture.Host.DisposeAsync();
        Assert.Contains(fixture.Entries(), entry => entry.Contains("\"act\":\"wrap.start\"", StringComparison.Ordinal));
        Assert.Contains(fixture.Entries(),
            entry => entry.Contains("\"act\":\"wrap.end\"", StringComparison.Ordinal) && entry.Contains("137", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ClientsEnd_EndsTheServerAfterWhatIsUnderWay()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        await using var wrapper = await fixture.WrapAsync();
        await wrapper.InitializeAsync();
        await wrapper.SayAsync("""{"jsonrpc":"2.0","id":5,"method":"ping"}""");
        var ping = await wrapper.ChildHearsJsonAsync();
        await wrapper.CloseInputAsync();
        await wrapper.ChildAnswersAsync(ping, "{}");
        Assert.Equal(5, (await wrapper.HearJsonAsync()).GetProperty("id").GetInt32());
        Assert.Null(await wrapper.HearAsync());
        Assert.True(wrapper.IsDone);
    }

    [Fact]
    public async Task HostThatEnds_AnswersCallsInProgress_AndRecordsThem()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        await using var wrapper = await fixture.WrapAsync();
        await wrapper.InitializeAsync();
        await wrapper.SayAsync("""{"jsonrpc":"2.0","id":5,"method":"ping"}""");
        await wrapper.ChildHearsJsonAsync();
        await fixture.RestartAsync();
        Assert.Equal("GH9005", Code(await wrapper.HearJsonAsync()));
        Assert.Contains(fixture.Entries(), static entry =>
            entry.Contains("\"kind\":\"ended\"", StringComparison.Ordinal) && entry.Contains("GH9005", StringComparison.Ordinal));
        Assert.Contains(fixture.Entries(), static entry =>
            entry.Contains("wrap.end", StringComparison.Ordinal) && entry.Contains("host-ended", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SessionGoesOn_AtAHostThatWasStartedAnew()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        var wrapper = await fixture.WrapAsync();
        await wrapper.InitializeAsync();
        var session = wrapper.Session;
        await fixture.RestartAsync();
        Assert.Equal("(gone)", await wrapper.ChildHearsAsync()); // without an order to end
        await wrapper.DisposeAsync();

        await using var again = await fixture.WrapAsync(session: session, attempt: 1);
        await again.SayAsync("""{"jsonrpc":"2.0","id":7,"method":"ping"}""");
        var ping = await again.ChildHearsJsonAsync();
        Assert.True(ping.GetProperty("id").GetInt64() > 1L << 32, "an answer to an earlier host's question must not fit");
        await again.ChildPrintsAsync("""{"jsonrpc":"2.0","id":1,"result":{"late":true}}""" + "\n");
        await again.ChildAnswersAsync(ping, "{}");
        Assert.Equal("""{"jsonrpc":"2.0","id":7,"result":{}}""", await again.HearAsync());

        // The handle is this server's and this command's: under another name it opens nothing.
        await using var foreign = await fixture.WrapAsync("foreign", session);
        await foreign.SayAsync("""{"jsonrpc":"2.0","id":8,"method":"ping"}""");
        Assert.Equal("GH5001", Code(await foreign.HearJsonAsync()));
    }

    // The host may end between the containment and the end of the process. The wrapper then gives the process, which runs, to the next host.
    [Fact]
    [Trait("Requirement", "IR-01")]
    public async Task SessionContained_ItsProcessEndsAtTheNextHost()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        string session;
        await using (var wrapper = await fixture.WrapAsync())
        {
            await wrapper.InitializeAsync();
            session = wrapper.Session;
            await fixture.RestartAsync();
        }

        var uid = fixture.Entries().Select(static text => System.Text.Json.JsonDocument.Parse(text).RootElement)
            .Where(static entry => entry.TryGetProperty("session", out _)).Select(static entry => entry.GetProperty("session").GetString()!).First();
        var administration = LocalHostAdministration.Of(fixture.Host);
        var made = await administration.DoAsync(new Contain(new ContainmentTarget("session", "", uid, ""), "incident 4711", true),
            new AdministratorCredentials(new PeerAccount(Environment.ProcessId, PeerAccount.OwnUserId())) { IsConfirmed = true });
        Assert.Null(made.Refusal);

        await using var again = await fixture.WrapAsync(session: session, attempt: 1);
        Assert.Equal("(end)", await again.ChildHearsAsync());
        await again.SayAsync("""{"jsonrpc":"2.0","id":7,"method":"ping"}""");
        Assert.Equal("GH9010", Code(await again.HearJsonAsync()));
    }

    private static string? Code(System.Text.Json.JsonElement answer) =>
        answer.TryGetProperty("error", out var error) ? error.GetProperty("data").GetProperty("code").GetString() : answer.GetRawText();
}
