using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>What registered clients promise beside what every table does.</summary>
internal static class ClientContract
{
    public static IEnumerable<StoreCheck> Checks =>
    [
        new("clients: without room none is registered, and none that was kept is dropped", NoRoomAsync),
        new("clients: without room the oldest that was never kept gives way, of the same block first", GiveWayAsync),
        new("clients: of many who register at once no more are kept than the most", AtOnceAsync),
        new("clients: a client that is used is kept longer", KeptAsync),
        new("clients: an id is new", NewIdAsync),
        new("clients: what was removed is gone for good", RemovedAsync),
        new("clients: parts out of their range are refused", RangesAsync),
    ];

    private static async Task NoRoomAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        for (var number = 0; number < 2; number++)
            Expect.True(await AddKeptAsync(store, number, "eve").ConfigureAwait(false), "there is room");
        Expect.True(!await AddAsync(store, 2, "eve").ConfigureAwait(false), "one address block has its most");
        Expect.True(await AddKeptAsync(store, 3, "ada").ConfigureAwait(false), "another one has room");
        Expect.True(await AddKeptAsync(store, 4, "bob").ConfigureAwait(false), "there is room");
        Expect.True(!await AddAsync(store, 5, "carol").ConfigureAwait(false), "four are the most");
        await ExpectAsync(store, [0, 1, 3, 4], [2, 5], Samples.Start).ConfigureAwait(false);
        await store.Clients.RemoveAsync(Samples.Number(1)).ConfigureAwait(false);
        Expect.True(await AddKeptAsync(store, 5, "eve").ConfigureAwait(false), "one that was removed makes room");

