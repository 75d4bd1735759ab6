using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>What revocations promise beside what every table does.</summary>
internal static class RevocationContract
{
    public static IEnumerable<StoreCheck> Checks =>
    [
        new("revocations: of two the later and longer counts", LaterAndLongerAsync),
        new("revocations: of many at once the longest counts", LongestOfManyAsync),
        new("revocations: every column comes back", ComeBackAsync),
        new("revocations: oldest first", OldestFirstAsync),
    ];

    private static async Task LaterAndLongerAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var first = Samples.Revocation(1, Samples.Start.AddHours(3)) with { At = Samples.Start.AddHours(2) };
        var second = first with { At = Samples.Start, Until = Samples.Start.AddHours(9), Reason = "again", By = "bob" };
        await store.Revocations.AddAsync(first).ConfigureAwait(false);
        await store.Revocations.AddAsync(second).ConfigureAwait(false);
        Expect.Same([second with { At = first.At }], await store.Revocations.ListAsync(Samples.Start).ConfigureAwait(false),
            "of two the later and longer counts");
    }

    private static async Task LongestOfManyAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await Task.WhenAll(Enumerable.Range(1, 40).Select(hours =>
            Task.Run(() => store.Revocations.AddAsync(Samples.Revocation(1, Samples.Start.AddHours(41 - hours))).AsTask()))).ConfigureAwait(false);
        var rows = await store.Revocations.ListAsync(Samples.Start).ConfigureAwait(false);
        Expect.Same([Samples.Start.AddHours(40)], rows.Select(static row => row.Until), "no write takes back what another one gave");
    }

    private static async Task ComeBackAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var row = new RevocationRow("k", "", "\u202e‘v’; --", Samples.Start.AddTicks(7), DateTimeOffset.MaxValue, "r\n", "");
        await store.Revocations.AddAsync(row).ConfigureAwait(false);
        Expect.Same([row], await store.Revocations.ListAsync(Samples.Start).ConfigureAwait(false), "every column comes back");
    }

    private static async Task OldestFirstAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var rows = new[] { ("b", "i", 1), ("a", "j", 1), ("a", "i", 1), ("c", "i", 0) }
            .Select(static key => Samples.Revocation(key.Item3, Samples.Start.AddHours(1)) with { Kind = key.Item1, Issuer = key.Item2 }).ToList();
        foreach (var row in rows) await store.Revocations.AddAsync(row).ConfigureAwait(false);
        Expect.Same(
            [rows[3], rows[2], rows[1], rows[0]], await store.Revocations.ListAsync(Samples.Start).ConfigureAwait(false),
            "by moment, kind, issuer, value");
    }
}
