using System.Net;
using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.Identity.Partitions;
using Gatehouse.Testing;

namespace Gatehouse.AuthorizationServer.Tests.Clients;

[Trait("NoRetry", "yes")]
public sealed class ClientDocumentsTests
{
    private const string Url = "https://app.example/client.json";

    private readonly ManualTimeProvider time = new();
    private readonly ScriptedDocuments web = new();
    private readonly ClientDocuments documents;

    public ClientDocumentsTests() => documents = new ClientDocuments(web, time, () => 10);

    [Theory]
    [InlineData(null, 600)]
    [InlineData("max-age=3600", 3600)]
    [InlineData("public, max-age=300", 300)]
    [InlineData("max-age=60, s-maxage=900", 900)]
    [InlineData("max-age=0", 60)]
    [InlineData("no-cache", 60)]
    [InlineData("no-store, max-age=3600", 60)]
    [InlineData("max-age=31536000", 86_400)]
    [InlineData("private", 600)]
    [Trait("Requirement", "C14")]
    public async Task Document_IsRememberedForAsLongAsItsHostSays_WithinBounds(string? cacheControl, int seconds)
    {
        web.ServeGood(Url, cacheControl);
        await FindGoodAsync(Url);
        time.Advance(TimeSpan.FromSeconds(seconds - 1));
        await FindGoodAsync(Url);
        Assert.Equal(1, web.FetchesOf(Url));
        time.Advance(TimeSpan.FromSeconds(1));
        await FindGoodAsync(Url);
        Assert.Equal(2, web.FetchesOf(Url));
    }

    [Fact]
    [Trait("Requirement", "C14")]
    public async Task TimeInOtherCaches_CountsForTheLife()
    {
        web.Serve(Url, ScriptedDocuments.Good(Url, "max-age=600") with { Age = TimeSpan.FromSeconds(400) });
        await FindGoodAsync(Url);
        time.Advance(TimeSpan.FromSeconds(201));
        await FindGoodAsync(Url);
        Assert.Equal(2, web.FetchesOf(Url));
    }

    [Fact]
    [Trait("Requirement", "C14")]
    public async Task ChangedDocument_IsSeenAfterItsLife()
    {
        web.ServeGood(Url, name: "Before");
        Assert.Equal("Before", (await FindGoodAsync(Url)).Name);
        web.ServeGood(Url, name: "After");
        Assert.Equal("Before", (await FindGoodAsync(Url)).Name);
        time.Advance(ClientDocumentLife.Usual);
        Assert.Equal("After", (await FindGoodAsync(Url)).Name);
    }

    [Fact]
    public async Task ConcurrentFetchesOfOneAddress_AreOneFetch_WhoeverLeaves()
    {
        var answer = new TaskCompletionSource<ClientDocumentAnswer?>();
        web.Serve(Url, _ => new ValueTask<ClientDocumentAnswer?>(answer.Task));
        using var leaving = new CancellationTokenSource();
        var first = FindAsync(Url, Peer(0), leaving.Token);
        var others = Enumerable.Range(1, 50).Select(n => FindAsync(Url, Peer(n))).ToList();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        answer.SetResult(ScriptedDocuments.Good(Url));
        Assert.All(await Task.WhenAll(others), result => Assert.NotNull(result.Client));
        Assert.Equal(1, web.FetchesOf(Url));
    }

    [Theory]
    [InlineData(301, nameof(ClientDocumentFault.Status))]
    [InlineData(302, nameof(ClientDocumentFault.Status))]
    [InlineData(204, nameof(ClientDocumentFault.Status))]
    [InlineData(404, nameof(ClientDocumentFault.Status))]
    [InlineData(429, nameof(ClientDocumentFault.Unavailable))]
    [InlineData(503, nameof(ClientDocumentFault.Unavailable))]
    [Trait("Requirement", "C13")]
    [Trait("Requirement", "C15")]
    public async Task AnswerThatIsNoSuccess_GivesNoClient(int status, string fault)
    {
        web.Serve(Url, ScriptedDocuments.Good(Url) with { Status = status });
        Assert.Equal(fault, (await FindAsync(Url, Peer(0))).Fault.ToString());
    }

