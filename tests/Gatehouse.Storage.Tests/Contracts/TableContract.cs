using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>What every table promises: durability, expiry, its bound, cancellation, writers at once, its end.</summary>
internal static class TableContract
{
    public static IEnumerable<StoreCheck> ChecksOf(TableProbe table)
    {
        yield return Check("an awaited write is read, and survives reopening", IsDurableAsync);
        yield return Check("a row that is added again is one row", IsUniqueAsync);
        yield return Check("writers at once lose nothing", WritersAtOnceAsync);
        yield return Check("a full table refuses, and changes nothing", RefusesWhenFullAsync);
        yield return Check("a cancelled write is not done", WriteIsCancelledAsync);
        yield return Check("a cancelled read ends", ReadIsCancelledAsync);
        yield return Check("a text that would not come back the same is refused", RefusesTextsAsync);
        yield return Check("a closed store says so, and is closed again", SaysThatItIsClosedAsync);
        if (table.Life is null) yield break;
        yield return Check("a row whose time is over is not returned", ExpiresAsync);
        yield return Check("what is over makes room", (under, table, _) => ExpiredMakesRoomAsync(under, table));
        yield return Check("what is over is deleted", CleansUpAsync);

        StoreCheck Check(string promise, Func<StoreUnderTest, TableProbe, string, Task> run) =>
            new($"{table.Name}: {promise}", under => run(under, table, $"{table.Name}: {promise}"));
    }

    private static async Task IsDurableAsync(StoreUnderTest under, TableProbe table, string promise)
    {
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            await AddAsync(store, table, 3).ConfigureAwait(false);
            await ExpectAsync(under, store, table, 3, promise).ConfigureAwait(false);
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        await ExpectAsync(under, again, table, 3, promise + " (reopened)").ConfigureAwait(false);
    }

    private static async Task IsUniqueAsync(StoreUnderTest under, TableProbe table, string promise)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        for (var round = 0; round < 3; round++) await AddAsync(store, table, 2).ConfigureAwait(false);
        await ExpectAsync(under, store, table, 2, promise).ConfigureAwait(false);
    }

    private static async Task WritersAtOnceAsync(StoreUnderTest under, TableProbe table, string promise)
    {
        const int rows = 120;
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var number = writer; number < rows; number += 8) await table.AddAsync(store, number, CancellationToken.None).ConfigureAwait(false);
        }))).ConfigureAwait(false);
        await ExpectAsync(under, store, table, rows, promise).ConfigureAwait(false);
    }

    private static async Task RefusesWhenFullAsync(StoreUnderTest under, TableProbe table, string promise)
    {
        await using var store = await under.OpenAsync(4, 4).ConfigureAwait(false);
        await AddAsync(store, table, 4).ConfigureAwait(false);
        await Expect.FaultAsync<StoreException>(() => table.AddAsync(store, 4, CancellationToken.None), promise).ConfigureAwait(false);
        await table.AddAsync(store, 3, CancellationToken.None).ConfigureAwait(false); // what is there needs no place
        await ExpectAsync(under, store, table, 4, promise).ConfigureAwait(false);
    }

    private static async Task WriteIsCancelledAsync(StoreUnderTest under, TableProbe table, string promise)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await AddAsync(store, table, 1).ConfigureAwait(false);
        await Expect.FaultAsync<OperationCanceledException>(() => table.AddAsync(store, 1, new CancellationToken(true)),
            promise).ConfigureAwait(false);
        await AddAsync(store, table, 1).ConfigureAwait(false); // the queue, if there is one, has come past it
        await ExpectAsync(under, store, table, 1, promise).ConfigureAwait(false);
    }

    private static async Task ReadIsCancelledAsync(StoreUnderTest under, TableProbe table, string promise)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await Expect.FaultAsync<OperationCanceledException>(
            () => table.ListAsync(store, under.Time.GetUtcNow(), 1, new CancellationToken(true)), promise).ConfigureAwait(false);
    }

    private static async Task RefusesTextsAsync(StoreUnderTest under, TableProbe table, string promise)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        foreach (var text in new[]
            { "a\0b", "lone \ud800 surrogate", new string('x', StoredText.MostBytes + 1), new string('ü', (StoredText.MostBytes / 2) + 1) })
            await Expect.FaultAsync<ArgumentException>(() => table.AddTextAsync(store, text), promise).ConfigureAwait(false);
        await table.AddTextAsync(store, new string('ü', StoredText.MostBytes / 2)).ConfigureAwait(false);
    }

    private static async Task SaysThatItIsClosedAsync(StoreUnderTest under, TableProbe table, string promise)
    {
        var store = await under.OpenAsync().ConfigureAwait(false);
        await AddAsync(store, table, 1).ConfigureAwait(false);
        await store.DisposeAsync().ConfigureAwait(false);
        await Expect.FaultAsync<ObjectDisposedException>(() => table.AddAsync(store, 2, CancellationToken.None), promise).ConfigureAwait(false);
        await Expect.FaultAsync<ObjectDisposedException>(() => table.ListAsync(store, under.Time.GetUtcNow(), 1, CancellationToken.None),
            promise).ConfigureAwait(false);
        await store.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task ExpiresAsync(StoreUnderTest under, TableProbe table, string promise)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await AddAsync(store, table, 2).ConfigureAwait(false);
        under.Time.SetUtcNow(Samples.Start + table.Life!.Value - TimeSpan.FromTicks(1));
        await ExpectAsync(under, store, table, 2, promise).ConfigureAwait(false);
        under.Time.SetUtcNow(Samples.Start + table.Life.Value);
        await ExpectAsync(under, store, table, 0, promise).ConfigureAwait(false);
    }

    private static async Task ExpiredMakesRoomAsync(StoreUnderTest under, TableProbe table)
    {
        await using var store = await under.OpenAsync(2, 2).ConfigureAwait(false);
        await AddAsync(store, table, 2).ConfigureAwait(false);
        under.Time.SetUtcNow(Samples.Start + table.Life!.Value);
        await table.AddAsync(store, 2, CancellationToken.None).ConfigureAwait(false);
    }

    private static async Task CleansUpAsync(StoreUnderTest under, TableProbe table, string promise)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await AddAsync(store, table, 3).ConfigureAwait(false);
        Expect.True(await store.CleanUpAsync().ConfigureAwait(false) == 0, promise + ": a row that counts was deleted");
        under.Time.SetUtcNow(Samples.Start + table.Life!.Value);
        await store.CleanUpAsync().ConfigureAwait(false); // a store may have done it by itself
        under.Time.SetUtcNow(Samples.Start);
        await ExpectAsync(under, store, table, 0, promise).ConfigureAwait(false);
    }

    private static async Task AddAsync(IStore store, TableProbe table, int count)
    {
        for (var number = 0; number < count; number++) await table.AddAsync(store, number, CancellationToken.None).ConfigureAwait(false);
    }

    private static async Task ExpectAsync(StoreUnderTest under, IStore store, TableProbe table, int count, string promise) => Expect.Same(
        Enumerable.Range(0, count).Select(Samples.Number),
        await table.ListAsync(store, under.Time.GetUtcNow(), count + 4, CancellationToken.None).ConfigureAwait(false),
        promise);
}