        under.Time.SetUtcNow(Samples.Client(9).Until.AddDays(1));
        Expect.True(await AddAsync(store, 6, "eve", TimeSpan.FromDays(2)).ConfigureAwait(false), "those whose time is over take no place");
        await ExpectAsync(store, [6], [0, 3, 4, 5], under.Time.GetUtcNow()).ConfigureAwait(false);
    }

    private static async Task GiveWayAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await AddKeptAsync(store, 0, "eve").ConfigureAwait(false);
        await AddAsync(store, 1, "eve").ConfigureAwait(false);
        Expect.True(await AddAsync(store, 2, "eve").ConfigureAwait(false), "the block's own oldest gives way");
        await ExpectAsync(store, [0, 2], [1], Samples.Start).ConfigureAwait(false);
        await AddAsync(store, 3, "ada").ConfigureAwait(false);
        await AddAsync(store, 4, "bob").ConfigureAwait(false);
        Expect.True(await AddAsync(store, 5, "carol").ConfigureAwait(false), "the oldest of all gives way");
        await ExpectAsync(store, [0, 3, 4, 5], [2], Samples.Start).ConfigureAwait(false);
        Expect.True(!await AddAsync(store, 5, "dora").ConfigureAwait(false), "the id is there");
        await ExpectAsync(store, [0, 3, 4, 5], [], Samples.Start).ConfigureAwait(false);
    }

    private static async Task AtOnceAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var added = await Task.WhenAll(Enumerable.Range(0, 40).Select(number =>
            Task.Run(() => store.Clients.AddAsync(Samples.Client(number), 7, 2).AsTask()))).ConfigureAwait(false);
        Expect.True(added.All(static one => one), "each takes the place of an older one");
        var there = 0;
        for (var number = 0; number < 40; number++)
            if (await store.Clients.FindAsync(Samples.Number(number), Samples.Start).ConfigureAwait(false) is not null) there++;
        Expect.True(there == 7, $"seven are kept, not {there}");
    }

    private static async Task KeptAsync(StoreUnderTest under)
    {
        var until = Samples.Client(1).Until;
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            await AddAsync(store, 1, "ada").ConfigureAwait(false);
            Expect.True(await store.Clients.KeepAsync(Samples.Number(1), until.AddDays(1)).ConfigureAwait(false), "it is there");
            Expect.True(await store.Clients.KeepAsync(Samples.Number(1), until.AddDays(-1)).ConfigureAwait(false), "it is there");
            Expect.True(!await store.Clients.KeepAsync(Samples.Number(2), until).ConfigureAwait(false), "there is no such client");
            await ExpectAsync(store, [1], [2], until).ConfigureAwait(false);
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        Same(await again.Clients.FindAsync(Samples.Number(1), until).ConfigureAwait(false),
            Samples.Client(1, party: "ada") with { Until = until.AddDays(1) });
        under.Time.SetUtcNow(until.AddDays(1));
        Expect.True(!await again.Clients.KeepAsync(Samples.Number(1), until.AddDays(9)).ConfigureAwait(false), "its time is over");
        await ExpectAsync(again, [], [1], until.AddDays(1)).ConfigureAwait(false);
    }

    private static async Task NewIdAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var first = Samples.Client(1);
        await store.Clients.AddAsync(first, 10, 10).ConfigureAwait(false);
        Expect.True(!await store.Clients.AddAsync(first with { Metadata = "{}"u8.ToArray() }, 10, 10).ConfigureAwait(false), "the id is there");
        Same(await store.Clients.FindAsync(first.Id, Samples.Start).ConfigureAwait(false), first);
        under.Time.SetUtcNow(first.Until);
        var next = first with { Metadata = "{}"u8.ToArray(), At = first.Until, Until = first.Until.AddDays(1) };
        Expect.True(await store.Clients.AddAsync(next, 10, 10).ConfigureAwait(false), "its time is over");
        Same(await store.Clients.FindAsync(first.Id, first.Until).ConfigureAwait(false), next);
    }

    private static async Task RemovedAsync(StoreUnderTest under)
    {
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            await AddAsync(store, 1, "ada").ConfigureAwait(false);
            await AddAsync(store, 2, "ada").ConfigureAwait(false);
            Expect.True(await store.Clients.RemoveAsync(Samples.Number(1)).ConfigureAwait(false), "it was there");
            Expect.True(!await store.Clients.RemoveAsync(Samples.Number(1)).ConfigureAwait(false), "it was there no more");
            Expect.True(!await store.Clients.KeepAsync(Samples.Number(1), Samples.Start.AddYears(1)).ConfigureAwait(false), "it does not come back");
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        await ExpectAsync(again, [2], [1], Samples.Start).ConfigureAwait(false);
    }

    private static async Task RangesAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var good = Samples.Client(1);
        ClientRow[] faulty =
        [
            good with { Id = "a\0b" }, good with { Party = new byte[15] }, good with { Metadata = new byte[1] },
            good with { Metadata = new byte[ClientRow.MostMetadataBytes + 1] },
        ];
        foreach (var row in faulty)
            await Expect.FaultAsync<ArgumentException>(() => store.Clients.AddAsync(row, 10, 10).AsTask(), "out of range").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(() => store.Clients.AddAsync(good, 0, 10).AsTask(), "one or more").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(() => store.Clients.AddAsync(good, 10, 0).AsTask(), "one or more").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(() => store.Clients.FindAsync("a\0b", Samples.Start).AsTask(), "a text").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(() => store.Clients.KeepAsync("\ud800", Samples.Start).AsTask(), "a text").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(() => store.Clients.RemoveAsync("a\0b").AsTask(), "a text").ConfigureAwait(false);
        var largest = good with { Metadata = new byte[ClientRow.MostMetadataBytes] };
        await store.Clients.AddAsync(largest, 10, 10).ConfigureAwait(false);
        Same(await store.Clients.FindAsync(good.Id, Samples.Start).ConfigureAwait(false), largest);
    }

    private static async Task<bool> AddKeptAsync(IStore store, int number, string party)
    {
        var isAdded = await AddAsync(store, number, party).ConfigureAwait(false);
        await store.Clients.KeepAsync(Samples.Number(number), Samples.Client(number).Until.AddDays(1)).ConfigureAwait(false);
        return isAdded;
    }

    private static ValueTask<bool> AddAsync(IStore store, int number, string party, TimeSpan longer = default) =>
        store.Clients.AddAsync(Samples.Client(number, Samples.Client(number).Until + longer, party), 4, 2);

    private static async Task ExpectAsync(IStore store, int[] there, int[] gone, DateTimeOffset now)
    {
        foreach (var number in there.Concat(gone))
        {
            var found = await store.Clients.FindAsync(Samples.Number(number), now).ConfigureAwait(false);
            Expect.True(found is not null == there.Contains(number), $"client {number} is {(there.Contains(number) ? "there" : "not there")}");
        }
    }

    private static void Same(ClientRow? found, ClientRow row) => Expect.True(
        found is not null && found.Metadata.Span.SequenceEqual(row.Metadata.Span) && found.Party.Span.SequenceEqual(row.Party.Span)
            && found with { Metadata = default, Party = default } == row with { Metadata = default, Party = default },
        $"a client comes back as it went in: {found}");
}
