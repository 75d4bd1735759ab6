using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>What withheld results promise beside what every table does: bounds, one outcome, one delivery.</summary>
internal static class QuarantineContract
{
    private static readonly DateTimeOffset End = Samples.Start.AddHours(1);
    private static readonly byte[] By = [1, 0, 255];

    public static IEnumerable<StoreCheck> Checks =>
    [
        new("quarantine: a result comes back as it went in", ComesBackAsync),
        new("quarantine: results have a bound of all, of a party and of a server", BoundAsync),
        new("quarantine: bytes have a bound of all, of a party and of a server", BytesAsync),
        new("quarantine: of many at once no more are kept than the most", BoundAtOnceAsync),
        new("quarantine: a result is released once", ReleasedAsync),
        new("quarantine: of many calls that take one result one gets it", DeliveredOnceAsync),
        new("quarantine: of a delivery and a deletion at once one is done", DeliveredOrDeletedAsync),
        new("quarantine: the result that was released first is found", FoundAsync),
        new("quarantine: oldest first, the newest of them, by state", ListedAsync),
        new("quarantine: parts out of their range are refused", RangesAsync),
    ];

    private static async Task ComesBackAsync(StoreUnderTest under)
    {
        var row = Samples.Withheld(1, size: QuarantinedResultRow.MostContentBytes) with
        {
            Sealed = new byte[QuarantinedResultRow.MostSealedBytes],
            ChangedAt = Samples.Start.AddTicks(7),
        };
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            await AddAsync(store, row with { IsNoted = true }).ConfigureAwait(false);
            Expect.True(
                await store.Quarantine.AddAsync(Samples.Withheld(1), Samples.Content(9), Samples.Bounds).ConfigureAwait(false)
                    == ApprovalAdding.Exists,
                "the id is there");
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        Same(await again.Quarantine.FindAsync(row.Id, Samples.Start).ConfigureAwait(false), row);
        Same((await again.Quarantine.ListAsync(null, 10, Samples.Start).ConfigureAwait(false))[0], row);
        await ExpectContentAsync(again, 1, End.AddTicks(-1), Samples.Content(1, row.Size)).ConfigureAwait(false);
        await ExpectContentAsync(again, 1, End, null).ConfigureAwait(false);
        await ExpectContentAsync(again, 2, Samples.Start, null).ConfigureAwait(false);
        Expect.True(await again.Quarantine.FindAsync(row.Id, row.Until).ConfigureAwait(false) is null, "it is forgotten");
    }

    private static async Task BoundAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var bounds = Samples.Bounds with { Most = 5, MostOfParty = 2, MostOfServer = 3 };
        await ExpectAsync(1, "eve", "files", ApprovalAdding.Added).ConfigureAwait(false);
        await ExpectAsync(2, "eve", "mail", ApprovalAdding.Added).ConfigureAwait(false);
        await ExpectAsync(3, "eve", "web", ApprovalAdding.Crowded).ConfigureAwait(false);
        await ExpectAsync(4, "ada", "files", ApprovalAdding.Added).ConfigureAwait(false);
        await ExpectAsync(5, "bob", "files", ApprovalAdding.Added).ConfigureAwait(false);
        await ExpectAsync(6, "carol", "files", ApprovalAdding.Crowded).ConfigureAwait(false);
        await ExpectAsync(7, "carol", "mail", ApprovalAdding.Added).ConfigureAwait(false);
        await ExpectAsync(8, "dora", "web", ApprovalAdding.Crowded).ConfigureAwait(false);
        await store.Quarantine.DeleteAsync(Samples.Number(1), By, Samples.Start).ConfigureAwait(false);
        await ExpectAsync(3, "eve", "web", ApprovalAdding.Added).ConfigureAwait(false); // a deleted one takes no place
        var later = Samples.Withheld(9, "eve") with { At = End, Expires = End.AddHours(1) };
        Expect.True(
            await store.Quarantine.AddAsync(later, Samples.Content(9), bounds).ConfigureAwait(false) == ApprovalAdding.Added,
            "what is over takes no place");

