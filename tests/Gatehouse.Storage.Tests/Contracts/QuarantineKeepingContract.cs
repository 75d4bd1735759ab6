using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>What withheld results promise about their ends, their entries in the audit log and the erasure of persons.</summary>
internal static class QuarantineKeepingContract
{
    private static readonly DateTimeOffset End = Samples.Start.AddHours(1);
    private static readonly byte[] By = [1, 0, 255];

    public static IEnumerable<StoreCheck> Checks =>
    [
        new("quarantine: what is over expires once, and its content is gone", ExpiresOnceAsync),
        new("quarantine: a deleted content is gone", DeletedAsync),
        new("quarantine: what is not noted is found again, and is not deleted", UnnotedAsync),
        new("quarantine: finished ones of a party have a bound", FinishedAsync),
        new("quarantine: what was sealed about an erased person is gone", ErasedAsync),
    ];

    private static async Task ExpiresOnceAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        for (var number = 1; number <= 4; number++) await QuarantineContract.AddAsync(store, Samples.Withheld(number)).ConfigureAwait(false);
        await store.Quarantine.ReleaseAsync(Samples.Number(2), By, End, Samples.Start).ConfigureAwait(false);
        await store.Quarantine.ReleaseAsync(Samples.Number(3), By, End.AddTicks(1), Samples.Start).ConfigureAwait(false);
        await store.Quarantine.DeleteAsync(Samples.Number(4), By, Samples.Start).ConfigureAwait(false);
        Expect.True((await store.Quarantine.ExpireAsync(End.AddTicks(-1)).ConfigureAwait(false)).Count == 0, "nothing is over a tick before");
        var acts = await Samples.AtOnceAsync(8, _ => store.Quarantine.ExpireAsync(End)).ConfigureAwait(false);
        var expired = acts.SelectMany(static rows => rows).OrderBy(static row => row.Id, StringComparer.Ordinal).ToList();
        Expect.Same([Samples.Number(1), Samples.Number(2)], expired.Select(static row => row.Id), "each expires by one act");
        var expected = Samples.Withheld(1) with { State = QuarantineState.Expired, ChangedAt = End };
        QuarantineContract.Same(expired[0], expected);
        QuarantineContract.Same(await store.Quarantine.FindAsync(Samples.Number(1), Samples.Start).ConfigureAwait(false), expected);
        await QuarantineContract.ExpectContentAsync(store, 1, Samples.Start, null).ConfigureAwait(false);
        await QuarantineContract.ExpectContentAsync(store, 3, Samples.Start, Samples.Content(3)).ConfigureAwait(false);
    }

    private static async Task DeletedAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        for (var number = 1; number <= 2; number++) await QuarantineContract.AddAsync(store, Samples.Withheld(number)).ConfigureAwait(false);
        byte[] other = [2, 0, 255];
        await store.Quarantine.ReleaseAsync(Samples.Number(2), By, End, Samples.Start).ConfigureAwait(false);
        foreach (var number in new[] { 1, 2 })
        {
            var deleted = await store.Quarantine.DeleteAsync(Samples.Number(number), other, Samples.Start.AddMinutes(1)).ConfigureAwait(false);
            QuarantineContract.Same(
                deleted,
                Samples.Withheld(number) with { State = QuarantineState.Deleted, ChangedAt = Samples.Start.AddMinutes(1), Release = other });
            await QuarantineContract.ExpectContentAsync(store, number, Samples.Start, null).ConfigureAwait(false);
            Expect.True(
                await store.Quarantine.DeleteAsync(Samples.Number(number), By, Samples.Start).ConfigureAwait(false) is null, "it is deleted once");
            Expect.True(
                await store.Quarantine.ReleaseAsync(Samples.Number(number), By, End, Samples.Start).ConfigureAwait(false) is null,
                "it does not come back");
        }
    }

    private static async Task UnnotedAsync(StoreUnderTest under)
    {
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            for (var number = 1; number <= 4; number++) await QuarantineContract.AddAsync(store, Samples.Withheld(number)).ConfigureAwait(false);
            foreach (var number in new[] { 2, 3 })
                await store.Quarantine.NoteAsync(Samples.Number(number), QuarantineState.Kept).ConfigureAwait(false);
            await store.Quarantine.NoteAsync(Samples.Number(4), QuarantineState.Deleted).ConfigureAwait(false); // it is kept
            await store.Quarantine.ReleaseAsync(Samples.Number(3), By, End, Samples.Start.AddMinutes(1)).ConfigureAwait(false);
            await store.Quarantine.NoteAsync(Samples.Number(3), QuarantineState.Kept).ConfigureAwait(false); // the entry of the state before
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        await ExpectUnnotedAsync(again, 1, 4, 3).ConfigureAwait(false);
        await again.Quarantine.NoteAsync(Samples.Number(3), QuarantineState.Released).ConfigureAwait(false);
        await again.Quarantine.DeliverAsync(Samples.Number(3), Samples.Start.AddMinutes(2)).ConfigureAwait(false);
        await ExpectUnnotedAsync(again, 1, 4, 3).ConfigureAwait(false);
        await again.Quarantine.NoteAsync(Samples.Number(3), QuarantineState.Delivered).ConfigureAwait(false);
        under.Time.SetUtcNow(Samples.Start.AddDays(2));
        await again.CleanUpAsync().ConfigureAwait(false);
        await ExpectUnnotedAsync(again, 1, 4).ConfigureAwait(false);
        await again.Quarantine.NoteAsync(Samples.Number(1), QuarantineState.Kept).ConfigureAwait(false);
        await again.CleanUpAsync().ConfigureAwait(false);
        under.Time.SetUtcNow(Samples.Start);
        Expect.Same(
            [Samples.Number(4)],
            (await again.Quarantine.ListAsync(null, 10, Samples.Start).ConfigureAwait(false)).Select(static row => row.Id), "what is noted goes");
    }

    private static async Task FinishedAsync(StoreUnderTest under)
    {
        const int most = IApprovalStore.MostFinishedOfParty;
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await QuarantineContract.AddAsync(store, Samples.Withheld(0, "eve")).ConfigureAwait(false);
        await store.Quarantine.DeleteAsync(Samples.Number(0), By, Samples.Start).ConfigureAwait(false); // not noted
        await FinishAsync(store, most + 50, "ada").ConfigureAwait(false);
        await Samples.AtOnceAsync(most + 1, async number => await FinishAsync(store, number + 1, "eve").ConfigureAwait(false)).ConfigureAwait(false);
        await QuarantineContract.AddAsync(store, Samples.Withheld(most + 2, "eve")).ConfigureAwait(false);
        Expect.Same(
            [Samples.Number(0), .. Enumerable.Range(2, most + 1).Select(Samples.Number), Samples.Number(most + 50)],
            (await store.Quarantine.ListAsync(null, 1000, Samples.Start).ConfigureAwait(false)).Select(static row => row.Id),
            "the oldest noted one went");
    }

    private static async Task ErasedAsync(StoreUnderTest under)
    {
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            for (var number = 1; number <= 4; number++)
                await QuarantineContract.AddAsync(store, Samples.Withheld(number, number == 4 ? "ada" : "eve")).ConfigureAwait(false);
            await store.Quarantine.ReleaseAsync(Samples.Number(2), By, End, Samples.Start).ConfigureAwait(false);
            await store.Quarantine.DeleteAsync(Samples.Number(3), By, Samples.Start).ConfigureAwait(false);
            for (var number = 1; number <= 4; number++)
                foreach (var state in Enum.GetValues<QuarantineState>())
                    await store.Quarantine.NoteAsync(Samples.Number(number), state).ConfigureAwait(false);
            var at = Samples.Start.AddMinutes(5);
            var deleted = await store.Quarantine.EraseAsync([Samples.Digest("none"), Samples.Digest("eve")], at).ConfigureAwait(false);
            Expect.Same([Samples.Number(1), Samples.Number(2)], deleted.Select(static row => row.Id), "contents that were left are deleted");
            QuarantineContract.Same(
                deleted[0], Samples.Withheld(1, "eve") with { State = QuarantineState.Deleted, ChangedAt = at, Sealed = default });
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        await ExpectUnnotedAsync(again, 1, 2).ConfigureAwait(false);
        Expect.Same(
            [true, true, true, false],
            (await again.Quarantine.ListAsync(null, 10, Samples.Start).ConfigureAwait(false)).Select(static row => row.Sealed.IsEmpty),
            "nothing that was sealed about the caller is left, and another caller's is");
        foreach (var number in new[] { 1, 2, 3 })
            await QuarantineContract.ExpectContentAsync(again, number, Samples.Start, null).ConfigureAwait(false);
        await QuarantineContract.ExpectContentAsync(again, 4, Samples.Start, Samples.Content(4)).ConfigureAwait(false);
    }

    private static async ValueTask<bool> FinishAsync(IStore store, int number, string party)
    {
        await QuarantineContract.AddAsync(store, Samples.Withheld(number, party)).ConfigureAwait(false);
        await store.Quarantine.DeleteAsync(Samples.Number(number), By, Samples.Start.AddSeconds(number)).ConfigureAwait(false);
        await store.Quarantine.NoteAsync(Samples.Number(number), QuarantineState.Deleted).ConfigureAwait(false);
        return true;
    }

    private static async Task ExpectUnnotedAsync(IStore store, params int[] expected) => Expect.Same(
        expected.Select(Samples.Number), (await store.Quarantine.UnnotedAsync().ConfigureAwait(false)).Select(static row => row.Id),
        "these are not noted, by the moment of their change");
}
