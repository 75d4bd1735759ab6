using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>What containments promise beside what every table does.</summary>
internal static class ContainmentContract
{
    public static IEnumerable<StoreCheck> Checks =>
    [
        new("containments: a containment comes back as it went in", ComesBackAsync),
        new("containments: of many who contain one target at once one does", OnceAsync),
        new("containments: those in force have a bound, and none goes for another", BoundAsync),
        new("containments: it holds until it is released, over a restart", HoldsAsync),
        new("containments: of many who release one at once one does", ReleasedOnceAsync),
        new("containments: what is not noted is found again, and is not deleted", UnnotedAsync),
        new("containments: parts out of their range are refused", RangesAsync),
    ];

    private static async Task ComesBackAsync(StoreUnderTest under)
    {
        var row = Samples.Containment(1) with
        {
            Kind = ContainmentKind.Session,
            Sealed = new byte[ContainmentRow.MostSealedBytes],
            Release = new byte[] { 1, 0, 255 },
        };
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
            await AddAsync(store, row with { IsNoted = true }, ApprovalAdding.Added).ConfigureAwait(false);
        await using var again = await under.OpenAsync().ConfigureAwait(false);
        Same((await again.Containments.ListAsync(Samples.Start).ConfigureAwait(false))[0], row);
    }

