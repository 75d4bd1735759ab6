using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tests.Support;
using Gatehouse.Identity.Tokens;
using Gatehouse.Testing;

namespace Gatehouse.Identity.Tests.Issuers;

public sealed class JwksCacheTests
{
    private static readonly TestKey First = TestKey.Es256("k1");
    private static readonly TestKey Second = TestKey.Es256("k2");

    private readonly ManualTimeProvider clock = new();

    [Fact]
    public async Task FetchesNothingBeforeTheFirstLookupAndEachDocumentOnceAfterIt()
    {
        var fetcher = new FakeFetcher(First);
        using var cache = Cache(fetcher);
        Assert.Empty(fetcher.Requests);
        for (var round = 0; round < 100; round++)
            Assert.NotNull((await FindAsync(cache, "k1")).Key);
        Assert.Equal([FakeFetcher.MetadataUri, FakeFetcher.KeysUri], fetcher.Requests);
    }

    [Fact]
    public async Task RefreshesInTheBackgroundBeforeKeysGrowOld()
    {
        var fetcher = new FakeFetcher(First);
        using var cache = Cache(fetcher);
        await FindAsync(cache, "k1");
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(2, fetcher.KeyFetches);
        Assert.Equal(clock.GetUtcNow(), cache.FetchedAt);
    }

    [Fact]
    public async Task SpreadsBackgroundRefreshesByChance()
    {
        var fetcher = new FakeFetcher(First);
        using var cache = new JwksCache(FakeFetcher.Issuer, fetcher, clock, chance: () => 0.999);
        await FindAsync(cache, "k1");
        clock.Advance(TimeSpan.FromMinutes(8.01));
        Assert.Equal(2, fetcher.KeyFetches);
    }

    [Fact]
    public async Task ForgetsAKeyThatTheIssuerRemovedAndChangesTheGeneration()
    {
        var fetcher = new FakeFetcher(First, Second);
        using var cache = Cache(fetcher);
        await FindAsync(cache, "k1");
        var generation = cache.Generation;
        fetcher.Publish(Second);
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.NotEqual(generation, cache.Generation);
        Assert.Equal(TokenRefusal.UnknownKey, (await FindAsync(cache, "k1")).Refusal);
        Assert.NotNull((await FindAsync(cache, "k2")).Key);
    }

    [Fact]
    public async Task KeepsTheGenerationWhileTheKeysStayTheSame()
    {
        var fetcher = new FakeFetcher(First, Second);
        using var cache = Cache(fetcher);
        await FindAsync(cache, "k1");
        var generation = cache.Generation;
        fetcher.Publish(Second, First);
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(2, fetcher.KeyFetches);
        Assert.Equal(generation, cache.Generation);
    }

