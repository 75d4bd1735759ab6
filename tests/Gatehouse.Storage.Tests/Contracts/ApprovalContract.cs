using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>The contract of the table of questions, in addition to the contract of every table: digests, bounds, one outcome, one use.</summary>
internal static class ApprovalContract
{
    private static readonly DateTimeOffset End = Samples.Start.AddHours(1);

    private static readonly ApprovalBounds OfBytes = new(1000, 1000, MostBytesOfParty: 60, MostBytes: 100);

    public static IEnumerable<StoreCheck> Checks =>
    [
        new("approvals: a question comes back as it went in", ComesBackAsync),
        new("approvals: an open or granted one keeps its digest", KeepsDigestAsync),
        new("approvals: open ones have a bound of a party and of all", BoundAsync),
        new("approvals: open ones that the same people answer have a bound, and one of a party", ApproverSetAsync),
        new("approvals: of many who ask at once no more are open than the most", BoundAtOnceAsync),
        new("approvals: sealed bytes have a bound of a party and of all", BytesAsync),
        new("approvals: of many who ask at once no more bytes are kept than the most", BytesAtOnceAsync),
        new("approvals: of many who spend one grant at once one has it", SpentOnceAsync),
        new("approvals: of a spend and a withdrawal at once one is done", SpentOrClosedAsync),
        new("approvals: a state changes only in known ways", ChangesAsync),
        new("approvals: an act of a person withdraws a question, and is kept", WithdrawnAsync),
        new("approvals: of concurrent acts that withdraw one question one does", WithdrawnOnceAsync),
        new("approvals: at its very tick a question is over", OverAsync),
        new("approvals: what is over expires once", ExpiresOnceAsync),
        new("approvals: of a grant and an expiry at once one is done", GrantOrExpiryAsync),
        new("approvals: the open or granted one is found, else the last denied", FoundByDigestAsync),
        new("approvals: of a kind the one that was approved last is found", FoundLikeAsync),
        new("approvals: oldest first, the newest of them, by state", ListedAsync),
        new("approvals: pages of one kind have each question once", PagesAsync),
        new("approvals: parts out of their range are refused", RangesAsync),
    ];

    private static async Task ComesBackAsync(StoreUnderTest under)
    {
        var row = Samples.Approval(1, needed: 3) with
        {
            Kind = ApprovalKind.Act,
            ApproverSet = Samples.Digest("approvers"),
            ChangedAt = Samples.Start.AddTicks(7),
            Sealed = new byte[ApprovalRow.MostSealedBytes],
            IsNoted = true,
        };
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
            await AddAsync(store, row, ApprovalAdding.Added, "there is room").ConfigureAwait(false);

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        row = row with { IsNoted = false };
        Same(await again.Approvals.FindAsync(row.Id, Samples.Start).ConfigureAwait(false), row);
        Same(await again.Approvals.FindByDigestAsync([Samples.Digest("other"), row.Digest], Samples.Start).ConfigureAwait(false), row);
        Same((await again.Approvals.ListAsync(null, null, null, 10, Samples.Start).ConfigureAwait(false))[0], row);
        Expect.True(await again.Approvals.FindAsync(Samples.Number(2), Samples.Start).ConfigureAwait(false) is null, "there is no such question");
    }