    [Theory]
    [InlineData("application/json", true)]
    [InlineData("Application/JSON", true)]
    [InlineData("application/oauth-client+json", true)]
    [InlineData("text/html", false)]
    [InlineData("text/plain", false)]
    [InlineData("text/json", false)]
    [InlineData("application/jsonp", false)]
    [InlineData(null, false)]
    [Trait("Requirement", "C13")]
    public async Task ContentType_IsJson(string? mediaType, bool isAccepted)
    {
        web.Serve(Url, ScriptedDocuments.Good(Url) with { MediaType = mediaType });
        Assert.Equal(isAccepted ? ClientDocumentFault.None : ClientDocumentFault.ContentType, (await FindAsync(Url, Peer(0))).Fault);
    }

    [Fact]
    [Trait("Requirement", "C13")]
    public async Task DocumentThatIsTooLarge_GivesNoClient()
    {
        web.Serve(Url, (ClientDocumentAnswer?)null);
        Assert.Equal(ClientDocumentFault.Size, (await FindAsync(Url, Peer(0))).Fault);
    }

    [Fact]
    [Trait("Requirement", "C15")]
    public async Task HostThatDoesNotAnswer_IsGivenUpAfterItsTime()
    {
        web.Serve(Url, async cancellation =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return null;
        });
        var waiting = FindAsync(Url, Peer(0));
        await Eventually.TrueAsync(() => Task.FromResult(web.Fetches == 1), "the fetch begins");
        Assert.False(waiting.IsCompleted);
        time.Advance(ClientDocuments.FetchTimeout);
        Assert.Equal(ClientDocumentFault.Unreachable, (await waiting).Fault);
    }

    [Fact]
    public async Task Failure_IsRememberedBriefly()
    {
        Assert.Equal(ClientDocumentFault.Unreachable, (await FindAsync(Url, Peer(0))).Fault);
        web.ServeGood(Url);
        Assert.Equal(ClientDocumentFault.Unreachable, (await FindAsync(Url, Peer(0))).Fault);
        Assert.Equal(1, web.FetchesOf(Url));
        time.Advance(ClientDocuments.FailureLife);
        await FindGoodAsync(Url);
    }

    [Fact]
    public async Task FaultOfTheFetcherItself_LeavesNoFetchBehind()
    {
        web.Serve(Url, _ => throw new InvalidOperationException("a defect"));
        Assert.Equal(ClientDocumentFault.Unreachable, (await FindAsync(Url, Peer(0))).Fault);
        web.ServeGood(Url);
        await FindGoodAsync(Url);
    }

    [Fact]
    [Trait("Requirement", "C15")]
    public async Task FloodOfInventedAddresses_FromManyBlocks_NeitherEvictsNorBlocksKnownClients()
    {
        web.ServeGood(Url);
        await FindGoodAsync(Url);
        for (var minute = 0; minute < 60; minute++)
        {
            for (var n = 0; n < 500; n++)
                await FindAsync($"https://host{n}.example/{minute}", Peer(n));
            Assert.NotNull((await FindAsync(Url, Peer(minute))).Client);
            time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(6, web.FetchesOf(Url)); // each 10 minutes, in time, however spent the rate of strangers is
        Assert.InRange(web.Fetches, 1000, (60 * ClientDocuments.MostNewPerMinute) + 6);
        Assert.InRange(documents.FailureCount, 1, ClientDocuments.MostFailures);
    }

    [Fact]
    public async Task FloodOfRealDocuments_FromOneBlock_LeavesOtherBlocksTheirs()
    {
        web.ServeGood(Url, "max-age=86400");
        await FindGoodAsync(Url);
        for (var minute = 0; minute < 600; minute++)
        {
            for (var n = 0; n < 10; n++)
            {
                var invented = $"https://evil.example/{minute}/{n}";
                web.ServeGood(invented, "max-age=86400");
                await FindAsync(invented, Peer(1));
            }

            time.Advance(TimeSpan.FromMinutes(1));
        }

        await FindGoodAsync(Url);
        Assert.Equal(1, web.FetchesOf(Url));
        Assert.InRange(documents.Count, 100, (ClientDocuments.MostDocuments / 2) + 1);
    }

    [Fact]
    public async Task OneBlock_SpendsItsPartOfTheFetches_AndOthersKeepTheirs()
    {
        for (var n = 0; n < 200; n++)
            await FindAsync($"https://evil{n}.example/client", Peer(1));
        Assert.Equal(ClientDocuments.MostNewPerMinute / 10, web.Fetches);
        Assert.Equal(ClientDocumentFault.Busy, (await FindAsync("https://evil.example/another", Peer(1))).Fault);
        web.ServeGood(Url);
        await FindGoodAsync(Url);
    }

    [Fact]
    public async Task SlowHostsOfOneBlock_LeaveOthersPlaces()
    {
        for (var n = 0; n < 20; n++)
        {
            var slow = $"https://slow{n}.example/client";
            web.Serve(slow, _ => new ValueTask<ClientDocumentAnswer?>(new TaskCompletionSource<ClientDocumentAnswer?>().Task));
            _ = FindAsync(slow, Peer(1));
        }

        web.ServeGood(Url);
        await FindGoodAsync(Url);
    }

    [Fact]
    public async Task KnownClient_ServesOn_WhileItsHostIsOutOfReach_ForADayAtMost()
    {
        web.ServeGood(Url);
        await FindGoodAsync(Url);
        web.Remove(Url);
        time.Advance(TimeSpan.FromHours(23));
        await FindGoodAsync(Url);
        await FindGoodAsync(Url);
        Assert.Equal(2, web.FetchesOf(Url));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(ClientDocumentFault.Unreachable, (await FindAsync(Url, Peer(0))).Fault);
    }

    [Fact]
    [Trait("Requirement", "C14")]
    public async Task KnownClient_WhoseHostForbidsIt_DoesNotServeOn()
    {
        web.ServeGood(Url, "max-age=600, must-revalidate");
        await FindGoodAsync(Url);
        web.Remove(Url);
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(ClientDocumentFault.Unreachable, (await FindAsync(Url, Peer(0))).Fault);
    }

    [Fact]
    [Trait("Requirement", "C13")]
    public async Task KnownClient_WhoseDocumentIsTakenBack_IsRefusedAfterItsLife()
    {
        web.ServeGood(Url);
        await FindGoodAsync(Url);
        web.Serve(Url, ScriptedDocuments.Good(Url) with { Status = 404 });
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(ClientDocumentFault.Status, (await FindAsync(Url, Peer(0))).Fault);
        Assert.Equal(0, documents.Count);
    }

    [Fact]
    public async Task StrangerWhoAsksForAClientAgain_DoesNotBecomeItsOwner()
    {
        web.ServeGood(Url);
        await FindGoodAsync(Url);
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.NotNull((await FindAsync(Url, Peer(1))).Client);
        for (var minute = 0; minute < 600; minute++)
        {
            for (var n = 0; n < 6; n++)
            {
                var own = $"https://evil.example/{minute}/{n}";
                web.ServeGood(own, "max-age=86400");
                await FindAsync(own, Peer(1));
            }

            time.Advance(TimeSpan.FromMinutes(1));
        }

        web.Remove(Url);
        await FindGoodAsync(Url);
    }

    private async Task<OAuthClient> FindGoodAsync(string url)
    {
        var result = await FindAsync(url, Peer(0));
        Assert.Equal(ClientDocumentFault.None, result.Fault);
        return result.Client!;
    }

    private Task<ClientDocumentResult> FindAsync(string url, CallerPartition peer, CancellationToken cancellation = default)
    {
        Assert.True(ClientDocumentUrl.TryParse(url, out var parsed));
        return documents.FindAsync(parsed, peer, hasGrant: false, cancellation).AsTask();
    }

    private static CallerPartition Peer(int n) => CallerPartition.Of(new IPAddress([203, 0, (byte)(n >> 8), (byte)n]));
}
