using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>The contract of questions and answers about entries in the audit log, retention, and the erasure of persons.</summary>
internal static class ApprovalKeepingContract
{
    private static readonly DateTimeOffset End = Samples.Start.AddHours(1);

    public static IEnumerable<StoreCheck> Checks =>
    [
        new("approvals: what is not noted is found again, over a restart", UnnotedAsync),
        new("approvals: each change needs an entry of its own", NotedAgainAsync),
        new("answers: what is not noted is found again, over a restart", UnnotedAnswersAsync),
        new("approvals: what is not noted is not deleted", NotDeletedAsync),
        new("answers: those to a question that is not noted are not deleted", AnswersNotDeletedAsync),
        new("approvals: a grant and its answers are kept as long as the answer that made it", KeptWithGrantAsync),
        new("approvals: finished ones of a party have a bound, and denied ones go last", FinishedAsync),
        new("approvals: finished ones that are not noted do not go", FinishedUnnotedAsync),
        new("approvals: finished ones of a party, and of all, have a bound of their bytes", FinishedBytesAsync),
        new("approvals: what was sealed about an erased person is gone", ErasedAsync),
    ];

    private static async Task UnnotedAsync(StoreUnderTest under)
    {
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            for (var number = 1; number <= 3; number++) await AskAsync(store, Samples.Approval(number)).ConfigureAwait(false);
            await ExpectUnnotedAsync(store, 1, 2, 3).ConfigureAwait(false);
            await store.Approvals.NoteAsync(Samples.Number(2), ApprovalState.Open).ConfigureAwait(false);
            await store.Approvals.NoteAsync(Samples.Number(3), ApprovalState.Granted).ConfigureAwait(false); // it is open
            await store.Approvals.NoteAsync("unknown", ApprovalState.Open).ConfigureAwait(false);
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        await ExpectUnnotedAsync(again, 1, 3).ConfigureAwait(false);
        var noted = await again.Approvals.FindAsync(Samples.Number(2), Samples.Start).ConfigureAwait(false);
        ApprovalContract.Same(noted, Samples.Approval(2) with { IsNoted = true });
    }

    private static async Task NotedAgainAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        for (var number = 1; number <= 4; number++)
        {
            await AskAsync(store, Samples.Approval(number, needed: number == 4 ? 2 : 1)).ConfigureAwait(false);
            await store.Approvals.NoteAsync(Samples.Number(number), ApprovalState.Open).ConfigureAwait(false);
        }

