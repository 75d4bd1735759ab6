using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>What the use of quotas promises beside what every table does.</summary>
internal static class QuotaContract
{
    public static IEnumerable<StoreCheck> Checks =>
    [
        new("quotas: of two counts of one day the larger holds", LargerHoldsAsync),
        new("quotas: of many saves at once none gives anything back", NothingIsGivenBackAsync),
        new("quotas: of two days the later holds", LaterDayAsync),
        new("quotas: by digest", ByDigestAsync),
    ];

    private static async Task LargerHoldsAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await store.Quotas.SaveAsync(new QuotaDayRow("q", Samples.Today, 10, 5)).ConfigureAwait(false);
        await store.Quotas.SaveAsync(new QuotaDayRow("q", Samples.Today, 7, 6)).ConfigureAwait(false);
        Expect.Same(
            [new QuotaDayRow("q", Samples.Today, 10, 6)], await store.Quotas.ListAsync(Samples.Today).ConfigureAwait(false),
            "each count has its larger value");
    }

    private static async Task NothingIsGivenBackAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(number => Task.Run(() =>
            store.Quotas.SaveAsync(new QuotaDayRow("q", Samples.Today, 100 - number, number)).AsTask()))).ConfigureAwait(false);
        Expect.Same(
            [new QuotaDayRow("q", Samples.Today, 100, 39)], await store.Quotas.ListAsync(Samples.Today).ConfigureAwait(false),
            "a late write gives nothing back");
    }

    private static async Task LaterDayAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var tomorrow = new QuotaDayRow("q", Samples.Today + 1, 1, 1);
        await store.Quotas.SaveAsync(new QuotaDayRow("q", Samples.Today, 10, 5)).ConfigureAwait(false);
        await store.Quotas.SaveAsync(tomorrow).ConfigureAwait(false);
        await store.Quotas.SaveAsync(new QuotaDayRow("q", Samples.Today, 20, 20)).ConfigureAwait(false);
        Expect.Same([tomorrow], await store.Quotas.ListAsync(Samples.Today + 1).ConfigureAwait(false), "a new day begins at its own count");
        Expect.Same([], await store.Quotas.ListAsync(Samples.Today).ConfigureAwait(false), "the day before is over");
    }

    private static async Task ByDigestAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        foreach (var digest in new[] { "b", "c", "a" })
            await store.Quotas.SaveAsync(new QuotaDayRow(digest, Samples.Today, 1, 1)).ConfigureAwait(false);
        Expect.Same(["a", "b", "c"], (await store.Quotas.ListAsync(Samples.Today).ConfigureAwait(false)).Select(static row => row.Digest),
            "by digest");
    }
}
