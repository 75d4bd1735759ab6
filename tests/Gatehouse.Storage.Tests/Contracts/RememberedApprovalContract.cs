using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>What remembered answers promise beside what every table does.</summary>
internal static class RememberedApprovalContract
{
    private static readonly DateTimeOffset End = Samples.Start.AddHours(1);

    public static IEnumerable<StoreCheck> Checks =>
    [
        new("remembered approvals: an answer comes back as it went in", ComesBackAsync),
        new("remembered approvals: a kept one keeps its scope", KeepsScopeAsync),
        new("remembered approvals: kept ones have a bound of a party and of all", BoundAsync),
        new("remembered approvals: the first of several scopes is found", FoundAsync),
        new("remembered approvals: oldest first, the newest of them", ListedAsync),
        new("remembered approvals: those of a party, oldest first", ListedOfPartyAsync),
        new("remembered approvals: of many who forget one at once one does", ForgottenOnceAsync),
        new("remembered approvals: all of a party and of a person are forgotten", ForgottenAllAsync),
        new("remembered approvals: what was sealed about an erased person is gone", ErasedAsync),
        new("remembered approvals: what is not noted is found again, and is not deleted", UnnotedAsync),
        new("remembered approvals: parts out of their range are refused", RangesAsync),
    ];

    private static async Task ComesBackAsync(StoreUnderTest under)
    {
        var row = Samples.Remembered(1) with { Sealed = new byte[RememberedApprovalRow.MostSealedBytes], IsNoted = true };
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
            await AddAsync(store, row, ApprovalAdding.Added).ConfigureAwait(false);
        await using var again = await under.OpenAsync().ConfigureAwait(false);
        Same(await again.RememberedApprovals.FindAsync([row.Scope], Samples.Start).ConfigureAwait(false), row with { IsNoted = false });
        Same((await again.RememberedApprovals.ListAsync(10, Samples.Start).ConfigureAwait(false))[0], row with { IsNoted = false });
    }