    private static async Task OnceAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var added = await Samples.AtOnceAsync(
            16, number => store.Containments.AddAsync(Samples.Containment(1) with { Id = Samples.Number(number) }, 100)).ConfigureAwait(false);
        Expect.True(added.Count(static one => one == ApprovalAdding.Added) == 1, "one of them did");
        Expect.True(added.Count(static one => one == ApprovalAdding.Exists) == 15, "the others found it");
        var there = Expect.One(await store.Containments.ListAsync(Samples.Start).ConfigureAwait(false), "it is in force once").Id;
        await Expect.FaultAsync<ArgumentException>(
            () => store.Containments.AddAsync(Samples.Containment(99) with { Id = there }, 100).AsTask(), "an id is new").ConfigureAwait(false);
        await store.Containments.ReleaseAsync(there, default, Samples.Start).ConfigureAwait(false);
        await AddAsync(store, Samples.Containment(1) with { Id = "again" }, ApprovalAdding.Added).ConfigureAwait(false);
    }

    private static async Task BoundAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var added = await Samples.AtOnceAsync(16, number => store.Containments.AddAsync(Samples.Containment(number), 5)).ConfigureAwait(false);
        Expect.True(added.Count(static one => one == ApprovalAdding.Added) == 5, "five are the most");
        var inForce = await store.Containments.ListAsync(Samples.Start).ConfigureAwait(false);
        Expect.True(inForce.Count == 5, "and all of them stay in force");
        await store.Containments.ReleaseAsync(inForce[0].Id, default, Samples.Start).ConfigureAwait(false);
        Expect.True(
            await store.Containments.AddAsync(Samples.Containment(99), 5).ConfigureAwait(false) == ApprovalAdding.Added,
            "a released one takes no place");
    }

    private static async Task HoldsAsync(StoreUnderTest under)
    {
        var limited = Samples.Containment(3) with { Until = Samples.Start.AddHours(1) };
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            foreach (var row in new[] { Samples.Containment(2), Samples.Containment(1), limited })
            {
                await AddAsync(store, row, ApprovalAdding.Added).ConfigureAwait(false);
                await store.Containments.NoteAsync(row.Id, false).ConfigureAwait(false);
            }
        }

        under.Time.SetUtcNow(Samples.Start.AddYears(50));
        await using var again = await under.OpenAsync().ConfigureAwait(false);
        await again.CleanUpAsync().ConfigureAwait(false);
        await ExpectInForceAsync(again, under.Time.GetUtcNow(), 1, 2).ConfigureAwait(false);
    }

    private static async Task ReleasedOnceAsync(StoreUnderTest under)
    {
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            for (var number = 1; number <= 2; number++)
                await AddAsync(store, Samples.Containment(number), ApprovalAdding.Added).ConfigureAwait(false);
            byte[] release = [3, 0, 255];
            var released = await Samples.AtOnceAsync(
                16, _ => store.Containments.ReleaseAsync(Samples.Number(1), release, Samples.Start)).ConfigureAwait(false);
            Same(
                Expect.One(released.Where(static row => row is not null), "one of them releases it")!,
                Samples.Containment(1) with { IsReleased = true, Release = release });
            Expect.True(
                await store.Containments.ReleaseAsync("unknown", release, Samples.Start).ConfigureAwait(false) is null,
                "there is no such containment");
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        await ExpectInForceAsync(again, Samples.Start, 2).ConfigureAwait(false);
    }

    private static async Task UnnotedAsync(StoreUnderTest under)
    {
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            for (var number = 1; number <= 4; number++)
            {
                await AddAsync(store, Samples.Containment(number) with { Until = Samples.Start.AddHours(1) }, ApprovalAdding.Added)
                    .ConfigureAwait(false);
            }

            foreach (var number in new[] { 2, 3 }) await store.Containments.NoteAsync(Samples.Number(number), false).ConfigureAwait(false);
            await store.Containments.NoteAsync(Samples.Number(4), true).ConfigureAwait(false); // it is not released
            await store.Containments.ReleaseAsync(Samples.Number(3), default, Samples.Start).ConfigureAwait(false);
            await store.Containments.NoteAsync(Samples.Number(3), false).ConfigureAwait(false); // the entry of the state before
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        under.Time.SetUtcNow(Samples.Start.AddHours(1));
        await again.CleanUpAsync().ConfigureAwait(false);
        under.Time.SetUtcNow(Samples.Start);
        await ExpectUnnotedAsync(again, 1, 3, 4).ConfigureAwait(false);
        await ExpectInForceAsync(again, Samples.Start, 1, 4).ConfigureAwait(false);
        await again.Containments.NoteAsync(Samples.Number(3), true).ConfigureAwait(false);
        await ExpectUnnotedAsync(again, 1, 4).ConfigureAwait(false);
    }

    private static async Task RangesAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var good = Samples.Containment(1);
        ContainmentRow[] faulty =
        [
            good with { Id = "" }, good with { Id = "a\0b" }, good with { Target = new byte[15] }, good with { Kind = (ContainmentKind)9 },
            good with { Sealed = default }, good with { Sealed = new byte[ContainmentRow.MostSealedBytes + 1] }, good with { IsReleased = true },
            good with { Release = new byte[ContainmentRow.MostSealedBytes + 1] },
        ];
        foreach (var row in faulty)
            await Expect.FaultAsync<ArgumentException>(() => store.Containments.AddAsync(row, 10).AsTask(), "out of range").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(() => store.Containments.AddAsync(good, 0).AsTask(), "one or more").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(
            () => store.Containments.ReleaseAsync("\ud800", default, Samples.Start).AsTask(), "a text").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(
            () => store.Containments.ReleaseAsync("id", new byte[ContainmentRow.MostSealedBytes + 1], Samples.Start).AsTask(), "too long")
            .ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(() => store.Containments.NoteAsync("a\0b", true).AsTask(), "a text").ConfigureAwait(false);
        Expect.True((await store.Containments.ListAsync(Samples.Start).ConfigureAwait(false)).Count == 0, "what was refused is not there");
    }

    private static async Task AddAsync(IStore store, ContainmentRow row, ApprovalAdding expected)
    {
        var added = await store.Containments.AddAsync(row, 100).ConfigureAwait(false);
        Expect.True(added == expected, $"{row.Id}: expected {expected}, found {added}");
    }

    private static async Task ExpectInForceAsync(IStore store, DateTimeOffset now, params int[] expected) => Expect.Same(
        expected.Select(Samples.Number), (await store.Containments.ListAsync(now).ConfigureAwait(false)).Select(static row => row.Id),
        "these are in force");

    private static async Task ExpectUnnotedAsync(IStore store, params int[] expected) => Expect.Same(
        expected.Select(Samples.Number), (await store.Containments.UnnotedAsync().ConfigureAwait(false)).Select(static row => row.Id),
        "these are not noted");

    private static void Same(ContainmentRow found, ContainmentRow row) => Expect.True(
        found.Target.Span.SequenceEqual(row.Target.Span) && found.Sealed.Span.SequenceEqual(row.Sealed.Span)
            && found.Release.Span.SequenceEqual(row.Release.Span)
            && found with { Target = default, Sealed = default, Release = default }
                == row with { Target = default, Sealed = default, Release = default },
        $"a containment is as expected: {found}");
}
