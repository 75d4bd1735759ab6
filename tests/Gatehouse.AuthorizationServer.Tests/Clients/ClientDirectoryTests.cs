using System.Net;
using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.Identity.Partitions;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.AuthorizationServer.Tests.Clients;

[Trait("NoRetry", "yes")]
public sealed class ClientDirectoryTests
{
    private const string Url = "https://app.example/client.json";

    private static readonly CallerPartition Peer = CallerPartition.Of(IPAddress.Parse("203.0.113.7"));

    private readonly ManualTimeProvider time = new();
    private readonly ScriptedDocuments web = new();
    private readonly MemoryClientStore store;
    private readonly ClientDirectory directory;
    private AuthorizationServerSettings settings = new() { Providers = [] };

    public ClientDirectoryTests()
    {
        store = new MemoryClientStore(time);
        directory = new ClientDirectory(() => settings, new ClientDocuments(web, time, () => 10), store, time);
    }

    [Fact]
    public async Task ConfiguredClient_ComesFirst_WhateverStrangersPublish()
    {
        web.ServeGood(Url, name: "Of a stranger");
        settings = settings with { Clients = [Configured(Url), Configured("tool")] };
        var client = await FindAsync(Url);
        Assert.Equal(("Configured", ClientOrigin.Configured), (client.Client!.Name, client.Client.Origin));
        Assert.Equal(0, web.Fetches);
        Assert.True((await FindAsync("tool")).Client!.IsPreApproved);
        Assert.Null((await FindAsync("TOOL")).Client);
    }

    [Fact]
    [Trait("Requirement", "C13")]
    public async Task Document_IsFetchedForItsAddress()
    {
        web.ServeGood(Url);
        Assert.Equal("Example", (await FindAsync(Url)).Client!.Name);
        var wrong = await FindAsync(Url + "?x");
        Assert.Null(wrong.Client);
        Assert.NotEmpty(wrong.Fault!);
        Assert.Equal(1, web.Fetches);
    }

    [Fact]
    [Trait("Requirement", "C19")]
    public async Task ListOfHosts_IsAnAllowList_AndHoldsFromTheNextRequest()
    {
        const string Other = "https://evil.example/client.json";
        web.ServeGood(Url);
        web.ServeGood(Other);
        Assert.NotNull((await FindAsync(Other)).Client);
        settings = settings with { ClientDocumentHosts = ["app.example"] };
        Assert.NotNull((await FindAsync(Url)).Client);
        foreach (var refused in new[]
            { Other, "https://app.example.evil.example/c", "https://sub.app.example/c", "https://app.example:8443/c",
                "https://evil.example/https://app.example/c" })
        {
            Assert.Null((await FindAsync(refused)).Client);
            Assert.InRange(web.FetchesOf(refused), 0, refused == Other ? 1 : 0);
        }

        settings = settings with { ClientDocuments = false };
        Assert.Null((await FindAsync(Url)).Client);
    }