    // An operator learns of an outage while its keys still serve, learns when they no longer do, and learns of its end; and no more often.
    [Fact]
    public async Task ReportsAnOutageWhenItBeginsWhenNoKeyServesAndWhenItEnds()
    {
        var fetcher = new FakeFetcher(First);
        var reports = new List<KeyOutage?>();
        using var cache = Cache(fetcher, new JwksCacheOptions { StaleLimit = TimeSpan.FromHours(1), ReportOutage = reports.Add });
        await FindAsync(cache, "k1");
        var good = clock.GetUtcNow();
        fetcher.Failure = new HttpRequestException("refused");
        for (var minute = 0; minute < 30; minute++) clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(good + TimeSpan.FromHours(1), Assert.Single(reports)!.UsableUntil);
        for (var minute = 0; minute < 60; minute++) clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, reports.Count);
        Assert.Null(reports[1]!.UsableUntil);
        fetcher.Failure = null;
        for (var minute = 0; minute < 30; minute++) clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(3, reports.Count);
        Assert.Null(reports[2]);
    }

    [Fact]
    public async Task ReportsOnceThatTheFirstFetchFails()
    {
        var reports = new List<KeyOutage?>();
        var fetcher = new FakeFetcher(First) { Failure = new HttpRequestException("refused") };
        using var cache = Cache(fetcher, new JwksCacheOptions { ReportOutage = reports.Add });
        await FindAsync(cache, "k1");
        for (var minute = 0; minute < 10; minute++) clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(Assert.Single(reports)!.UsableUntil);
    }

    [Fact]
    public async Task FetchesAhead_SoThatTheFirstLookupHasTheKeys()
    {
        var fetcher = new FakeFetcher(First);
        using var cache = Cache(fetcher);
        cache.FetchAhead();
        cache.FetchAhead();
        Assert.NotNull((await FindAsync(cache, "k1")).Key);
        cache.FetchAhead();
        Assert.Equal(1, fetcher.KeyFetches);
    }

    // A gateway often starts before its provider. The first token must not wait for the pause after failures that no caller saw.
    [Fact]
    public async Task FirstLookupAfterFailuresAhead_FetchesAgain_AndFurtherOnesWaitForThePause()
    {
        var reports = new List<KeyOutage?>();
        var fetcher = new FakeFetcher(First) { Failure = new HttpRequestException("refused") };
        using var cache = Cache(fetcher, new JwksCacheOptions { ReportOutage = reports.Add });
        cache.FetchAhead();
        for (var minute = 0; minute < 10; minute++) clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(Assert.Single(reports)!.UsableUntil);
        var tried = fetcher.Requests.Count;
        Assert.Equal(TokenRefusal.KeysUnavailable, (await FindAsync(cache, "k1")).Refusal);
        Assert.True(fetcher.Requests.Count > tried);
        tried = fetcher.Requests.Count;
        fetcher.Failure = null;
        Assert.Equal(TokenRefusal.KeysUnavailable, (await FindAsync(cache, "k1")).Refusal);
        Assert.Equal(tried, fetcher.Requests.Count);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull((await FindAsync(cache, "k1")).Key);
        Assert.Null(reports[^1]);
    }

    // Threat: the timer of the next fetch fires before the wall clock shows its moment, and no other fetch is ever planned: an outage does not end,
    // and keys that the provider withdrew are used until they are stale.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TimerThatFiresBeforeTheClockShowsItsMoment_FetchesNevertheless(bool isDown)
    {
        var fetcher = new FakeFetcher(First) { Failure = isDown ? new HttpRequestException("refused") : null };
        using var cache = Cache(fetcher);
        await FindAsync(cache, "k1");
        fetcher.Failure = null;
        fetcher.Publish(Second);
        clock.SetUtcNow(clock.GetUtcNow() - TimeSpan.FromHours(1));
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.NotNull((await FindAsync(cache, "k2")).Key);
        Assert.Equal(TokenRefusal.UnknownKey, (await FindAsync(cache, "k1")).Refusal);
    }

    [Fact]
    public async Task TakesTheKeysOfAnEarlierCacheWithTheirAge_AndFetchesOnlyWhenTheyAreDue()
    {
        var fetcher = new FakeFetcher(First);
        using var earlier = Cache(fetcher);
        await FindAsync(earlier, "k1");
        fetcher.Failure = new HttpRequestException("refused");
        using var next = Cache(fetcher, new JwksCacheOptions { StaleLimit = TimeSpan.FromHours(1) });
        next.TakeKeys(earlier);
        var fetched = fetcher.Requests.Count;
        next.KeepFresh();
        Assert.NotNull((await FindAsync(next, "k1")).Key);
        Assert.Equal(fetched, fetcher.Requests.Count);
        earlier.Dispose();
        clock.Advance(TimeSpan.FromMinutes(11));
        Assert.True(fetcher.Requests.Count > fetched);
        clock.Advance(TimeSpan.FromMinutes(50));
        Assert.Equal(TokenRefusal.KeysUnavailable, (await FindAsync(next, "k1")).Refusal);
    }

    // A reload disposes a cache whose fetch is under way. That fetch reports nothing, so the end of the outage is left to the next cache.
    [Fact]
    public async Task FetchThatEndsAfterItsCache_LeavesTheEndOfTheOutageToTheNext()
    {
        var reports = new List<KeyOutage?>();
        var fetcher = new FakeFetcher(First) { Failure = new HttpRequestException("refused") };
        using var earlier = Cache(fetcher, new JwksCacheOptions { ReportOutage = reports.Add });
        await FindAsync(earlier, "k1");
        Assert.Single(reports);
        (fetcher.Failure, fetcher.Gate) = (null, new TaskCompletionSource());
        for (var asked = fetcher.Requests.Count; fetcher.Requests.Count == asked;) clock.Advance(TimeSpan.FromSeconds(1));
        earlier.Dispose();
        fetcher.Gate.SetResult();
        await Eventually.TrueAsync(() => earlier.FetchedAt is not null, "the fetch ends");
        using var next = Cache(fetcher, new JwksCacheOptions { ReportOutage = reports.Add });
        next.TakeOutage(earlier);
        Assert.NotNull((await FindAsync(next, "k1")).Key);
        Assert.Null(Assert.Single(reports[1..]));
    }

    [Fact]
    public async Task FindsAKeyThatWasPublishedAfterTheLastFetch()
    {
        var fetcher = new FakeFetcher(First);
        using var cache = Cache(fetcher);
        await FindAsync(cache, "k1");
        fetcher.Publish(First, Second);
        Assert.NotNull((await FindAsync(cache, "k2")).Key);
        Assert.Equal(2, fetcher.KeyFetches);
    }

    [Fact]
    public async Task FindsANewKeyUnderAnOldKidAfterABadSignature()
    {
        var fetcher = new FakeFetcher(First);
        using var cache = Cache(fetcher);
        await FindAsync(cache, "k1");
        Assert.False(await cache.RefreshAfterBadSignatureAsync(default, TestContext.Current.CancellationToken));
        fetcher.Publish(TestKey.Es256("k1"));
        Assert.True(await cache.RefreshAfterBadSignatureAsync(default, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(60)]
    public async Task FetchesAtMostTheGivenNumberInAnyMinuteUnderAFloodOfUnknownKids(int mostPerMinute)
    {
        var fetcher = new FakeFetcher(First);
        using var cache = Cache(fetcher, new JwksCacheOptions { ProvokedFetchesPerMinute = mostPerMinute, RefreshInterval = TimeSpan.FromHours(24) });
        await FindAsync(cache, "k1");
        var fetchedAt = new List<DateTimeOffset>();
        for (var step = 0; step < 2000; step++)
        {
            var before = fetcher.KeyFetches;
            Assert.Equal(TokenRefusal.UnknownKey, (await FindAsync(cache, $"made-up-{step}")).Refusal);
            if (fetcher.KeyFetches > before)
                fetchedAt.Add(clock.GetUtcNow());
            clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.All(fetchedAt, start => Assert.InRange(fetchedAt.Count(at => at >= start && at < start.AddMinutes(1)), 1, mostPerMinute));
        Assert.True(fetchedAt.Count > 1, "a flood must not stop rotations from being noticed for good");
        Assert.NotNull((await FindAsync(cache, "k1")).Key);
    }

    // Threat: one stranger spends the fetches of a minute, and a real rotation goes unnoticed for everybody.
    [Fact]
    public async Task LeavesOtherAddressBlocksTheirPartOfTheFetchesThatStrangersProvoke()
    {
        var fetcher = new FakeFetcher(First);
        using var cache = Cache(fetcher, new JwksCacheOptions { RefreshInterval = TimeSpan.FromHours(24) });
        await FindAsync(cache, "k1");
        for (var number = 0; number < 100; number++)
            // one block, many addresses
            Assert.Equal(TokenRefusal.UnknownKey, (await FindAsync(cache, $"made-up-{number}", Block($"2001:db8::{number:x}"))).Refusal);
        Assert.Equal(1 + 2, fetcher.KeyFetches); // 12 percent of 12, rounded up
        fetcher.Publish(First, Second);
        Assert.NotNull((await FindAsync(cache, "k2", Block("192.0.2.7"))).Key);
        Assert.Equal(1 + 3, fetcher.KeyFetches);
    }

    private static CallerPartition Block(string address) => CallerPartition.Of(System.Net.IPAddress.Parse(address));

    [Fact]
    public async Task SharesOneFetchAmongConcurrentMisses()
    {
        var fetcher = new FakeFetcher(First) { Gate = new TaskCompletionSource() };
        using var cache = Cache(fetcher);
        var waiting = Enumerable.Range(0, 50).Select(_ => Task.Run(() => FindAsync(cache, "k1"))).ToArray();
        while (fetcher.Requests.Count == 0)
            await Task.Yield();
        fetcher.Gate.SetResult();
        Assert.All(await Task.WhenAll(waiting), lookup => Assert.NotNull(lookup.Key));
        Assert.Equal(1, fetcher.KeyFetches);
    }

    [Fact]
    public async Task GoesOnFetchingForOthersWhenOneCallerGivesUp()
    {
        var fetcher = new FakeFetcher(First) { Gate = new TaskCompletionSource() };
        using var cache = Cache(fetcher);
        using var impatient = new CancellationTokenSource();
        var first = cache.FindAsync("k1", "ES256", default, impatient.Token).AsTask();
        var second = FindAsync(cache, "k1");
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        fetcher.Gate.SetResult();
        Assert.NotNull((await second).Key);
    }

    [Fact]
    public async Task UsesTheLastGoodKeysThroughAnOutageUpToTheStaleLimitAndRecovers()
    {
        var fetcher = new FakeFetcher(First);
        using var cache = Cache(fetcher);
        await FindAsync(cache, "k1");
        var generation = cache.Generation;
        fetcher.Failure = new HttpRequestException("no route");
        clock.Advance(TimeSpan.FromHours(24));
        Assert.NotNull((await FindAsync(cache, "k1")).Key);
        Assert.Equal("no usable answer", cache.LastFault);
        Assert.Equal(TokenRefusal.UnknownKey, (await FindAsync(cache, "made-during-the-outage")).Refusal);

        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(TokenRefusal.KeysUnavailable, (await FindAsync(cache, "k1")).Refusal);
        Assert.Equal(0, cache.Generation);

        fetcher.Failure = null;
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull((await FindAsync(cache, "k1")).Key);
        Assert.Equal(generation, cache.Generation);
        Assert.Null(cache.LastFault);
    }

    [Fact]
    public async Task BacksOffAfterFailuresWhateverIsAskedOfIt()
    {
        var fetcher = new FakeFetcher(First) { Failure = new HttpRequestException("down") };
        using var cache = Cache(fetcher);
        var rounds = new List<int>();
        for (var second = 0; second < 240; second++)
        {
            var before = fetcher.Requests.Count;
            Assert.Equal(TokenRefusal.KeysUnavailable, (await FindAsync(cache, "k1")).Refusal);
            Assert.Equal(TokenRefusal.KeysUnavailable, (await FindAsync(cache, "k9")).Refusal);
            if (fetcher.Requests.Count > before)
                rounds.Add(second);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        // Tries at 0 s, then after 1, 2, 4, 8, 16, 32, 60, 60 s: three addresses a round, the timer's rounds included.
        Assert.InRange(fetcher.Requests.Count, 3 * 8, 3 * 11);
    }

    [Fact]
    public async Task EndsAFetchThatTakesTooLong()
    {
        var fetcher = new FakeFetcher(First) { Gate = new TaskCompletionSource() };
        using var cache = Cache(fetcher);
        var waiting = FindAsync(cache, "k1");
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(TokenRefusal.KeysUnavailable, (await waiting).Refusal);
    }

    public static TheoryData<string, string> BadDocuments => new()
    {
        { "not JSON", "{" },
        { "no keys", "{}" },
        { "empty", """{"keys":[]}""" },
        { "no key that verifies", """{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AA","kid":"k1"}]}""" },
        { "a symmetric key", """{"keys":[{"kty":"oct","k":"AAAA","kid":"k1"}]}""" },
        { "keys twice", """{"keys":[],"keys":[]}""" },
    };

    [Theory]
    [MemberData(nameof(BadDocuments))]
    public async Task NeverReplacesGoodKeysByABadDocument(string what, string document)
    {
        Assert.NotEmpty(what);
        var fetcher = new FakeFetcher(First);
        using var cache = Cache(fetcher);
        await FindAsync(cache, "k1");
        var generation = cache.Generation;
        fetcher.Documents[FakeFetcher.KeysUri] = System.Text.Encoding.UTF8.GetBytes(document);
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.True(fetcher.KeyFetches > 1);
        Assert.NotNull(cache.LastFault);
        Assert.Equal(generation, cache.Generation);
        Assert.NotNull((await FindAsync(cache, "k1")).Key);
    }

    [Fact]
    public async Task NeverReplacesGoodKeysByAHugeDocument()
    {
        var fetcher = new FakeFetcher(First);
        using var cache = Cache(fetcher);
        await FindAsync(cache, "k1");
        fetcher.Documents[FakeFetcher.KeysUri] = [.. TestKeySet.Document(Second), .. Enumerable.Repeat((byte)' ', JsonWebKeySet.MaxDocumentBytes)];
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("too large", cache.LastFault);
        Assert.NotNull((await FindAsync(cache, "k1")).Key);
    }

    [Fact]
    public async Task FindsMetadataInsertedBeforeThePath()
    {
        var fetcher = new FakeFetcher(First);
        fetcher.Documents.Remove(FakeFetcher.MetadataUri);
        fetcher.Documents[new Uri("https://login.example/.well-known/oauth-authorization-server/tenant")] =
            FakeFetcher.Metadata(FakeFetcher.Issuer, FakeFetcher.KeysUri.AbsoluteUri);
        using var cache = Cache(fetcher);
        Assert.NotNull((await FindAsync(cache, "k1")).Key);
    }

    [Theory]
    [InlineData("https://login.example/tenant/", "https://login.example/keys")]
    [InlineData("https://login.example/other", "https://login.example/keys")]
    [InlineData("https://LOGIN.example/tenant", "https://login.example/keys")]
    [InlineData("https://login.example/tenant", "http://login.example/keys")]
    [InlineData("https://login.example/tenant", "http://127.0.0.1/keys")]
    [InlineData("https://login.example/tenant", "file:///etc/passwd")]
    [InlineData("https://login.example/tenant", "/keys")]
    [Trait("Requirement", "B05")]
    [Trait("Requirement", "B20")]
    [Trait("Requirement", "E01")]
    public async Task Refuses_MetadataOfAnotherIssuerOrWithAnAddressThatMayNotBeFetched(string issuer, string keysUri)
    {
        var fetcher = new FakeFetcher(First);
        fetcher.Documents[FakeFetcher.MetadataUri] = FakeFetcher.Metadata(issuer, keysUri);
        using var cache = Cache(fetcher);
        Assert.Equal(TokenRefusal.KeysUnavailable, (await FindAsync(cache, "k1")).Refusal);
        Assert.Equal(0, fetcher.KeyFetches);
        Assert.All(fetcher.Requests, uri => Assert.StartsWith("https://login.example/", uri.AbsoluteUri, StringComparison.Ordinal));
    }

    [Fact]
    public async Task FetchesAKeySetWithoutDiscoveryWhereItsAddressIsConfigured()
    {
        var fetcher = new FakeFetcher(First);
        using var cache = Cache(fetcher, new JwksCacheOptions { JwksUri = FakeFetcher.KeysUri });
        Assert.NotNull((await FindAsync(cache, "k1")).Key);
        Assert.Equal([FakeFetcher.KeysUri], fetcher.Requests);
    }

    [Fact]
    public async Task StopsFetchingOnceDisposed()
    {
        var fetcher = new FakeFetcher(First);
        var cache = Cache(fetcher);
        await FindAsync(cache, "k1");
        cache.Dispose();
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, fetcher.KeyFetches);
        Assert.NotNull((await FindAsync(cache, "k1")).Key);
    }

    [Fact]
    public void Refuses_OptionsOutOfRangeAllAtOnce()
    {
        var options = new JwksCacheOptions { RefreshInterval = TimeSpan.Zero, ProvokedFetchesPerMinute = 0, MaxDocumentBytes = int.MaxValue };
        var fault = Assert.Throws<ArgumentException>(() => Cache(new FakeFetcher(First), options));
        Assert.Contains(nameof(options.RefreshInterval), fault.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(options.ProvokedFetchesPerMinute), fault.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(options.MaxDocumentBytes), fault.Message, StringComparison.Ordinal);
    }

    private JwksCache Cache(FakeFetcher fetcher, JwksCacheOptions? options = null) =>
        new(FakeFetcher.Issuer, fetcher, clock, options, chance: () => 0);

    private static async Task<KeyLookup> FindAsync(JwksCache cache, string keyId, CallerPartition peer = default) =>
        await cache.FindAsync(keyId, "ES256", peer, TestContext.Current.CancellationToken);
}