    private static async Task KeepsScopeAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var row = Samples.Remembered(1);
        var added = await Samples.AtOnceAsync(
            16, number => store.RememberedApprovals.AddAsync(row with { Id = Samples.Number(number) }, 100, 100)).ConfigureAwait(false);
        Expect.True(added.Count(static one => one == ApprovalAdding.Added) == 1, "one of them has the scope");
        var there = (await store.RememberedApprovals.ListAsync(10, Samples.Start).ConfigureAwait(false))[0].Id;
        await Expect.FaultAsync<ArgumentException>(
            () => store.RememberedApprovals.AddAsync(Samples.Remembered(99) with { Id = there }, 100, 100).AsTask(), "an id is new")
                .ConfigureAwait(false);
        await store.RememberedApprovals.ForgetAsync(there, Samples.Start).ConfigureAwait(false);
        await AddAsync(store, row with { Id = "again" }, ApprovalAdding.Added).ConfigureAwait(false);
        await AddAsync(store, row with { Id = "later", At = End, Until = End.AddHours(1) }, ApprovalAdding.Added).ConfigureAwait(false);
    }

    private static async Task BoundAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var added = await Samples.AtOnceAsync(16, number => store.RememberedApprovals.AddAsync(Samples.Remembered(number, "eve"), 3, 5))
            .ConfigureAwait(false);
        Expect.True(added.Count(static one => one == ApprovalAdding.Added) == 3, "the party has three");
        added = await Samples.AtOnceAsync(16, number => store.RememberedApprovals.AddAsync(Samples.Remembered(20 + number, "ada"), 3, 5))
            .ConfigureAwait(false);
        Expect.True(added.Count(static one => one == ApprovalAdding.Added) == 2, "five are the most");
        Expect.True(added.Count(static one => one == ApprovalAdding.Crowded) == 14, "the others are refused");
        var later = Samples.Remembered(50, "eve") with { At = End, Until = End.AddHours(1) };
        Expect.True(
            await store.RememberedApprovals.AddAsync(later, 1, 1).ConfigureAwait(false) == ApprovalAdding.Added, "what is over takes no place");
    }

    private static async Task FoundAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        for (var number = 1; number <= 2; number++) await AddAsync(store, Samples.Remembered(number), ApprovalAdding.Added).ConfigureAwait(false);
        ReadOnlyMemory<byte>[] scopes = [Samples.Digest("none"), Samples.Remembered(2).Scope, Samples.Remembered(1).Scope];
        Same(await store.RememberedApprovals.FindAsync(scopes, End.AddTicks(-1)).ConfigureAwait(false), Samples.Remembered(2));
        Expect.True(await store.RememberedApprovals.FindAsync(scopes, End).ConfigureAwait(false) is null, "at its end it holds no more");
        await store.RememberedApprovals.ForgetAsync(Samples.Number(2), Samples.Start).ConfigureAwait(false);
        Same(await store.RememberedApprovals.FindAsync(scopes, Samples.Start).ConfigureAwait(false), Samples.Remembered(1));
    }

    private static async Task ListedAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        foreach (var number in new[] { 3, 1, 2 }) await AddAsync(store, Samples.Remembered(number), ApprovalAdding.Added).ConfigureAwait(false);
        await ExpectListAsync(store, 1, 2, 3).ConfigureAwait(false);
        Expect.Same(
            [Samples.Number(2), Samples.Number(3)],
            (await store.RememberedApprovals.ListAsync(2, Samples.Start).ConfigureAwait(false)).Select(static row => row.Id), "the newest");
    }

    private static async Task ListedOfPartyAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        foreach (var (number, party) in new[] { (3, "eve"), (1, "eve"), (2, "ada"), (4, "eve"), (5, "bob") })
            await AddAsync(store, Samples.Remembered(number, party), ApprovalAdding.Added).ConfigureAwait(false);
        await store.RememberedApprovals.ForgetAsync(Samples.Number(3), Samples.Start).ConfigureAwait(false);
        ReadOnlyMemory<byte>[] parties = [Samples.Digest("ada"), Samples.Digest("none"), Samples.Digest("eve")];
        Expect.Same(
            [Samples.Number(1), Samples.Number(2), Samples.Number(4)],
            (await store.RememberedApprovals.ListOfAsync(parties, Samples.Start).ConfigureAwait(false)).Select(static row => row.Id), "kept ones");
        Expect.True((await store.RememberedApprovals.ListOfAsync(parties, End).ConfigureAwait(false)).Count == 0, "at its end it holds no more");
    }

    private static async Task ForgottenOnceAsync(StoreUnderTest under)
    {
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            for (var number = 1; number <= 2; number++) await AddAsync(store, Samples.Remembered(number), ApprovalAdding.Added).ConfigureAwait(false);
            var forgotten = await Samples.AtOnceAsync(
                16, _ => store.RememberedApprovals.ForgetAsync(Samples.Number(1), Samples.Start)).ConfigureAwait(false);
            Same(
                Expect.One(forgotten.Where(static row => row is not null), "one of them forgets it"),
                Samples.Remembered(1) with { IsForgotten = true });
            Expect.True(
                await store.RememberedApprovals.ForgetAsync("unknown", Samples.Start).ConfigureAwait(false) is null, "there is no such answer");
            Expect.True(
                await store.RememberedApprovals.ForgetAsync(Samples.Number(2), End).ConfigureAwait(false) is null, "what is over is not forgotten");
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        await ExpectListAsync(again, 2).ConfigureAwait(false);
    }

    private static async Task ForgottenAllAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        RememberedApprovalRow[] rows =
        [
            Samples.Remembered(1, "eve"), Samples.Remembered(2, "ada", "carol"), Samples.Remembered(3, "eve", "carol"), Samples.Remembered(4, "ada"),
            Samples.Remembered(5, "dora", "dora"),
        ];
        foreach (var row in rows) await AddAsync(store, row, ApprovalAdding.Added).ConfigureAwait(false);
        var forgotten = await store.RememberedApprovals.ForgetAllAsync(
            [Samples.Digest("none"), Samples.Digest("eve")], [Samples.Digest("person carol")], Samples.Start).ConfigureAwait(false);
        Expect.Same([1, 2, 3], forgotten.Select(static row => (int)row.Sealed.Span[3]), "each once, oldest first");
        Same(forgotten[0], rows[0] with { IsForgotten = true });
        await ExpectListAsync(store, 4, 5).ConfigureAwait(false);
        Expect.True(
            (await store.RememberedApprovals.ForgetAllAsync([], [], Samples.Start).ConfigureAwait(false)).Count == 0, "of nobody none is forgotten");
        await ExpectListAsync(store, 4, 5).ConfigureAwait(false);
    }

    private static async Task ErasedAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        RememberedApprovalRow[] rows = [Samples.Remembered(1, "eve"), Samples.Remembered(2, "ada", "carol"), Samples.Remembered(3, "eve")];
        foreach (var row in rows) await AddAsync(store, row, ApprovalAdding.Added).ConfigureAwait(false);
        await store.RememberedApprovals.ForgetAsync(Samples.Number(3), Samples.Start).ConfigureAwait(false);
        var erased = await store.RememberedApprovals.EraseAsync([Samples.Digest("eve")], [Samples.Digest("person none")], Samples.Start)
            .ConfigureAwait(false);
        Expect.True(erased.Count == 1, "one was kept");
        Same(erased[0], rows[0] with { IsForgotten = true, Sealed = default });
        var unnoted = await store.RememberedApprovals.UnnotedAsync().ConfigureAwait(false);
        Expect.Same([true, false, true], unnoted.Select(static row => row.Sealed.IsEmpty), "nothing about the person is left, also of earlier ones");
        await ExpectListAsync(store, 2).ConfigureAwait(false);
    }

    private static async Task UnnotedAsync(StoreUnderTest under)
    {
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            for (var number = 1; number <= 4; number++) await AddAsync(store, Samples.Remembered(number), ApprovalAdding.Added).ConfigureAwait(false);
            foreach (var number in new[] { 2, 3 }) await store.RememberedApprovals.NoteAsync(Samples.Number(number), false).ConfigureAwait(false);
            await store.RememberedApprovals.NoteAsync(Samples.Number(4), true).ConfigureAwait(false); // it is not forgotten
            await store.RememberedApprovals.ForgetAsync(Samples.Number(3), Samples.Start).ConfigureAwait(false);
            await store.RememberedApprovals.NoteAsync(Samples.Number(3), false).ConfigureAwait(false); // the entry of the state before
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        await ExpectUnnotedAsync(again, 1, 3, 4).ConfigureAwait(false);
        under.Time.SetUtcNow(End);
        await again.CleanUpAsync().ConfigureAwait(false);
        under.Time.SetUtcNow(Samples.Start);
        await ExpectListAsync(again, 1, 4).ConfigureAwait(false);
        await ExpectUnnotedAsync(again, 1, 3, 4).ConfigureAwait(false);
        await again.RememberedApprovals.NoteAsync(Samples.Number(3), true).ConfigureAwait(false);
        await ExpectUnnotedAsync(again, 1, 4).ConfigureAwait(false);
    }

    private static async Task RangesAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var good = Samples.Remembered(1);
        RememberedApprovalRow[] faulty =
        [
            good with { Id = "" }, good with { Id = "a\0b" }, good with { Scope = new byte[15] }, good with { Party = default },
            good with { Person = new byte[65] }, good with { Sealed = default }, good with { IsForgotten = true },
            good with { Sealed = new byte[RememberedApprovalRow.MostSealedBytes + 1] },
        ];
        foreach (var row in faulty)
        {
            await Expect.FaultAsync<ArgumentException>(
                () => store.RememberedApprovals.AddAsync(row, 10, 10).AsTask(), "out of range").ConfigureAwait(false);
        }

        await Expect.FaultAsync<ArgumentException>(() => store.RememberedApprovals.AddAsync(good, 0, 1).AsTask(), "one or more")
            .ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(() => store.RememberedApprovals.AddAsync(good, 1, 0).AsTask(), "one or more")
            .ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(() => store.RememberedApprovals.ListAsync(0, End).AsTask(), "one or more").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(
            () => store.RememberedApprovals.FindAsync([new byte[3]], End).AsTask(), "a digest").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(() => store.RememberedApprovals.ForgetAsync("\ud800", End).AsTask(), "a text")
            .ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(() => store.RememberedApprovals.NoteAsync("a\0b", true).AsTask(), "a text").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(
            () => store.RememberedApprovals.ForgetAllAsync([], [new byte[3]], End).AsTask(), "a digest").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(
            () => store.RememberedApprovals.EraseAsync([new byte[3]], [], End).AsTask(), "a digest").ConfigureAwait(false);
    }

    private static async Task AddAsync(IStore store, RememberedApprovalRow row, ApprovalAdding expected)
    {
        var added = await store.RememberedApprovals.AddAsync(row, 100, 100).ConfigureAwait(false);
        Expect.True(added == expected, $"{row.Id}: expected {expected}, found {added}");
    }

    private static async Task ExpectListAsync(IStore store, params int[] expected) => Expect.Same(
        expected.Select(Samples.Number),
        (await store.RememberedApprovals.ListAsync(100, Samples.Start).ConfigureAwait(false)).Select(static row => row.Id),
        "these are kept");

    private static async Task ExpectUnnotedAsync(IStore store, params int[] expected) => Expect.Same(
        expected.Select(Samples.Number), (await store.RememberedApprovals.UnnotedAsync().ConfigureAwait(false)).Select(static row => row.Id),
        "these are not noted");

    private static void Same(RememberedApprovalRow? found, RememberedApprovalRow row) => Expect.True(
        found is not null && found.Scope.Span.SequenceEqual(row.Scope.Span) && found.Party.Span.SequenceEqual(row.Party.Span)
            && found.Person.Span.SequenceEqual(row.Person.Span) && found.Sealed.Span.SequenceEqual(row.Sealed.Span)
            && found with { Scope = default, Party = default, Person = default, Sealed = default }
                == row with { Scope = default, Party = default, Person = default, Sealed = default },
        $"a remembered answer is as expected: {found}");
}
