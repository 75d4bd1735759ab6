using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>The contract of the table of answers, in addition to the contract of every table.</summary>
internal static class ApprovalAnswerContract
{
    private static readonly DateTimeOffset End = Samples.Start.AddHours(1);

    public static IEnumerable<StoreCheck> Checks =>
    [
        new("answers: an answer comes back as it went in", ComesBackAsync),
        new("answers: of many at once one decides", OneDecidesAsync),
        new("answers: of a grant and a denial at once one decides", GrantOrDenialAsync),
        new("answers: four eyes are two people", FourEyesAsync),
        new("answers: of many people as many count as are needed", NeededAsync),
        new("answers: a denial decides, also after one's own grant", DenialAsync),
        new("answers: without a question nothing is added", UnknownAsync),
        new("answers: a full table decides nothing", FullAsync),
        new("answers: parts out of their range are refused", RangesAsync),
    ];

    private static async Task ComesBackAsync(StoreUnderTest under)
    {
        var later = Samples.Answer(1, "carol") with
        {
            At = Samples.Start.AddMinutes(1),
            Way = "webhook:chat",
            Sealed = new byte[ApprovalAnswerRow.MostSealedBytes],
        };
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            await AskAsync(store, 3).ConfigureAwait(false);
            await AnswerAsync(store, later with { IsNoted = true }).ConfigureAwait(false);
            await AnswerAsync(store, Samples.Answer(1, "bob")).ConfigureAwait(false);
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        var found = await again.Approvals.AnswersAsync(Samples.Number(1), Samples.Start).ConfigureAwait(false);
        Expect.True(found.Count == 2, "both are there");
        Same(found[0], Samples.Answer(1, "bob"));
        Same(found[1], later);
        Expect.True((await again.Approvals.AnswersAsync(Samples.Number(2), Samples.Start).ConfigureAwait(false)).Count == 0, "another question");
    }