    private static async Task KeepsDigestAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var first = Samples.Approval(1);
        await AddAsync(store, first, ApprovalAdding.Added, "the digest is new").ConfigureAwait(false);
        await AddAsync(store, first with { Id = "b" }, ApprovalAdding.Exists, "the question is open").ConfigureAwait(false);
        await GrantAsync(store, first.Id).ConfigureAwait(false);
        await AddAsync(store, first with { Id = "b" }, ApprovalAdding.Exists, "it is granted").ConfigureAwait(false);
        Expect.True(await SpendAsync(store, first.Id).ConfigureAwait(false), "the grant is spent");
        await AddAsync(store, first with { Id = "b" }, ApprovalAdding.Added, "it is spent").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(
            () => store.Approvals.AddAsync(Samples.Approval(2) with { Id = "b" }, Samples.NumberBounds(1000, 1000)).AsTask(), "an id is new")
            .ConfigureAwait(false);
        await store.Approvals.AnswerAsync(Samples.Answer(1, "bob", grants: false) with { ApprovalId = "b" }, End, Samples.Start)
            .ConfigureAwait(false);
        await AddAsync(store, first with { Id = "c" }, ApprovalAdding.Added, "it is denied").ConfigureAwait(false);
        var later = first with { Id = "d", At = End, Expires = End.AddHours(1) };
        await AddAsync(store, later, ApprovalAdding.Added, "it is over, though nobody expired it").ConfigureAwait(false);
    }

    private static async Task BoundAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await ExpectAddedAsync(store, 1, "eve", ApprovalAdding.Added).ConfigureAwait(false);
        await ExpectAddedAsync(store, 2, "eve", ApprovalAdding.Added).ConfigureAwait(false);
        await ExpectAddedAsync(store, 3, "eve", ApprovalAdding.Crowded).ConfigureAwait(false);
        await ExpectAddedAsync(store, 4, "ada", ApprovalAdding.Added).ConfigureAwait(false);
        await ExpectAddedAsync(store, 5, "bob", ApprovalAdding.Crowded).ConfigureAwait(false);
        await GrantAsync(store, Samples.Number(1)).ConfigureAwait(false);
        await ExpectAddedAsync(store, 3, "eve", ApprovalAdding.Added).ConfigureAwait(false);
        await ExpectAddedAsync(store, 2, "eve", ApprovalAdding.Exists).ConfigureAwait(false);
        var later = Samples.Approval(6, "eve") with { At = End, Expires = End.AddHours(1) };
        var added = await store.Approvals.AddAsync(later, Samples.NumberBounds(2, 3)).ConfigureAwait(false);
        Expect.True(added == ApprovalAdding.Added, "what is over takes no place");

        static async Task ExpectAddedAsync(IStore store, int number, string party, ApprovalAdding expected) => Expect.True(
            await store.Approvals.AddAsync(Samples.Approval(number, party), Samples.NumberBounds(2, 3)).ConfigureAwait(false) == expected,
            $"{number} of {party}: {expected}");
    }

    private static async Task ApproverSetAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await ExpectAsync(1, "eve", "leads", ApprovalAdding.Added).ConfigureAwait(false);
        await ExpectAsync(2, "eve", "leads", ApprovalAdding.Added).ConfigureAwait(false);
        await ExpectAsync(3, "eve", "leads", ApprovalAdding.Crowded).ConfigureAwait(false); // the part of the party
        await ExpectAsync(3, "ada", "leads", ApprovalAdding.Added).ConfigureAwait(false);
        await ExpectAsync(4, "bob", "leads", ApprovalAdding.Crowded).ConfigureAwait(false); // the bound of all parties
        await ExpectAsync(4, "bob", "others", ApprovalAdding.Added).ConfigureAwait(false);
        for (var number = 5; number <= 9; number++) await ExpectAsync(number, "bob", null, ApprovalAdding.Added).ConfigureAwait(false);
        await GrantAsync(store, Samples.Number(3)).ConfigureAwait(false);
        await ExpectAsync(10, "bob", "leads", ApprovalAdding.Added).ConfigureAwait(false); // a granted one waits for no person
        var later = Row(11, "eve", "leads") with { At = End, Expires = End.AddHours(1) };
        Expect.True(await AddAsync(later).ConfigureAwait(false) == ApprovalAdding.Added, "what is over takes no place");

        async Task ExpectAsync(int number, string party, string? approverSet, ApprovalAdding expected) => Expect.True(
            await AddAsync(Row(number, party, approverSet)).ConfigureAwait(false) == expected, $"{number} of {party}: {expected}");

        ValueTask<ApprovalAdding> AddAsync(ApprovalRow row) => store.Approvals.AddAsync(
            row, Samples.NumberBounds(1000, 1000) with { MostOpenOfApproverSet = 3, MostOpenOfPartyInApproverSet = 2 });

        static ApprovalRow Row(int number, string party, string? approverSet) =>
            Samples.Approval(number, party) with
            {
                ApproverSet = approverSet is null ? default(ReadOnlyMemory<byte>) : Samples.Digest("approvers " + approverSet),
            };
    }

    private static async Task BytesAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await ExpectAsync(1, "eve", 60, ApprovalAdding.Added).ConfigureAwait(false);
        await ExpectAsync(2, "eve", 1, ApprovalAdding.Crowded).ConfigureAwait(false);
        await ExpectAsync(3, "ada", 41, ApprovalAdding.Crowded).ConfigureAwait(false);
        await ExpectAsync(3, "ada", 40, ApprovalAdding.Added).ConfigureAwait(false);
        await ExpectAsync(4, "bob", 1, ApprovalAdding.Crowded).ConfigureAwait(false);
        await ExpectAsync(1, "eve", 60, ApprovalAdding.Exists).ConfigureAwait(false);
        await GrantAsync(store, Samples.Number(1)).ConfigureAwait(false);
        await ExpectAsync(2, "eve", 1, ApprovalAdding.Crowded).ConfigureAwait(false); // a grant keeps its message
        Expect.True(await SpendAsync(store, Samples.Number(1)).ConfigureAwait(false), "the grant is spent");
        await ExpectAsync(2, "eve", 60, ApprovalAdding.Added).ConfigureAwait(false);
        var later = Sized(5, "eve", 60) with { At = End, Expires = End.AddHours(1) };
        Expect.True(await store.Approvals.AddAsync(later, OfBytes).ConfigureAwait(false) == ApprovalAdding.Added, "what is over takes no place");

        async Task ExpectAsync(int number, string party, int size, ApprovalAdding expected)
        {
            var added = await store.Approvals.AddAsync(Sized(number, party, size), OfBytes).ConfigureAwait(false);
            Expect.True(added == expected, $"{number} of {party}, {size} bytes: expected {expected}, found {added}");
        }
    }

    private static ApprovalRow Sized(int number, string party, int size) => Samples.Approval(number, party) with { Sealed = new byte[size] };

    private static async Task BytesAtOnceAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var added = await Samples.AtOnceAsync(
            32, number => store.Approvals.AddAsync(Sized(number, number % 2 == 0 ? "eve" : "ada", 20), OfBytes)).ConfigureAwait(false);
        Expect.True(added.Count(static one => one == ApprovalAdding.Added) == 5, "five of twenty bytes are open, of a hundred bytes");
    }

    private static async Task BoundAtOnceAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var added = await Samples.AtOnceAsync(
            32, number => store.Approvals.AddAsync(Samples.Approval(number, number % 2 == 0 ? "eve" : "ada"), Samples.NumberBounds(5, 1000)))
            .ConfigureAwait(false);
        Expect.True(added.Count(static one => one == ApprovalAdding.Added) == 10, "five of each party are open");
        var equal = await Samples.AtOnceAsync(
            32, number => store.Approvals.AddAsync(
                Samples.Approval(40, "bob") with { Id = "equal " + Samples.Number(number) }, Samples.NumberBounds(50, 1000)))
            .ConfigureAwait(false);
        Expect.True(equal.Count(static one => one == ApprovalAdding.Added) == 1, "of equal ones one is open");
    }

    private static async Task SpentOnceAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await AddAsync(store, Samples.Approval(1), ApprovalAdding.Added, "there is room").ConfigureAwait(false);
        await GrantAsync(store, Samples.Number(1)).ConfigureAwait(false);
        var won = await Samples.AtOnceAsync(
            32, _ => store.Approvals.ChangeAsync(Samples.Number(1), ApprovalState.Granted, ApprovalState.Spent, Samples.Start)).ConfigureAwait(false);
        Expect.True(won.Count(static one => one) == 1, "one of them spent it");
        Expect.True(!await SpendAsync(store, Samples.Number(1)).ConfigureAwait(false), "and nobody afterwards");
        await ExpectStateAsync(store, 1, ApprovalState.Spent).ConfigureAwait(false);
    }

    private static async Task SpentOrClosedAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await AddAsync(store, Samples.Approval(1), ApprovalAdding.Added, "there is room").ConfigureAwait(false);
        await GrantAsync(store, Samples.Number(1)).ConfigureAwait(false);
        var won = await Samples.AtOnceAsync(16, number => store.Approvals.ChangeAsync(
            Samples.Number(1), ApprovalState.Granted, number % 2 == 0 ? ApprovalState.Spent : ApprovalState.Closed, Samples.Start))
            .ConfigureAwait(false);
        Expect.True(won.Count(static one => one) == 1, "one of them changed it");
        var state = won.ToList().IndexOf(true) % 2 == 0 ? ApprovalState.Spent : ApprovalState.Closed;
        await ExpectStateAsync(store, 1, state).ConfigureAwait(false);
    }

    private static async Task ChangesAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await AddAsync(store, Samples.Approval(1), ApprovalAdding.Added, "there is room").ConfigureAwait(false);
        Expect.True(!await SpendAsync(store, Samples.Number(1)).ConfigureAwait(false), "an open one is not spent");
        Expect.True(!await SpendAsync(store, Samples.Number(2)).ConfigureAwait(false), "there is no such question");
        var at = Samples.Start.AddMinutes(2);
        Expect.True(
            await store.Approvals.ChangeAsync(Samples.Number(1), ApprovalState.Open, ApprovalState.Closed, at).ConfigureAwait(false), "it is closed");
        Same(
            await store.Approvals.FindAsync(Samples.Number(1), at).ConfigureAwait(false),
            Samples.Approval(1) with { State = ApprovalState.Closed, ChangedAt = at });
        Expect.True(
            !await store.Approvals.ChangeAsync(Samples.Number(1), ApprovalState.Open, ApprovalState.Closed, at).ConfigureAwait(false), "once");
        (ApprovalState From, ApprovalState To)[] unknown =
        [
            (ApprovalState.Open, ApprovalState.Granted), (ApprovalState.Open, ApprovalState.Spent), (ApprovalState.Granted, ApprovalState.Open),
            (ApprovalState.Denied, ApprovalState.Granted), (ApprovalState.Spent, ApprovalState.Granted), (ApprovalState.Closed, ApprovalState.Open),
            (ApprovalState.Open, ApprovalState.Expired),
        ];
        foreach (var (from, to) in unknown)
        {
            await Expect.FaultAsync<ArgumentException>(
                () => store.Approvals.ChangeAsync(Samples.Number(1), from, to, at).AsTask(), $"no change from {from} to {to}").ConfigureAwait(false);
        }
    }

    private static async Task OverAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await AddAsync(store, Samples.Approval(1), ApprovalAdding.Added, "there is room").ConfigureAwait(false);
        await AddAsync(store, Samples.Approval(2), ApprovalAdding.Added, "there is room").ConfigureAwait(false);
        var late = await store.Approvals.AnswerAsync(Samples.Answer(1, "bob"), End.AddHours(1), End).ConfigureAwait(false);
        Expect.True(late is { Outcome: AnswerOutcome.Over, Row.State: ApprovalState.Open, Granted: 0 }, "at its end a question has no answer");
        var before = End.AddTicks(-1);
        var (expires, until) = (End.AddMinutes(1), Samples.Start.AddDays(1));
        var granted = await store.Approvals.AnswerAsync(Samples.Answer(2, "bob"), expires, before).ConfigureAwait(false);
        Expect.True(granted.Outcome == AnswerOutcome.Decided, "a tick before it has");
        Same(granted.Row, Samples.Approval(2) with { State = ApprovalState.Granted, ChangedAt = before, Expires = expires, Until = until });
        Expect.True(
            !await store.Approvals.ChangeAsync(Samples.Number(2), ApprovalState.Granted, ApprovalState.Spent, expires).ConfigureAwait(false),
            "at its end a grant is not spent");
        Expect.True(
            await store.Approvals.ChangeAsync(Samples.Number(2), ApprovalState.Granted, ApprovalState.Spent, expires.AddTicks(-1))
                .ConfigureAwait(false),
            "a tick before it is");
        await AddAsync(store, Samples.Approval(3), ApprovalAdding.Added, "there is room").ConfigureAwait(false);
        var longer = await store.Approvals.AnswerAsync(Samples.Answer(3, "bob"), until.AddDays(9), Samples.Start).ConfigureAwait(false);
        Expect.True(longer.Row?.Until == until.AddDays(9), "a row is kept as long as its grant");
    }

    private static async Task ExpiresOnceAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        for (var number = 1; number <= 4; number++)
            await AddAsync(store, Samples.Approval(number), ApprovalAdding.Added, "there is room").ConfigureAwait(false);
        await GrantAsync(store, Samples.Number(2)).ConfigureAwait(false);
        await store.Approvals.AnswerAsync(Samples.Answer(3, "bob", grants: false), End, Samples.Start).ConfigureAwait(false);
        await AddAsync(store, Samples.Approval(5) with { Expires = End.AddTicks(1) }, ApprovalAdding.Added, "there is room").ConfigureAwait(false);
        Expect.True((await store.Approvals.ExpireAsync(End.AddTicks(-1)).ConfigureAwait(false)).Count == 0, "nothing is over a tick before");
        var acts = await Samples.AtOnceAsync(8, _ => store.Approvals.ExpireAsync(End)).ConfigureAwait(false);
        Expect.Same(
            [Samples.Number(1), Samples.Number(2), Samples.Number(4)], acts.SelectMany(static ids => ids).Order(),
            "open and granted ones expire, each by one act");
        var expired = Samples.Approval(1) with { State = ApprovalState.Expired, ChangedAt = End };
        Same(await store.Approvals.FindAsync(expired.Id, End).ConfigureAwait(false), expired);
    }

    private static async Task GrantOrExpiryAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        for (var number = 0; number < 16; number++)
            await AddAsync(store, Samples.Approval(number), ApprovalAdding.Added, "there is room").ConfigureAwait(false);
        // An approver whose clock is a tick behind answers while the sweep expires.
        var outcomes = await Samples.AtOnceAsync(32, async number => number % 2 == 0
            ? (await store.Approvals.AnswerAsync(Samples.Answer(number / 2, "bob"), End.AddHours(1), End.AddTicks(-1)).ConfigureAwait(false)).Outcome
                == AnswerOutcome.Decided ? 1 : 0
            : (await store.Approvals.ExpireAsync(End).ConfigureAwait(false)).Count).ConfigureAwait(false);
        Expect.True(outcomes.Sum() == 16, "each question has one outcome");
        var rows = await store.Approvals.ListAsync(null, null, null, 100, Samples.Start).ConfigureAwait(false);
        var granted = outcomes.Where(static (_, number) => number % 2 == 0).Sum();
        Expect.True(
            rows.Count(static row => row.State == ApprovalState.Granted) == granted
                && rows.Count(static row => row.State == ApprovalState.Expired) == 16 - granted,
            "and it is the one that was said");
    }

    private static async Task FoundByDigestAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var row = Samples.Approval(1);
        foreach (var (id, minutes) in new[] { ("first", 1), ("second", 2) })
        {
            await AddAsync(store, row with { Id = id }, ApprovalAdding.Added, "the one before is denied").ConfigureAwait(false);
            await store.Approvals.AnswerAsync(
                Samples.Answer(1, "bob", grants: false) with { ApprovalId = id }, End, Samples.Start.AddMinutes(minutes)).ConfigureAwait(false);
        }

        await ExpectIdAsync(store, row.Digest, Samples.Start, "second").ConfigureAwait(false);
        await AddAsync(store, row with { Id = "third" }, ApprovalAdding.Added, "the one before is denied").ConfigureAwait(false);
        await ExpectIdAsync(store, row.Digest, Samples.Start, "third").ConfigureAwait(false);
        await ExpectIdAsync(store, row.Digest, End, "second").ConfigureAwait(false); // the third is over
        await ExpectIdAsync(store, row.Digest, row.Until, null).ConfigureAwait(false); // and all are forgotten
        await ExpectIdAsync(store, Samples.Digest("other"), Samples.Start, null).ConfigureAwait(false);

        static async Task ExpectIdAsync(IStore store, ReadOnlyMemory<byte> digest, DateTimeOffset now, string? expected)
        {
            var found = await store.Approvals.FindByDigestAsync([Samples.Digest("none"), digest], now).ConfigureAwait(false);
            Expect.True(found?.Id == expected, $"expected {expected}, found {found?.Id}");
        }
    }

    private static async Task FoundLikeAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        for (var number = 1; number <= 4; number++)
            await AddAsync(store, Samples.Approval(number), ApprovalAdding.Added, "there is room").ConfigureAwait(false);
        await ExpectLikeAsync(store, null).ConfigureAwait(false);
        await GrantAsync(store, Samples.Number(2)).ConfigureAwait(false);
        await ExpectLikeAsync(store, 2).ConfigureAwait(false);
        foreach (var number in new[] { 3, 1, 4 }) await GrantAsync(store, Samples.Number(number)).ConfigureAwait(false);
        foreach (var (number, minutes) in new[] { (3, 1), (1, 2) })
        {
            await store.Approvals.ChangeAsync(
                Samples.Number(number), ApprovalState.Granted, ApprovalState.Spent, Samples.Start.AddMinutes(minutes)).ConfigureAwait(false);
        }

        await store.Approvals.ChangeAsync(
            Samples.Number(4), ApprovalState.Granted, ApprovalState.Closed, Samples.Start.AddMinutes(3)).ConfigureAwait(false);
        await ExpectLikeAsync(store, 1).ConfigureAwait(false);

        static async Task ExpectLikeAsync(IStore store, int? number)
        {
            var like = Samples.Approval(1).Like;
            var found = await store.Approvals.FindLikeAsync([Samples.Digest("none"), like], Samples.Start).ConfigureAwait(false);
            var expected = number is { } one ? Samples.Number(one) : null;
            Expect.True(found?.Id == expected, $"the one that was approved last is {expected}, not {found?.Id}");
        }
    }

    private static async Task ListedAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        foreach (var number in new[] { 4, 1, 3, 2 })
            await AddAsync(store, Samples.Approval(number), ApprovalAdding.Added, "there is room").ConfigureAwait(false);
        await GrantAsync(store, Samples.Number(3)).ConfigureAwait(false);
        await ExpectAsync(null, 10, 1, 2, 3, 4).ConfigureAwait(false);
        await ExpectAsync(null, 2, 3, 4).ConfigureAwait(false);
        await ExpectAsync(ApprovalState.Open, 2, 2, 4).ConfigureAwait(false);
        await ExpectAsync(ApprovalState.Granted, 2, 3).ConfigureAwait(false);

        async Task ExpectAsync(ApprovalState? state, int most, params int[] expected) => Expect.Same(
            expected.Select(Samples.Number),
            (await store.Approvals.ListAsync(state, null, null, most, End).ConfigureAwait(false)).Select(static row => row.Id), $"{state}, {most}");
    }

    // Two were asked at the same moment: their ids are in order.
    private static async Task PagesAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        for (var number = 1; number <= 6; number++)
        {
            var row = Samples.Approval(number) with { Kind = number == 5 ? ApprovalKind.Call : ApprovalKind.Access };
            await AddAsync(store, number == 3 ? row with { At = Samples.Approval(2).At } : row, ApprovalAdding.Added, "there is room")
                .ConfigureAwait(false);
        }

        await GrantAsync(store, Samples.Number(4)).ConfigureAwait(false);
        var newest = await PageAsync(null, "the newest of the kind", 4, 6).ConfigureAwait(false);
        var next = await PageAsync(newest[0], "the ones before", 2, 3).ConfigureAwait(false);
        next = await PageAsync(next[^1], "one of two of the same moment", 1, 2).ConfigureAwait(false);
        await PageAsync(next[0], "nothing is before the first").ConfigureAwait(false);
        Expect.Same(
            [Samples.Number(4)],
            (await store.Approvals.ListAsync(ApprovalState.Granted, ApprovalKind.Access, null, 2, Samples.Start).ConfigureAwait(false))
                .Select(static row => row.Id), "of a state and a kind");

        async Task<IReadOnlyList<ApprovalRow>> PageAsync(ApprovalRow? before, string what, params int[] expected)
        {
            var page = await store.Approvals.ListAsync(null, ApprovalKind.Access, before, 2, Samples.Start).ConfigureAwait(false);
            Expect.Same(expected.Select(Samples.Number), page.Select(static row => row.Id), what);
            return page;
        }
    }

    private static async Task WithdrawnAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync(2).ConfigureAwait(false);
        var (at, act) = (Samples.Start.AddMinutes(2), Samples.Answer(1, "dora", grants: false) with { Way = "revoke" });
        Expect.True(!await store.Approvals.WithdrawAsync(act, ApprovalState.Open, at).ConfigureAwait(false), "there is no such question");
        await AddAsync(store, Samples.Approval(1, needed: 2), ApprovalAdding.Added, "there is room").ConfigureAwait(false);
        foreach (var person in new[] { "bob", "carol" })
            await store.Approvals.AnswerAsync(Samples.Answer(1, person), End, Samples.Start).ConfigureAwait(false);
        Expect.True(!await store.Approvals.WithdrawAsync(act, ApprovalState.Open, at).ConfigureAwait(false), "it is granted by now");
        Expect.True(await store.Approvals.WithdrawAsync(act, ApprovalState.Granted, at).ConfigureAwait(false), "it is withdrawn in a full table");
        Expect.True(!await store.Approvals.WithdrawAsync(act, ApprovalState.Granted, at).ConfigureAwait(false), "once");
        var row = await store.Approvals.FindAsync(act.ApprovalId, at).ConfigureAwait(false);
        Expect.True(row is { State: ApprovalState.Closed, IsNoted: false } && row.ChangedAt == at, "the question is closed and not noted");
        var answers = await store.Approvals.AnswersAsync(act.ApprovalId, at).ConfigureAwait(false);
        ApprovalAnswerContract.Same(Expect.One(answers.Where(static one => !one.Grants), "one is the act"), act);
        Expect.True(answers.Count == 3, "the grants stay");
        await AddAsync(store, Samples.Approval(2), ApprovalAdding.Added, "there is room").ConfigureAwait(false);
        var late = act with { ApprovalId = Samples.Number(2) };
        Expect.True(!await store.Approvals.WithdrawAsync(late, ApprovalState.Open, End).ConfigureAwait(false), "what is over is not withdrawn");
        Expect.True((await store.Approvals.AnswersAsync(late.ApprovalId, at).ConfigureAwait(false)).Count == 0, "and no act about it is kept");
        foreach (var from in new[] { ApprovalState.Denied, ApprovalState.Spent, ApprovalState.Expired, ApprovalState.Closed })
        {
            await Expect.FaultAsync<ArgumentException>(() => store.Approvals.WithdrawAsync(late, from, at).AsTask(), $"no change from {from}")
                .ConfigureAwait(false);
        }

        await Expect.FaultAsync<ArgumentException>(
            () => store.Approvals.WithdrawAsync(late with { Grants = true }, ApprovalState.Open, at).AsTask(), "an act grants nothing")
            .ConfigureAwait(false);
    }

    private static async Task WithdrawnOnceAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await AddAsync(store, Samples.Approval(1), ApprovalAdding.Added, "there is room").ConfigureAwait(false);
        await GrantAsync(store, Samples.Number(1)).ConfigureAwait(false);
        var won = await Samples.AtOnceAsync(16, number => number % 2 == 0
            ? store.Approvals.ChangeAsync(Samples.Number(1), ApprovalState.Granted, ApprovalState.Spent, Samples.Start)
            : store.Approvals.WithdrawAsync(
                Samples.Answer(1, "person " + Samples.Number(number), grants: false), ApprovalState.Granted, Samples.Start)).ConfigureAwait(false);
        Expect.True(won.Count(static one => one) == 1, "one of them changed it");
        var acts = (await store.Approvals.AnswersAsync(Samples.Number(1), Samples.Start).ConfigureAwait(false)).Count(static one => !one.Grants);
        Expect.True(acts == (won.ToList().IndexOf(true) % 2), "and only the act that changed it is kept");
    }

    private static async Task RangesAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var good = Samples.Approval(1);
        ApprovalRow[] faulty =
        [
            good with { Id = "a\0b" }, good with { Id = "" }, good with { Digest = new byte[15] }, good with { Party = new byte[65] },
            good with { Like = default }, good with { Needed = 0 }, good with { Sealed = default }, good with { State = ApprovalState.Granted },
            good with { Sealed = new byte[ApprovalRow.MostSealedBytes + 1] }, good with { Until = good.Expires.AddTicks(-1) },
            good with { Kind = (ApprovalKind)9 },
        ];
        foreach (var row in faulty)
        {
            await Expect.FaultAsync<ArgumentException>(() => store.Approvals.AddAsync(row, Samples.NumberBounds(10, 10)).AsTask(), "out of range")
                .ConfigureAwait(false);
        }

        foreach (var bounds in new ApprovalBounds[] { new(0, 10, 10, 10), new(10, 0, 10, 10), new(10, 10, 0, 10), new(10, 10, 10, 0) })
            await Expect.FaultAsync<ArgumentException>(() => store.Approvals.AddAsync(good, bounds).AsTask(), "1 or more").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(() => store.Approvals.FindAsync("a\0b", End).AsTask(), "a text").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(
            () => store.Approvals.FindByDigestAsync([new byte[3]], End).AsTask(), "a digest").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(() => store.Approvals.FindLikeAsync([new byte[3]], End).AsTask(), "a digest")
            .ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(() => store.Approvals.ListAsync(null, null, null, 0, End).AsTask(), "one or more")
            .ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(() => store.Approvals.AnswersAsync("\ud800", End).AsTask(), "a text").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(
            () => store.Approvals.NoteAsync("\ud800", ApprovalState.Open).AsTask(), "a text").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(
            () => store.Approvals.NoteAnswerAsync("id", new byte[3]).AsTask(), "a digest").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(
            () => store.Approvals.EraseAsync([], [new byte[3]], End).AsTask(), "a digest").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(
            () => store.Approvals.EraseAsync([new byte[3]], [], End).AsTask(), "a digest").ConfigureAwait(false);
        var rows = await store.Approvals.ListAsync(null, null, null, 10, Samples.Start).ConfigureAwait(false);
        Expect.True(rows.Count == 0, "what was refused is not there");
    }

    /// <summary>Fails where a question is not the expected one.</summary>
    public static void Same(ApprovalRow? found, ApprovalRow row) => Expect.True(
        found is not null && found.Digest.Span.SequenceEqual(row.Digest.Span) && found.Party.Span.SequenceEqual(row.Party.Span)
            && found.ApproverSet.Span.SequenceEqual(row.ApproverSet.Span)
            && found.Like.Span.SequenceEqual(row.Like.Span) && found.Sealed.Span.SequenceEqual(row.Sealed.Span)
            && found with { Digest = default, Party = default, Like = default, ApproverSet = default, Sealed = default }
                == row with { Digest = default, Party = default, Like = default, ApproverSet = default, Sealed = default },
        $"a question is as expected: {found}");

    /// <summary>Adds a question where there is room.</summary>
    public static async Task AddAsync(IStore store, ApprovalRow row, ApprovalAdding expected, string promise)
    {
        var added = await store.Approvals.AddAsync(row, Samples.NumberBounds(1000, 1000)).ConfigureAwait(false);
        Expect.True(added == expected, $"{promise}: expected {expected}, found {added}");
    }

    /// <summary>Grants a question until it would have been over itself.</summary>
    public static async Task GrantAsync(IStore store, string id)
    {
        var result = await store.Approvals.AnswerAsync(Samples.Answer(1, "bob") with { ApprovalId = id }, End, Samples.Start).ConfigureAwait(false);
        Expect.True(result is { Outcome: AnswerOutcome.Decided, Row.State: ApprovalState.Granted }, $"{id} is granted");
    }

    private static ValueTask<bool> SpendAsync(IStore store, string id) =>
        store.Approvals.ChangeAsync(id, ApprovalState.Granted, ApprovalState.Spent, Samples.Start);

    private static async Task ExpectStateAsync(IStore store, int number, ApprovalState expected)
    {
        var found = await store.Approvals.FindAsync(Samples.Number(number), Samples.Start).ConfigureAwait(false);
        Expect.True(found?.State == expected, $"{number} is {expected}, not {found?.State}");
    }
}