    [Fact]
    public async Task RegisteredClient_IsKeptByItsUse_AtMostOnceAnHour()
    {
        settings = settings with { Registration = new ClientRegistrationSettings() };
        var row = await AddAsync("http://127.0.0.1/cb");
        for (var minute = 0; minute < 180; minute++)
        {
            var client = (await FindAsync(row.Id)).Client!;
            Assert.Equal(ClientOrigin.Registered, client.Origin);
            await directory.KeepAsync(client, TestContext.Current.CancellationToken);
            time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(2, store.Keeps);
        time.Advance(settings.Registration!.UnusedLife - TimeSpan.FromMinutes(61));
        Assert.NotNull((await FindAsync(row.Id)).Client);
        time.Advance(settings.Registration.UnusedLife + TimeSpan.FromHours(1));
        Assert.Null((await FindAsync(row.Id)).Client);
    }

    // Threat: strangers name the clients that they registered again and again, so that the room is full of clients that no person uses.
    [Fact]
    public async Task RegisteredClient_IsNotKeptByThoseWhoOnlyNameIt()
    {
        settings = settings with { Registration = new ClientRegistrationSettings() };
        var row = await AddAsync("http://127.0.0.1/cb");
        while (time.GetUtcNow() < row.Until)
        {
            Assert.NotNull((await FindAsync(row.Id)).Client);
            time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Null((await FindAsync(row.Id)).Client);
        Assert.Equal(0, store.Keeps);
    }

    [Fact]
    [Trait("Requirement", "B19")]
    public async Task RegisteredClient_IsJudgedByTheSettingsInForce()
    {
        settings = settings with { Registration = new ClientRegistrationSettings { RedirectHosts = ["app.example"] } };
        var web = await AddAsync("https://app.example/cb");
        var both = await AddAsync("https://app.example/cb", "http://127.0.0.1/cb");
        Assert.Equal(2, (await FindAsync(both.Id)).Client!.RedirectUris.Length);
        settings = settings with { Registration = new ClientRegistrationSettings() };
        Assert.Null((await FindAsync(web.Id)).Client);
        Assert.Equal(["http://127.0.0.1/cb"], (await FindAsync(both.Id)).Client!.RedirectUris);
        settings = settings with { Registration = null };
        Assert.Null((await FindAsync(both.Id)).Client);
    }

    [Fact]
    public async Task IdsThatCannotBeRegistered_CostNoReadOfTheStore()
    {
        settings = settings with { Registration = new ClientRegistrationSettings() };
        foreach (var id in new[] { "", "client-", "client-short", new string('x', 100_000), "client-" + new string('\n', 22), "ftp://x" })
            Assert.Null((await FindAsync(id)).Client);
        Assert.Equal(0, store.Reads);
    }

    [Fact]
    public async Task StoreThatFails_IsAFault_AndNoException()
    {
        settings = settings with { Registration = new ClientRegistrationSettings() };
        var row = await AddAsync("http://127.0.0.1/cb");
        store.Fault = new StoreException("disk");
        var lookup = await FindAsync(row.Id);
        Assert.Null(lookup.Client);
        Assert.True(lookup.IsTemporary);
        Assert.DoesNotContain("disk", lookup.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DocumentThatCannotBeFetched_IsATemporaryFault_AndOneThatIsGoneIsNone()
    {
        web.Serve(Url, new ClientDocumentAnswer(503, default));
        Assert.True((await FindAsync(Url)).IsTemporary);
        time.Advance(ClientDocuments.FailureLife);
        web.Serve(Url, new ClientDocumentAnswer(404, default));
        Assert.False((await FindAsync(Url)).IsTemporary);
        Assert.False((await FindAsync("nobody")).IsTemporary);

        // Strangers use up the fetches of new addresses.
        var rest = ClientDocuments.MostNewPerMinute;
        for (var number = 0; number < rest; number++) await FindAsync($"https://app.example/{number}");
        web.ServeGood(Url + ".json");
        var busy = await FindAsync(Url + ".json");
        Assert.Equal(("document-busy", true), (busy.Cause, busy.IsTemporary));
    }

    [Fact]
    public async Task DamagedRow_IsNoClient()
    {
        settings = settings with { Registration = new ClientRegistrationSettings() };
        var row = await AddAsync("http://127.0.0.1/cb");
        foreach (var metadata in new[] { "{}", "[]", "{\"client_name\":7}", "\0\0", "{\"client_name\":\"x\",\"redirect_uris\":[\"data:x\"]}" })
        {
            await store.RemoveAsync(row.Id);
            await store.AddAsync(row with { Metadata = System.Text.Encoding.UTF8.GetBytes(metadata) }, 10, 10);
            Assert.Null((await FindAsync(row.Id)).Client);
        }
    }

    [Fact]
    public async Task Faults_HoldNoTextOfTheStranger()
    {
        settings = settings with { Registration = new ClientRegistrationSettings(), ClientDocumentHosts = ["app.example"] };
        string[] ids = ["MARKER", "https://MARKER", "https://marker.example/MARKER", "https://app.example/MARKER", "https://app.example/x?MARKER"];
        foreach (var id in ids)
            Assert.DoesNotContain("marker", (await FindAsync(id)).Fault, StringComparison.OrdinalIgnoreCase);
    }

    private async Task<ClientRow> AddAsync(params string[] uris)
    {
        var now = time.GetUtcNow();
        var row = new ClientRow(RegisteredClient.NewId(), RegisteredClient.Write("Name", [.. uris]), new byte[32], now,
            now + settings.Registration!.UnusedLife);
        Assert.True(await store.AddAsync(row, 100, 100));
        return row;
    }

    private ValueTask<ClientLookup> FindAsync(string id) => directory.FindAsync(id, Peer, CancellationToken.None);

    private static OAuthClientSettings Configured(string id) =>
        new() { Id = id, Name = "Configured", RedirectUris = ["https://app.example/cb"], PreApproved = true };
}