    private static async Task OneDecidesAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await AskAsync(store, 1).ConfigureAwait(false);
        var results = await Samples.AtOnceAsync(32, number => AnswerAsync(store, Samples.Answer(1, Samples.Number(number)))).ConfigureAwait(false);
        Expect.True(results.Count(static one => one.Outcome == AnswerOutcome.Decided) == 1, "one of them decided");
        Expect.True(results.Count(static one => one.Outcome == AnswerOutcome.Over) == 31, "the others came too late");
        var answers = await store.Approvals.AnswersAsync(Samples.Number(1), Samples.Start).ConfigureAwait(false);
        Expect.True(answers.Count == 1, "and left no answer");
    }

    private static async Task GrantOrDenialAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await AskAsync(store, 1).ConfigureAwait(false);
        var results = await Samples.AtOnceAsync(
            16, number => AnswerAsync(store, Samples.Answer(1, Samples.Number(number), grants: number % 2 == 0))).ConfigureAwait(false);
        var decided = Expect.One(results.Where(static one => one.Outcome == AnswerOutcome.Decided), "one of them decided");
        var isGranted = results.ToList().IndexOf(decided) % 2 == 0;
        var row = await store.Approvals.FindAsync(Samples.Number(1), Samples.Start).ConfigureAwait(false);
        Expect.True(row?.State == (isGranted ? ApprovalState.Granted : ApprovalState.Denied), $"the state is the one that was said: {row?.State}");
        ApprovalContract.Same(decided.Row, row!);
    }

    private static async Task FourEyesAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await AskAsync(store, 2).ConfigureAwait(false);
        var first = await AnswerAsync(store, Samples.Answer(1, "bob")).ConfigureAwait(false);
        Expect.True(first is { Outcome: AnswerOutcome.Counted, Granted: 1, Row.State: ApprovalState.Open }, "one person counts");
        var same = await Samples.AtOnceAsync(8, _ => AnswerAsync(store, Samples.Answer(1, "bob"))).ConfigureAwait(false);
        Expect.True(
            same.All(static one => one is { Outcome: AnswerOutcome.SamePerson, Granted: 1, Row.State: ApprovalState.Open }),
            "the same person counts once");
        var second = await AnswerAsync(store, Samples.Answer(1, "carol")).ConfigureAwait(false);
        Expect.True(second is { Outcome: AnswerOutcome.Decided, Granted: 2, Row.State: ApprovalState.Granted }, "the second person decides");
        var third = await AnswerAsync(store, Samples.Answer(1, "dora")).ConfigureAwait(false);
        Expect.True(third is { Outcome: AnswerOutcome.Over, Granted: 2, Row.State: ApprovalState.Granted }, "the third comes too late");
    }

    private static async Task NeededAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await AskAsync(store, 5).ConfigureAwait(false);
        // Twice as many answers as people.
        var results = await Samples.AtOnceAsync(32, number => AnswerAsync(store, Samples.Answer(1, Samples.Number(number / 2))))
            .ConfigureAwait(false);
        Expect.True(results.Count(static one => one.Outcome == AnswerOutcome.Counted) == 4, "four counted");
        var decided = Expect.One(results.Where(static one => one.Outcome == AnswerOutcome.Decided), "one of them decided");
        Expect.True(decided.Granted == 5, "the fifth decided");
        Expect.True((await store.Approvals.AnswersAsync(Samples.Number(1), Samples.Start).ConfigureAwait(false)).Count == 5, "five are kept");
    }

    private static async Task DenialAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await AskAsync(store, 2).ConfigureAwait(false);
        await AnswerAsync(store, Samples.Answer(1, "bob")).ConfigureAwait(false);
        await store.Approvals.NoteAnswerAsync(Samples.Number(1), Samples.Answer(1, "bob").Person).ConfigureAwait(false);
        var denial = Samples.Answer(1, "bob", grants: false) with { At = Samples.Start.AddMinutes(3), Way = "socket" };
        var denied = await AnswerAsync(store, denial).ConfigureAwait(false);
        Expect.True(denied is { Outcome: AnswerOutcome.Decided, Granted: 0, Row.State: ApprovalState.Denied }, "the denial decides");
        Expect.True(denied.Row?.Expires == End, "and changes no time");
        var answers = await store.Approvals.AnswersAsync(Samples.Number(1), Samples.Start).ConfigureAwait(false);
        Expect.True(answers.Count == 1, "it takes the place of the grant");
        Same(answers[0], denial);
        Expect.True((await store.Approvals.UnnotedAnswersAsync().ConfigureAwait(false)).Count == 1, "and is not noted");
    }

    private static async Task UnknownAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var result = await AnswerAsync(store, Samples.Answer(1, "bob")).ConfigureAwait(false);
        Expect.True(result is { Outcome: AnswerOutcome.Unknown, Row: null, Granted: 0 }, "there is no such question");
        await AskAsync(store, 1).ConfigureAwait(false);
        var forgotten = await store.Approvals.AnswerAsync(Samples.Answer(1, "bob"), End, Samples.Approval(1).Until).ConfigureAwait(false);
        Expect.True(forgotten.Outcome == AnswerOutcome.Unknown, "it is forgotten");
        Expect.True((await store.Approvals.UnnotedAnswersAsync().ConfigureAwait(false)).Count == 0, "nothing was added");
    }

    private static async Task FullAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync(2).ConfigureAwait(false);
        await AskAsync(store, 3).ConfigureAwait(false);
        await AnswerAsync(store, Samples.Answer(1, "bob")).ConfigureAwait(false);
        await AnswerAsync(store, Samples.Answer(1, "carol")).ConfigureAwait(false);
        await Expect.FaultAsync<StoreException>(() => AnswerAsync(store, Samples.Answer(1, "dora")).AsTask(), "the table is full")
            .ConfigureAwait(false);
        var row = await store.Approvals.FindAsync(Samples.Number(1), Samples.Start).ConfigureAwait(false);
        Expect.True(row?.State == ApprovalState.Open, "the question is open");
        var same = await AnswerAsync(store, Samples.Answer(1, "bob")).ConfigureAwait(false);
        Expect.True(same.Outcome == AnswerOutcome.SamePerson, "what is there needs no place");
        var denial = await AnswerAsync(store, Samples.Answer(1, "bob", grants: false)).ConfigureAwait(false);
        Expect.True(denial.Outcome == AnswerOutcome.Decided, "nor does a denial in its place");
    }

    private static async Task RangesAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await AskAsync(store, 1).ConfigureAwait(false);
        var good = Samples.Answer(1, "bob");
        ApprovalAnswerRow[] faulty =
        [
            good with { ApprovalId = "" }, good with { ApprovalId = "a\0b" }, good with { Person = new byte[15] }, good with { Way = "\ud800" },
            good with { Shown = default }, good with { Sealed = default }, good with { Sealed = new byte[ApprovalAnswerRow.MostSealedBytes + 1] },
        ];
        foreach (var row in faulty)
            await Expect.FaultAsync<ArgumentException>(() => AnswerAsync(store, row).AsTask(), "out of range").ConfigureAwait(false);
        var found = await store.Approvals.FindAsync(Samples.Number(1), Samples.Start).ConfigureAwait(false);
        Expect.True(found?.State == ApprovalState.Open, "what was refused decides nothing");
    }

    private static Task AskAsync(IStore store, int needed) =>
        ApprovalContract.AddAsync(store, Samples.Approval(1, needed: needed), ApprovalAdding.Added, "there is room");

    private static ValueTask<AnswerResult> AnswerAsync(IStore store, ApprovalAnswerRow answer) =>
        store.Approvals.AnswerAsync(answer, End, Samples.Start);

    public static void Same(ApprovalAnswerRow found, ApprovalAnswerRow row) => Expect.True(
        found.Person.Span.SequenceEqual(row.Person.Span) && found.Shown.Span.SequenceEqual(row.Shown.Span)
            && found.Sealed.Span.SequenceEqual(row.Sealed.Span)
            && found with { Person = default, Shown = default, Sealed = default } == row with { Person = default, Shown = default, Sealed = default },
        $"an answer is as expected: {found}");
}