        async Task ExpectAsync(int number, string party, string server, ApprovalAdding expected)
        {
            var added = await store.Quarantine.AddAsync(Samples.Withheld(number, party, server), Samples.Content(number), bounds)
                .ConfigureAwait(false);
            Expect.True(added == expected, $"{number} of {party} at {server}: expected {expected}, found {added}");
        }
    }

    private static async Task BytesAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var bounds = Samples.Bounds with { MostBytes = 100, MostBytesOfParty = 60, MostBytesOfServer = 80 };
        await ExpectAsync(1, "eve", "files", 60, ApprovalAdding.Added).ConfigureAwait(false);
        await ExpectAsync(2, "eve", "mail", 1, ApprovalAdding.Crowded).ConfigureAwait(false);
        await ExpectAsync(3, "ada", "files", 21, ApprovalAdding.Crowded).ConfigureAwait(false);
        await ExpectAsync(4, "ada", "files", 20, ApprovalAdding.Added).ConfigureAwait(false);
        await ExpectAsync(5, "bob", "mail", 21, ApprovalAdding.Crowded).ConfigureAwait(false);
        await ExpectAsync(6, "bob", "mail", 20, ApprovalAdding.Added).ConfigureAwait(false);
        Expect.True(await store.Quarantine.UseAsync(Samples.Start).ConfigureAwait(false) == new QuarantineUse(3, 100), "three, of 100 bytes");
        await store.Quarantine.DeleteAsync(Samples.Number(1), By, Samples.Start).ConfigureAwait(false);
        Expect.True(await store.Quarantine.UseAsync(Samples.Start).ConfigureAwait(false) == new QuarantineUse(2, 40), "its content is gone");
        Expect.True(await store.Quarantine.UseAsync(End).ConfigureAwait(false) == new QuarantineUse(0, 0), "what is over does not count");

        async Task ExpectAsync(int number, string party, string server, int size, ApprovalAdding expected)
        {
            var row = Samples.Withheld(number, party, server, size);
            var added = await store.Quarantine.AddAsync(row, Samples.Content(number, size), bounds).ConfigureAwait(false);
            Expect.True(added == expected, $"{number} of {party} at {server}, {size} bytes: expected {expected}, found {added}");
        }
    }

    private static async Task BoundAtOnceAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var bounds = Samples.Bounds with { MostOfParty = 5, MostBytes = 30 };
        var added = await Samples.AtOnceAsync(32, number => store.Quarantine.AddAsync(
            Samples.Withheld(number, number % 2 == 0 ? "eve" : "ada"), Samples.Content(number), bounds)).ConfigureAwait(false);
        Expect.True(added.Count(static one => one == ApprovalAdding.Added) == 7, "seven of four bytes are kept, of thirty bytes");
        Expect.True((await store.Quarantine.UseAsync(Samples.Start).ConfigureAwait(false)).Bytes == 28, "and no byte more");
    }

    private static async Task ReleasedAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        for (var number = 1; number <= 2; number++) await AddAsync(store, Samples.Withheld(number)).ConfigureAwait(false);
        var (at, expires) = (Samples.Start.AddMinutes(1), Samples.Start.AddDays(3));
        var released = await Samples.AtOnceAsync(
            16, _ => store.Quarantine.ReleaseAsync(Samples.Number(1), By, expires, at)).ConfigureAwait(false);
        var expected = Samples.Withheld(1) with
        {
            State = QuarantineState.Released,
            ChangedAt = at,
            Expires = expires,
            Until = expires,
            Release = By,
        };
        Same(Expect.One(released.Where(static row => row is not null), "one of them releases it"), expected);
        Same(await store.Quarantine.FindAsync(Samples.Number(1), at).ConfigureAwait(false), expected);
        await ExpectContentAsync(store, 1, End, Samples.Content(1)).ConfigureAwait(false);
        Expect.True(
            await store.Quarantine.ReleaseAsync(Samples.Number(2), By, expires, End).ConfigureAwait(false) is null, "what is over is not released");
        Expect.True(await store.Quarantine.ReleaseAsync("unknown", By, expires, at).ConfigureAwait(false) is null, "there is no such result");
    }

    private static async Task DeliveredOnceAsync(StoreUnderTest under)
    {
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            for (var number = 1; number <= 2; number++) await AddAsync(store, Samples.Withheld(number)).ConfigureAwait(false);
            Expect.True(await DeliverAsync(store, 1, Samples.Start).ConfigureAwait(false) is null, "it is not released");
            for (var number = 1; number <= 2; number++)
                await store.Quarantine.ReleaseAsync(Samples.Number(number), By, End, Samples.Start).ConfigureAwait(false);
            var taken = await Samples.AtOnceAsync(32, _ => DeliverAsync(store, 1, Samples.Start.AddMinutes(1))).ConfigureAwait(false);
            var content = Expect.One(taken.Where(static one => one is not null), "one of them has it");
            Expect.True(content.AsSpan().SequenceEqual(Samples.Content(1)), "as it went in");
            Expect.True(await DeliverAsync(store, 2, End).ConfigureAwait(false) is null, "at its end a release is over");
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        Expect.True(await DeliverAsync(again, 1, Samples.Start).ConfigureAwait(false) is null, "and nobody afterwards");
        await ExpectContentAsync(again, 1, Samples.Start, null).ConfigureAwait(false);
        var delivered = await again.Quarantine.FindAsync(Samples.Number(1), Samples.Start).ConfigureAwait(false);
        Same(delivered, Samples.Withheld(1) with { State = QuarantineState.Delivered, ChangedAt = Samples.Start.AddMinutes(1), Release = By });
    }

    private static async Task DeliveredOrDeletedAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await AddAsync(store, Samples.Withheld(1)).ConfigureAwait(false);
        await store.Quarantine.ReleaseAsync(Samples.Number(1), By, End, Samples.Start).ConfigureAwait(false);
        var done = await Samples.AtOnceAsync(16, async number => number % 2 == 0
            ? await DeliverAsync(store, 1, Samples.Start).ConfigureAwait(false) is not null
            : await store.Quarantine.DeleteAsync(Samples.Number(1), By, Samples.Start).ConfigureAwait(false) is not null).ConfigureAwait(false);
        Expect.True(done.Count(static one => one) == 1, "one of them was done");
        var state = done.ToList().IndexOf(true) % 2 == 0 ? QuarantineState.Delivered : QuarantineState.Deleted;
        var row = await store.Quarantine.FindAsync(Samples.Number(1), Samples.Start).ConfigureAwait(false);
        Expect.True(row?.State == state, $"and it is {state}, not {row?.State}");
    }

    private static async Task FoundAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var digest = Samples.Withheld(1).Digest;
        for (var number = 1; number <= 3; number++) await AddAsync(store, Samples.Withheld(number) with { Digest = digest }).ConfigureAwait(false);
        await ExpectAsync(Samples.Start, null).ConfigureAwait(false);
        foreach (var (number, minutes) in new[] { (2, 1), (1, 2) })
        {
            await store.Quarantine.ReleaseAsync(
                Samples.Number(number), By, End.AddMinutes(minutes), Samples.Start.AddMinutes(minutes)).ConfigureAwait(false);
        }

        await ExpectAsync(Samples.Start, 2).ConfigureAwait(false);
        await ExpectAsync(End.AddMinutes(1), 1).ConfigureAwait(false);
        await ExpectAsync(End.AddMinutes(2), null).ConfigureAwait(false);
        await DeliverAsync(store, 2, Samples.Start).ConfigureAwait(false);
        await ExpectAsync(Samples.Start, 1).ConfigureAwait(false);

        async Task ExpectAsync(DateTimeOffset now, int? number)
        {
            var found = await store.Quarantine.FindReleasedAsync([Samples.Digest("none"), digest], now).ConfigureAwait(false);
            Expect.True(found?.Id == (number is { } one ? Samples.Number(one) : null), $"expected {number}, found {found?.Id}");
        }
    }

    private static async Task ListedAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        foreach (var number in new[] { 4, 1, 3, 2 }) await AddAsync(store, Samples.Withheld(number)).ConfigureAwait(false);
        await store.Quarantine.DeleteAsync(Samples.Number(3), By, Samples.Start).ConfigureAwait(false);
        await ExpectAsync(null, 10, 1, 2, 3, 4).ConfigureAwait(false);
        await ExpectAsync(null, 2, 3, 4).ConfigureAwait(false);
        await ExpectAsync(QuarantineState.Kept, 2, 2, 4).ConfigureAwait(false);
        await ExpectAsync(QuarantineState.Deleted, 2, 3).ConfigureAwait(false);

        async Task ExpectAsync(QuarantineState? state, int most, params int[] expected) => Expect.Same(
            expected.Select(Samples.Number),
            (await store.Quarantine.ListAsync(state, most, End).ConfigureAwait(false)).Select(static row => row.Id), $"{state}, {most}");
    }

    private static async Task RangesAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var good = Samples.Withheld(1);
        QuarantinedResultRow[] faulty =
        [
            good with { Id = "" }, good with { Id = "a\0b" }, good with { Digest = new byte[15] }, good with { Party = default },
            good with { Server = "\ud800" }, good with { Sealed = default }, good with { State = QuarantineState.Released }, good with { Size = 3 },
            good with { Sealed = new byte[QuarantinedResultRow.MostSealedBytes + 1] }, good with { Until = good.Expires.AddTicks(-1) },
            good with { Release = new byte[QuarantinedResultRow.MostSealedBytes + 1] },
        ];
        foreach (var row in faulty)
        {
            await Expect.FaultAsync<ArgumentException>(
                () => store.Quarantine.AddAsync(row, Samples.Content(1), Samples.Bounds).AsTask(), "out of range").ConfigureAwait(false);
        }

        foreach (var size in new[] { 0, QuarantinedResultRow.MostContentBytes + 1 })
        {
            await Expect.FaultAsync<ArgumentException>(
                () => store.Quarantine.AddAsync(good with { Size = size }, new byte[size], Samples.Bounds).AsTask(), "out of range")
                .ConfigureAwait(false);
        }

        QuarantineBounds[] bounds =
        [
            Samples.Bounds with { Most = 0 }, Samples.Bounds with { MostBytes = 0 }, Samples.Bounds with { MostOfParty = 0 },
            Samples.Bounds with { MostBytesOfParty = 0 }, Samples.Bounds with { MostOfServer = 0 }, Samples.Bounds with { MostBytesOfServer = 0 },
        ];
        foreach (var one in bounds)
        {
            await Expect.FaultAsync<ArgumentException>(
                () => store.Quarantine.AddAsync(good, Samples.Content(1), one).AsTask(), "one or more").ConfigureAwait(false);
        }

        var (text, tooLong) = ("\ud800", new byte[QuarantinedResultRow.MostSealedBytes + 1]);
        Func<Task>[] acts =
        [
            () => store.Quarantine.FindAsync(text, End).AsTask(), () => store.Quarantine.ContentAsync(text, End).AsTask(),
            () => store.Quarantine.ListAsync(null, 0, End).AsTask(), () => store.Quarantine.FindReleasedAsync([new byte[3]], End).AsTask(),
            () => store.Quarantine.ReleaseAsync(text, By, End, End).AsTask(), () => store.Quarantine.ReleaseAsync("id", tooLong, End, End).AsTask(),
            () => store.Quarantine.DeliverAsync(text, End).AsTask(), () => store.Quarantine.DeleteAsync(text, By, End).AsTask(),
            () => store.Quarantine.DeleteAsync("id", tooLong, End).AsTask(), () => store.Quarantine.EraseAsync([new byte[3]], End).AsTask(),
            () => store.Quarantine.NoteAsync(text, QuarantineState.Kept).AsTask(),
        ];
        foreach (var act in acts) await Expect.FaultAsync<ArgumentException>(act, "out of range").ConfigureAwait(false);
        Expect.True((await store.Quarantine.ListAsync(null, 10, Samples.Start).ConfigureAwait(false)).Count == 0, "what was refused is not there");
    }

    /// <summary>Adds a result with the content of its number.</summary>
    public static async Task AddAsync(IStore store, QuarantinedResultRow row)
    {
        var content = Samples.Content(row.Sealed.Span[^1] == 0 ? 1 : row.Sealed.Span[^1], row.Size);
        var added = await store.Quarantine.AddAsync(row, content, Samples.Bounds).ConfigureAwait(false);
        Expect.True(added == ApprovalAdding.Added, $"{row.Id} is added, not {added}");
    }

    /// <summary>Fails where the content of a result is another one.</summary>
    public static async Task ExpectContentAsync(IStore store, int number, DateTimeOffset now, byte[]? expected)
    {
        var found = await store.Quarantine.ContentAsync(Samples.Number(number), now).ConfigureAwait(false);
        Expect.True(
            found is null == expected is null && found.AsSpan().SequenceEqual(expected),
            $"{number} has {expected?.Length} bytes, not {found?.Length}");
    }

    /// <summary>Fails where a result is not the expected one.</summary>
    public static void Same(QuarantinedResultRow? found, QuarantinedResultRow row) => Expect.True(
        found is not null && found.Digest.Span.SequenceEqual(row.Digest.Span) && found.Party.Span.SequenceEqual(row.Party.Span)
            && found.Sealed.Span.SequenceEqual(row.Sealed.Span) && found.Release.Span.SequenceEqual(row.Release.Span)
            && found with { Digest = default, Party = default, Sealed = default, Release = default }
                == row with { Digest = default, Party = default, Sealed = default, Release = default },
        $"a result is as expected: {found}");

    private static ValueTask<byte[]?> DeliverAsync(IStore store, int number, DateTimeOffset now) =>
        store.Quarantine.DeliverAsync(Samples.Number(number), now);
}
