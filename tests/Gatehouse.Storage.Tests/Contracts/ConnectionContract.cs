using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>What connections promise beside what every table does.</summary>
internal static class ConnectionContract
{
    public static IEnumerable<StoreCheck> Checks =>
    [
        new("connections: a connection comes back as it went in, and another takes its place", ComesBackAsync),
        new("connections: issuer, subject and server distinguish", PlacesAsync),
        new("connections: a person has a bound, and another person has an own one", BoundAsync),
        new("connections: of two changes of one revision one is made", OnceAsync),
        new("connections: what was changed is not removed by its old revision", RemovedAsync),
        new("connections: parts out of their range are refused", RangesAsync),
    ];

    private static async Task ComesBackAsync(StoreUnderTest under)
    {
        var row = Samples.Connection(1) with { Sealed = new byte[ConnectionRow.MostSealedBytes] };
        var second = row with { Provider = "other", Revision = "r2", Sealed = new byte[] { 1, 0, 255 }, At = Samples.Start.AddHours(1) };
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            await PutAsync(store, row).ConfigureAwait(false);
            Same(await FindAsync(store, row).ConfigureAwait(false), row);
            await PutAsync(store, second).ConfigureAwait(false);
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        Same(Expect.One(await again.Connections.ListAsync(null, 10, Samples.Start).ConfigureAwait(false), "one row"), second);
        Expect.True(
            await again.Connections.FindAsync(row.Issuer, row.Subject, row.Server, row.Until).ConfigureAwait(false) is null, "until it is over");
    }

    private static async Task PlacesAsync(StoreUnderTest under)
    {
        var row = Samples.Connection(1);
        ConnectionRow[] rows = [row with { Issuer = "https://a" }, row with { Subject = "ada" }, row, row with { Server = "z" }];
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        foreach (var one in rows.Reverse()) await PutAsync(store, one).ConfigureAwait(false);
        var all = await store.Connections.ListAsync(null, 10, Samples.Start).ConfigureAwait(false);
        Expect.Same(rows.Select(PlaceOf), all.Select(PlaceOf), "by issuer, subject and server");
        var own = await store.Connections.ListAsync((row.Issuer, row.Subject), 10, Samples.Start).ConfigureAwait(false);
        Expect.Same(rows[2..].Select(PlaceOf), own.Select(PlaceOf), "those of a person");
        Expect.True((await store.Connections.ListAsync(null, 2, Samples.Start).ConfigureAwait(false)).Count == 2, "at most so many");
    }

    private static async Task BoundAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        foreach (var number in new[] { 1, 2 }) await PutAsync(store, Samples.Connection(number)).ConfigureAwait(false);
        Expect.True(!await store.Connections.PutAsync(Samples.Connection(3), 2).ConfigureAwait(false), "a third of a person with two");
        Expect.True(await store.Connections.PutAsync(Samples.Connection(2), 2).ConfigureAwait(false), "one that is there needs no place");
        Expect.True(await store.Connections.PutAsync(Samples.Connection(3) with { Subject = "ada" }, 2).ConfigureAwait(false), "another person");
        Expect.True((await store.Connections.ListAsync(null, 10, Samples.Start).ConfigureAwait(false)).Count == 3, "three rows");
    }

    private static async Task OnceAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var row = Samples.Connection(1);
        await PutAsync(store, row).ConfigureAwait(false);
        var changed = await Samples.AtOnceAsync(
            8, number => store.Connections.ReplaceAsync(row with { Revision = "new " + Samples.Number(number) }, row.Revision)).ConfigureAwait(false);
        Expect.True(changed.Count(static one => one) == 1, "one of them");
        Expect.True(!await store.Connections.ReplaceAsync(Samples.Connection(2), row.Revision).ConfigureAwait(false), "nothing is added");
        Expect.One(await store.Connections.ListAsync(null, 10, Samples.Start).ConfigureAwait(false), "one row");
    }

    private static async Task RemovedAsync(StoreUnderTest under)
    {
        var row = Samples.Connection(1);
        var next = row with { Revision = "next" };
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            await PutAsync(store, row).ConfigureAwait(false);
            Expect.True(await store.Connections.ReplaceAsync(next, row.Revision).ConfigureAwait(false), "it is changed");
            Expect.True(!await store.Connections.RemoveAsync(row).ConfigureAwait(false), "the old revision");
            Expect.True(await store.Connections.RemoveAsync(next).ConfigureAwait(false), "the new one");
            Expect.True(!await store.Connections.RemoveAsync(next).ConfigureAwait(false), "once");
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        Expect.True(await FindAsync(again, row).ConfigureAwait(false) is null, "over a restart");
    }

    private static async Task RangesAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var good = Samples.Connection(1);
        ConnectionRow[] faulty =
        [
            good with { Issuer = "a\0b" }, good with { Subject = "\ud800" }, good with { Server = new string('x', StoredText.MostBytes + 1) },
            good with { Provider = "a\0b" }, good with { Revision = "a\0b" }, good with { Sealed = new byte[ConnectionRow.MostSealedBytes + 1] },
        ];
        foreach (var row in faulty)
        {
            await Expect.FaultAsync<ArgumentException>(() => store.Connections.PutAsync(row, 10).AsTask(), "out of range").ConfigureAwait(false);
            await Expect.FaultAsync<ArgumentException>(() => store.Connections.ReplaceAsync(row, "r").AsTask(), "out of range").ConfigureAwait(false);
        }

        await Expect.FaultAsync<ArgumentException>(() => store.Connections.PutAsync(good, 0).AsTask(), "a person has one").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(
            () => store.Connections.ListAsync(null, 0, Samples.Start).AsTask(), "one or more").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(
            () => store.Connections.FindAsync("i", "a\0b", "s", Samples.Start).AsTask(), "a text").ConfigureAwait(false);
        Expect.Same([], await store.Connections.ListAsync(null, 10, Samples.Start).ConfigureAwait(false), "nothing was added");
    }

    private static async Task PutAsync(IStore store, ConnectionRow row) =>
        Expect.True(await store.Connections.PutAsync(row, 10).ConfigureAwait(false), "it is added");

    private static ValueTask<ConnectionRow?> FindAsync(IStore store, ConnectionRow row) =>
        store.Connections.FindAsync(row.Issuer, row.Subject, row.Server, Samples.Start);

    private static (string, string, string) PlaceOf(ConnectionRow row) => (row.Issuer, row.Subject, row.Server);

    private static void Same(ConnectionRow? found, ConnectionRow expected)
    {
        Expect.True(found is not null && found with { Sealed = default } == expected with { Sealed = default }, "every column");
        Expect.True(found!.Sealed.Span.SequenceEqual(expected.Sealed.Span), "the sealed part");
    }
}