        await ExpectUnnotedAsync(store).ConfigureAwait(false);
        await ApprovalContract.GrantAsync(store, Samples.Number(1)).ConfigureAwait(false);
        await ExpectUnnotedAsync(store, 1).ConfigureAwait(false);
        await store.Approvals.NoteAsync(Samples.Number(1), ApprovalState.Open).ConfigureAwait(false); // the entry of the state before
        await ExpectUnnotedAsync(store, 1).ConfigureAwait(false);
        await store.Approvals.NoteAsync(Samples.Number(1), ApprovalState.Granted).ConfigureAwait(false);
        await ExpectUnnotedAsync(store).ConfigureAwait(false);
        await store.Approvals.ChangeAsync(Samples.Number(1), ApprovalState.Granted, ApprovalState.Spent, Samples.Start).ConfigureAwait(false);
        await store.Approvals.AnswerAsync(Samples.Answer(2, "bob", grants: false), End, Samples.Start.AddMinutes(1)).ConfigureAwait(false);
        await store.Approvals.AnswerAsync(Samples.Answer(4, "bob"), End, Samples.Start).ConfigureAwait(false);
        await ExpectUnnotedAsync(store, 1, 2).ConfigureAwait(false); // a grant that only counts is the answer's to note
        await store.Approvals.ExpireAsync(End).ConfigureAwait(false);
        await ExpectUnnotedAsync(store, 1, 2, 3, 4).ConfigureAwait(false);
    }

    private static async Task UnnotedAnswersAsync(StoreUnderTest under)
    {
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            await AskAsync(store, Samples.Approval(1, needed: 3)).ConfigureAwait(false);
            foreach (var person in new[] { "bob", "carol", "dora" })
                await store.Approvals.AnswerAsync(Samples.Answer(1, person) with { Way = person }, End, Samples.Start).ConfigureAwait(false);
            await store.Approvals.NoteAnswerAsync(Samples.Number(1), Samples.Answer(1, "carol").Person).ConfigureAwait(false);
            await store.Approvals.NoteAnswerAsync(Samples.Number(2), Samples.Answer(1, "dora").Person).ConfigureAwait(false);
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        Expect.Same(
            ["bob", "dora"], (await again.Approvals.AnswersAsync(Samples.Number(1), Samples.Start).ConfigureAwait(false))
                .Where(static row => !row.IsNoted).Select(static row => row.Way).Order(), "two are left");
        Expect.Same(
            [Samples.Number(1)], await again.Approvals.UnnotedAnswersAsync().ConfigureAwait(false), "of one question, which is named once");
        var answers = await again.Approvals.AnswersAsync(Samples.Number(1), Samples.Start).ConfigureAwait(false);
        Expect.True(Expect.One(answers.Where(static row => row.IsNoted), "one is noted").Way == "carol", "the one that was named");
    }

    private static async Task NotDeletedAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await AskAsync(store, Samples.Approval(1)).ConfigureAwait(false);
        await ApprovalContract.GrantAsync(store, Samples.Number(1)).ConfigureAwait(false);
        under.Time.SetUtcNow(Samples.Start.AddDays(2));
        await store.CleanUpAsync().ConfigureAwait(false);
        Expect.True(await store.Approvals.FindAsync(Samples.Number(1), Samples.Start.AddDays(2)).ConfigureAwait(false) is null, "it is forgotten");
        await ExpectUnnotedAsync(store, 1).ConfigureAwait(false);
        Expect.True((await store.Approvals.UnnotedAnswersAsync().ConfigureAwait(false)).Count == 1, "so is its answer");
        await store.Approvals.NoteAsync(Samples.Number(1), ApprovalState.Granted).ConfigureAwait(false);
        await store.Approvals.NoteAnswerAsync(Samples.Number(1), Samples.Answer(1, "bob").Person).ConfigureAwait(false);
        await store.CleanUpAsync().ConfigureAwait(false);
        Expect.True(await store.Approvals.FindAsync(Samples.Number(1), Samples.Start).ConfigureAwait(false) is null, "once it is noted it goes");
        Expect.True(
            (await store.Approvals.AnswersAsync(Samples.Number(1), Samples.Start).ConfigureAwait(false)).Count == 0, "and its answer with it");
    }

    private static async Task AnswersNotDeletedAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await AskAsync(store, Samples.Approval(1)).ConfigureAwait(false);
        await ApprovalContract.GrantAsync(store, Samples.Number(1)).ConfigureAwait(false);
        await store.Approvals.NoteAnswerAsync(Samples.Number(1), Samples.Answer(1, "bob").Person).ConfigureAwait(false);
        under.Time.SetUtcNow(Samples.Start.AddDays(2));
        await store.CleanUpAsync().ConfigureAwait(false);
        Expect.True(
            (await store.Approvals.AnswersAsync(Samples.Number(1), Samples.Start).ConfigureAwait(false)).Count == 1, "the entry still needs it");
        await store.Approvals.NoteAsync(Samples.Number(1), ApprovalState.Granted).ConfigureAwait(false);
        await store.CleanUpAsync().ConfigureAwait(false);
        Expect.True(
            (await store.Approvals.AnswersAsync(Samples.Number(1), Samples.Start).ConfigureAwait(false)).Count == 0, "it goes with its question");
    }

    private static async Task KeptWithGrantAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await AskAsync(store, Samples.Approval(1, needed: 2)).ConfigureAwait(false);
        await store.Approvals.AnswerAsync(Samples.Answer(1, "bob"), Samples.Start.AddDays(2), Samples.Start).ConfigureAwait(false);
        var last = Samples.Answer(1, "carol") with { Until = Samples.Start.AddDays(3) };
        await store.Approvals.AnswerAsync(last, Samples.Start.AddDays(2), Samples.Start).ConfigureAwait(false);
        var late = last.Until.AddTicks(-1);
        Expect.True(await store.Approvals.FindAsync(Samples.Number(1), late).ConfigureAwait(false) is not null, "the question is kept");
        Expect.True((await store.Approvals.AnswersAsync(Samples.Number(1), late).ConfigureAwait(false)).Count == 2, "and both answers to it");
        Expect.True(await store.Approvals.FindAsync(Samples.Number(1), last.Until).ConfigureAwait(false) is null, "and no longer");
    }

    // Two denied ones first, then as many closed ones as may be kept: the bound takes the oldest closed ones.
    private static async Task FinishedAsync(StoreUnderTest under)
    {
        const int closed = IApprovalStore.MostFinishedOfParty;
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await FinishAsync(store, closed + 100, "ada").ConfigureAwait(false);
        foreach (var number in new[] { 0, 1 })
        {
            await AskAsync(store, Samples.Approval(number, "eve")).ConfigureAwait(false);
            var denial = Samples.Answer(number, "bob", grants: false);
            await store.Approvals.AnswerAsync(denial, End, Samples.Start).ConfigureAwait(false);
            await store.Approvals.NoteAsync(Samples.Number(number), ApprovalState.Denied).ConfigureAwait(false);
            await store.Approvals.NoteAnswerAsync(Samples.Number(number), denial.Person).ConfigureAwait(false);
        }

        await Samples.AtOnceAsync(closed, async number => await FinishAsync(store, number + 2, "eve").ConfigureAwait(false)).ConfigureAwait(false);
        await AskAsync(store, Samples.Approval(closed + 2, "eve")).ConfigureAwait(false);
        var rows = await store.Approvals.ListAsync(null, null, null, 1000, Samples.Start).ConfigureAwait(false);
        var ofEve = rows.Where(static row => row.Party.Span.SequenceEqual(Samples.Digest("eve")));
        Expect.Same(
            [
                .. Enumerable.Range(0, 2).Select(Samples.Number), .. Enumerable.Range(4, closed - 2).Select(Samples.Number),
                Samples.Number(closed + 2),
            ],
            ofEve.Select(static row => row.Id), "the oldest closed ones went");
        Expect.True(rows.Any(static row => row.Id == Samples.Number(closed + 100)), "another party keeps its own");
        Expect.True(
            (await store.Approvals.AnswersAsync(Samples.Number(0), Samples.Start).ConfigureAwait(false)).Count == 1, "answers of those that stay do");
    }

    // A sealed question of the samples has 4 bytes: three of a party, and five of all.
    private static async Task FinishedBytesAsync(StoreUnderTest under)
    {
        var bounds = new ApprovalBounds(1000, 1000, MostBytesOfParty: 12, MostBytes: 20);
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await FinishAsync(store, 100, "ada", bounds).ConfigureAwait(false);
        for (var number = 1; number <= 5; number++) await FinishAsync(store, number, "eve", bounds).ConfigureAwait(false);
        await ExpectFinishedAsync(store, 2, 3, 4, 5, 100).ConfigureAwait(false); // the one that finished last is there beside those within the bound
        foreach (var number in new[] { 101, 102, 103 }) await FinishAsync(store, number, $"party {number}", bounds).ConfigureAwait(false);
        await ExpectFinishedAsync(store, 5, 100, 101, 102, 103, 4).ConfigureAwait(false);
        var large = Samples.Approval(6, "eve") with { Sealed = new byte[13] };
        Expect.True(
            await store.Approvals.AddAsync(large, bounds).ConfigureAwait(false) == ApprovalAdding.Crowded, "open ones have the bound for themselves");
        Expect.True(
            await store.Approvals.AddAsync(large with { Sealed = new byte[12] }, bounds).ConfigureAwait(false) == ApprovalAdding.Added,
            "finished ones take no room of it");
    }

    private static async Task ExpectFinishedAsync(IStore store, params int[] numbers)
    {
        var rows = await store.Approvals.ListAsync(null, null, null, 1000, Samples.Start).ConfigureAwait(false);
        Expect.Same(
            numbers.Select(Samples.Number).Order(StringComparer.Ordinal), rows.Select(static row => row.Id).Order(StringComparer.Ordinal),
            "the oldest ones went");
    }

    private static async Task FinishedUnnotedAsync(StoreUnderTest under)
    {
        const int closed = IApprovalStore.MostFinishedOfParty;
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        // One whose end is not noted, and one with an answer that is not.
        await AskAsync(store, Samples.Approval(0, "eve")).ConfigureAwait(false);
        await store.Approvals.ChangeAsync(Samples.Number(0), ApprovalState.Open, ApprovalState.Closed, Samples.Start).ConfigureAwait(false);
        await AskAsync(store, Samples.Approval(1, "eve", needed: 2)).ConfigureAwait(false);
        await store.Approvals.AnswerAsync(Samples.Answer(1, "bob"), End, Samples.Start).ConfigureAwait(false);
        await store.Approvals.ChangeAsync(Samples.Number(1), ApprovalState.Open, ApprovalState.Closed, Samples.Start).ConfigureAwait(false);
        await store.Approvals.NoteAsync(Samples.Number(1), ApprovalState.Closed).ConfigureAwait(false);
        await Samples.AtOnceAsync(closed + 1, async number => await FinishAsync(store, number + 2, "eve").ConfigureAwait(false))
            .ConfigureAwait(false);
        await AskAsync(store, Samples.Approval(closed + 3, "eve")).ConfigureAwait(false);
        foreach (var number in new[] { 0, 1 })
        {
            Expect.True(
                await store.Approvals.FindAsync(Samples.Number(number), Samples.Start).ConfigureAwait(false) is not null, $"{number} is there");
        }

        var rows = await store.Approvals.ListAsync(null, null, null, 1000, Samples.Start).ConfigureAwait(false);
        Expect.True(rows.Count == closed + 3, "one that was noted went");
    }

    private static async Task ErasedAsync(StoreUnderTest under)
    {
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            for (var number = 1; number <= 5; number++)
                await AskAsync(store, Samples.Approval(number, number == 5 ? "ada" : "eve")).ConfigureAwait(false);
            await ApprovalContract.GrantAsync(store, Samples.Number(2)).ConfigureAwait(false);
            await ApprovalContract.GrantAsync(store, Samples.Number(5)).ConfigureAwait(false);
            await store.Approvals.AnswerAsync(Samples.Answer(3, "carol", grants: false), End, Samples.Start).ConfigureAwait(false);
            await store.Approvals.NoteAsync(Samples.Number(3), ApprovalState.Denied).ConfigureAwait(false);
            for (var number = 1; number <= 5; number++)
                await store.Approvals.NoteAsync(Samples.Number(number), ApprovalState.Open).ConfigureAwait(false);
            var at = Samples.Start.AddMinutes(5);
            var closed = await store.Approvals.EraseAsync(
                [Samples.Digest("none"), Samples.Digest("eve")], [Samples.Digest("person bob")], at).ConfigureAwait(false);
            Expect.Same([1, 2, 4], closed.Select(static row => (int)(row.At - Samples.Start).Ticks), "open and granted ones are closed");
            ApprovalContract.Same(closed[0], Samples.Approval(1, "eve") with { State = ApprovalState.Closed, ChangedAt = at, Sealed = default });
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        await ExpectUnnotedAsync(again, 5, 1, 2, 4).ConfigureAwait(false);
        var rows = await again.Approvals.ListAsync(null, null, null, 10, Samples.Start).ConfigureAwait(false);
        Expect.True(rows.Take(4).All(static row => row.Sealed.IsEmpty), "nothing that was sealed about the caller is left");
        Expect.True(rows[2] is { State: ApprovalState.Denied, IsNoted: true }, "what was finished stays as it was");
        Expect.True(rows[4] is { State: ApprovalState.Granted, Sealed.IsEmpty: false }, "another caller's question stays as it was");
        await ExpectAnswerAsync(again, 5, isErased: true).ConfigureAwait(false);
        await ExpectAnswerAsync(again, 3, isErased: false).ConfigureAwait(false);

        static async Task ExpectAnswerAsync(IStore store, int number, bool isErased)
        {
            var answers = await store.Approvals.AnswersAsync(Samples.Number(number), Samples.Start).ConfigureAwait(false);
            Expect.True(answers.Count == 1 && answers[0].Sealed.IsEmpty == isErased, $"the answer stays, and who gave it is gone: {isErased}");
        }
    }

    private static Task AskAsync(IStore store, ApprovalRow row) => ApprovalContract.AddAsync(store, row, ApprovalAdding.Added, "there is room");

    private static async ValueTask<bool> FinishAsync(IStore store, int number, string party, ApprovalBounds? bounds = null)
    {
        if (bounds is null) await AskAsync(store, Samples.Approval(number, party)).ConfigureAwait(false);
        else await store.Approvals.AddAsync(Samples.Approval(number, party), bounds).ConfigureAwait(false);
        await store.Approvals.ChangeAsync(
            Samples.Number(number), ApprovalState.Open, ApprovalState.Closed, Samples.Start.AddSeconds(number)).ConfigureAwait(false);
        await store.Approvals.NoteAsync(Samples.Number(number), ApprovalState.Closed).ConfigureAwait(false);
        return true;
    }

    private static async Task ExpectUnnotedAsync(IStore store, params int[] expected) => Expect.Same(
        expected.Select(Samples.Number), await store.Approvals.UnnotedAsync().ConfigureAwait(false),
        "these are not noted, by the moment of their change");
}
