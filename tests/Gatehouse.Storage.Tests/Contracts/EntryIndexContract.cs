using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>The contract test kit of the index of a log: the promises of <see cref="IEntryIndexStore"/>, each as a check.</summary>
public static class EntryIndexContract
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly IndexToken Every = new(1, 0);
    private static readonly int[] Divisible = [2, 3, 5, 7, 40, 60];
    private static readonly IndexHead Empty = new(1, new byte[] { 1, 2 }, new byte[] { 3, 4 });

    /// <summary>All checks.</summary>
    public static IReadOnlyList<EntryIndexCheck> Checks { get; } =
    [
        new("an index that was never begun has no head, takes nothing and finds nothing", NeverBegunAsync),
        new("head and entries are there after reopening", ReopenedAsync),
        new("entries come newest first, ties by number, and in the other order if asked", OrderAsync),
        new("an entry is found only by all its tokens", AllTokensAsync),
        new("an entry is found once by any of several tokens, with all that it must have", AnyTokenAsync),
        new("pages and counts by any of several tokens agree, however common each token is", AnyCommonAsync),
        new("common tokens that share few entries, or none, are found together", CommonTokensAsync),
        new("time has a beginning inside and an end outside", TimeAsync),
        new("pages join without an entry twice or missing", PagesAsync),
        new("behind a number come the entries that were added later, whatever their time", BehindAsync),
        new("counts agree with what is found", CountsAsync),
        new("counts by facet keep the first label, most first, within the limit", FacetsAsync),
        new("to begin again leaves nothing", BegunAgainAsync),
        new("entries of logs that are gone are gone, with their tokens", KeptLogsAsync),
        new("an entry out of its ranges is refused, and nothing is added", RangesAsync),
        new("a cancelled call changes nothing", CancelledAsync),
        new("a total of no entry has no labels", NothingCountedAsync),
        new("readers see whole appends", WholeAppendsAsync),
    ];

    private static IndexedEntry Row(int number, DateTimeOffset? at = null, string log = "one", params IndexTerm[] terms) =>
        new(log, number * 10, at ?? Start.AddSeconds(number), BitConverter.GetBytes(number), [new IndexTerm(Every), .. terms]);

    private static IndexTerm Term(ulong value, int facet = 0, params byte[] label) => new(new IndexToken(2, value), facet, label);

    private static async Task<IEntryIndexStore> BegunAsync(EntryIndexUnderTest under, params IndexedEntry[] rows)
    {
        var index = await under.OpenAsync().ConfigureAwait(false);
        await index.BeginAsync(Empty).ConfigureAwait(false);
        if (rows.Length > 0) await AppendAsync(index, rows).ConfigureAwait(false);
        return index;
    }

    private static ValueTask AppendAsync(IEntryIndexStore index, params IndexedEntry[] rows) =>
        index.AppendAsync(rows, Empty with { Log = rows[^1].Log, Index = rows[^1].Index, LastDigest = rows[^1].Box });

    private static IndexQuestion Ask(params IndexToken[] all) => new([Every, .. all], 100);

    private static async Task<List<int>> FindAsync(IEntryIndexStore index, IndexQuestion question) =>
        [.. (await index.FindAsync(question).ConfigureAwait(false)).Select(found => BitConverter.ToInt32(found.Box.Span))];

    private static async Task NeverBegunAsync(EntryIndexUnderTest under)
    {
        await using var index = await under.OpenAsync().ConfigureAwait(false);
        Expect.True(await index.ReadHeadAsync().ConfigureAwait(false) is null, "there is no head");
        Expect.Same([], await FindAsync(index, Ask()).ConfigureAwait(false), "nothing is found");
        await Expect.FaultAsync<DamagedIndexException>(async () => await AppendAsync(index, Row(1)).ConfigureAwait(false), "nothing is added")
            .ConfigureAwait(false);
    }

    private static async Task ReopenedAsync(EntryIndexUnderTest under)
    {
        await using (await BegunAsync(under, Row(1), Row(2)).ConfigureAwait(false))
        {
        }

        await using var index = await under.OpenAsync().ConfigureAwait(false);
        var head = await index.ReadHeadAsync().ConfigureAwait(false);
        Expect.True(head is { Format: 1, Log: "one", Index: 20, Entries: 2 }, "the head is the last one");
        Expect.Same<byte>([1, 2], head!.Salt.ToArray(), "the salt stays");
        Expect.Same<byte>([3, 4], head.Check.ToArray(), "the check stays");
        Expect.Same(BitConverter.GetBytes(2), head.LastDigest.ToArray(), "the digest of the last entry stays");
        Expect.Same([2, 1], await FindAsync(index, Ask()).ConfigureAwait(false), "the entries stay");
        var found = await index.FindAsync(Ask()).ConfigureAwait(false);
        Expect.Same([("one", 20L), ("one", 10L)], found.Select(one => (one.Log, one.Index)), "each has its position");
    }

    private static async Task OrderAsync(EntryIndexUnderTest under)
    {
        await using var index = await BegunAsync(under, Row(1, Start), Row(2, Start.AddHours(-1)), Row(3, Start), Row(4, Start.AddHours(1)))
            .ConfigureAwait(false);
        Expect.Same([4, 3, 1, 2], await FindAsync(index, Ask()).ConfigureAwait(false), "newest first");
        Expect.Same([2, 1, 3, 4], await FindAsync(index, Ask() with { OldestFirst = true }).ConfigureAwait(false), "oldest first");
    }

    private static async Task AllTokensAsync(EntryIndexUnderTest under)
    {
        await using var index = await BegunAsync(under, Row(1, null, "one", Term(1), Term(2)), Row(2, null, "one", Term(1)),
            Row(3, null, "one", Term(2))).ConfigureAwait(false);
        Expect.Same([1], await FindAsync(index, Ask(new(2, 1), new(2, 2))).ConfigureAwait(false), "both tokens");
        Expect.Same([2, 1], await FindAsync(index, Ask(new IndexToken(2, 1))).ConfigureAwait(false), "one token");
        Expect.Same([2, 1], await FindAsync(index, Ask(new(2, 1), new(2, 1))).ConfigureAwait(false), "a token twice is one");
        Expect.Same([], await FindAsync(index, Ask(new(2, 1), new(9, 9))).ConfigureAwait(false), "a token that no entry has");
    }

    private static async Task AnyTokenAsync(EntryIndexUnderTest under)
    {
        await using var index = await BegunAsync(under, Row(1, null, "one", Term(1), Term(5)), Row(2, null, "one", Term(2), Term(6, 1, 7)),
            Row(3, null, "one", Term(1), Term(2)), Row(4, null, "one", Term(5), Term(6, 1, 7))).ConfigureAwait(false);
        IndexQuestion AskAny(params IndexToken[] any) => Ask() with { Any = any };
        Expect.Same([3, 2, 1], await FindAsync(index, AskAny(new(2, 1), new(2, 2))).ConfigureAwait(false), "one of two, an entry with both once");
        Expect.Same([3, 1], await FindAsync(index, AskAny(new(2, 1), new(9, 9))).ConfigureAwait(false), "one of which no entry has");
        Expect.Same([3, 1], await FindAsync(index, AskAny(new(2, 1), new(2, 1))).ConfigureAwait(false), "a token twice is one");
        Expect.Same([], await FindAsync(index, AskAny(new(9, 8), new(9, 9))).ConfigureAwait(false), "none of which an entry has one");
        Expect.True(await index.CountAsync(AskAny(new(9, 8), new(9, 9))).ConfigureAwait(false) == 0, "nor is one counted");
        Expect.Same([4, 3, 2, 1], await FindAsync(index, AskAny(Every, new(2, 1))).ConfigureAwait(false), "one that every entry has");
        var both = Ask(new IndexToken(2, 5)) with { Any = [new(2, 1), new(2, 2)] };
        Expect.Same([1], await FindAsync(index, both).ConfigureAwait(false), "with a token that it must have");
        Expect.True(await index.CountAsync(both).ConfigureAwait(false) == 1, "counted so");
        Expect.Same([3], await FindAsync(index, AskAny(new(2, 1), new(2, 2)) with { Behind = 2 }).ConfigureAwait(false), "behind a number");
        var labels = await LabelsAsync(index, AskAny(new(2, 1), new(2, 2))).ConfigureAwait(false);
        Expect.Same([(7, 1L)], labels.Select(count => ((int)count.Label.Span[0], count.Entries)), "a label only of those that are found");
        Expect.Same([], (await LabelsAsync(index, AskAny(new(2, 1), new(9, 9))).ConfigureAwait(false)).Select(one => one.Entries), "no label of others");
        await Expect.FaultAsync<ArgumentException>(async () => await index.FindAsync(AskAny()).ConfigureAwait(false), "an empty list").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(async () => await index.CountAsync(AskAny()).ConfigureAwait(false), "an empty list for a count")
            .ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(async () => await LabelsAsync(index, AskAny()).ConfigureAwait(false), "an empty list for labels")
            .ConfigureAwait(false);
        var many = Enumerable.Range(0, IndexQuestion.LargestAny + 1).Select(value => new IndexToken(3, (ulong)value)).ToArray();
        await Expect.FaultAsync<ArgumentException>(async () => await index.FindAsync(AskAny(many)).ConfigureAwait(false), "too many").ConfigureAwait(false);
        Expect.Same([], await FindAsync(index, AskAny(many[1..])).ConfigureAwait(false), "as many as there may be");
    }

    // Tokens of very different frequency, so that each way in which an index may put them together is taken.
    private static async Task AnyCommonAsync(EntryIndexUnderTest under)
    {
        var rows = Enumerable.Range(1, 240).Select(number => Row(number, Start.AddMinutes(number / 3), "one",
            [.. Divisors(number), LabelTerm(number, 1), LabelTerm(number, 2)])).ToArray();
        await using var index = await BegunAsync(under, rows).ConfigureAwait(false);
        ulong[][] all = [[], [2], [40], [2, 3], [3, 40], [2, 3, 5]];
        ulong[][] any = [[2, 3], [40, 60], [2, 40], [3, 40, 60], [5, 7]];
        foreach (var must in all)
        {
            foreach (var one in any)
            {
                var expected = Enumerable.Range(1, 240).Where(number => must.All(value => number % (int)value == 0)
                    && one.Any(value => number % (int)value == 0)).Reverse().ToList();
                var question = new IndexQuestion([Every, .. must.Select(value => new IndexToken(2, value))], 7)
                {
                    Any = [.. one.Select(value => new IndexToken(2, value))],
                };
                var what = $"all of {string.Join(' ', must)} and one of {string.Join(' ', one)}";
                Expect.Same(expected, await PagesOfAsync(index, question).ConfigureAwait(false), what);
                Expect.True(await index.CountAsync(question).ConfigureAwait(false) == expected.Count, "the count of " + what);
                await SameLabelsAsync(index, question, expected, what).ConfigureAwait(false);
            }
        }
    }

    private static async Task CommonTokensAsync(EntryIndexUnderTest under)
    {
        var rows = Enumerable.Range(1, 240).Select(number =>
            Row(number, Start.AddMinutes(number / 3), "one", [.. Divisors(number), Term(number % 2 == 0 ? 101UL : 102UL)])).ToArray();
        await using var index = await BegunAsync(under, rows).ConfigureAwait(false);
        foreach (var must in (ulong[][])[[101, 102], [2, 101], [2, 102], [3, 102], [2, 3, 101], [40, 101], [40, 102], [3, 5, 7, 102]])
        {
            var expected = Enumerable.Range(1, 240).Where(number => must.All(value => value switch
            {
                101 => number % 2 == 0,
                102 => number % 2 == 1,
                _ => number % (int)value == 0,
            })).ToList();
            var question = new IndexQuestion([.. must.Select(value => new IndexToken(2, value))], 7) { OldestFirst = true };
            Expect.Same(expected, await PagesOfAsync(index, question).ConfigureAwait(false), $"all of {string.Join(' ', must)}");
            Expect.True(await index.CountAsync(question).ConfigureAwait(false) == expected.Count, $"the count of {string.Join(' ', must)}");
        }
    }

    // Each way to count: labels that few, many and all entries have, of questions that find few and many.
    private static async Task SameLabelsAsync(IEntryIndexStore index, IndexQuestion question, List<int> found, string what)
    {
        var answer = await index.CountByFacetAsync(question with { Limit = 100 }, [1, 2, 3]).ConfigureAwait(false);
        var counts = answer.ByFacet;
        for (var facet = 1; facet <= 2; facet++)
        {
            var labels = facet;
            Expect.Same(found.GroupBy(number => LabelOf(number, labels)).Select(group => (group.Key, (long)group.Count())).Order(),
                counts[facet].Select(one => (one.Label.Span[0], one.Entries)).Order(), $"the labels {facet} of {what}");
        }

        Expect.True(counts[3].Count == 0, "a facet without a label");
        Expect.True(answer.Entries == found.Count, "the total beside the labels of " + what);
    }

    private static byte LabelOf(int number, int facet) => (byte)(facet == 1 ? number % 3 : number % 30);

    private static IndexTerm LabelTerm(int number, int facet) =>
        Term(1000UL + (ulong)(100 * facet) + LabelOf(number, facet), facet, LabelOf(number, facet));

    private static IEnumerable<IndexTerm> Divisors(int number) =>
        Divisible.Where(divisor => number % divisor == 0).Select(divisor => Term((ulong)divisor));

    private static async Task<List<int>> PagesOfAsync(IEntryIndexStore index, IndexQuestion question)
    {
        List<int> seen = [];
        while (await index.FindAsync(question).ConfigureAwait(false) is { Count: > 0 } page)
        {
            seen.AddRange(page.Select(one => BitConverter.ToInt32(one.Box.Span)));
            question = question with { After = page[^1].Place };
        }

        return seen;
    }

    private static async Task<IReadOnlyList<FacetCount>> LabelsAsync(IEntryIndexStore index, IndexQuestion question) =>
        (await index.CountByFacetAsync(question, [1]).ConfigureAwait(false)).ByFacet[1];

    private static async Task TimeAsync(EntryIndexUnderTest under)
    {
        await using var index = await BegunAsync(under, Row(1), Row(2), Row(3)).ConfigureAwait(false);
        var question = Ask() with { Since = Start.AddSeconds(1), Until = Start.AddSeconds(3) };
        Expect.Same([2, 1], await FindAsync(index, question).ConfigureAwait(false), "the end is outside");
        Expect.True(await index.CountAsync(question).ConfigureAwait(false) == 2, "the count has the same bounds");
    }

    private static async Task PagesAsync(EntryIndexUnderTest under)
    {
        // Three entries share each moment, so that a page ends within one.
        var rows = Enumerable.Range(1, 20).Select(number => Row(number, Start.AddMinutes(number / 3), "one", Term((ulong)number % 2))).ToArray();
        await using var index = await BegunAsync(under, rows).ConfigureAwait(false);
        foreach (var oldestFirst in new[] { false, true })
        {
            List<int> seen = [];
            var question = new IndexQuestion([Every, new IndexToken(2, 0)], 3) { OldestFirst = oldestFirst };
            while (await index.FindAsync(question).ConfigureAwait(false) is { Count: > 0 } page)
            {
                seen.AddRange(page.Select(one => BitConverter.ToInt32(one.Box.Span)));
                question = question with { After = page[^1].Place };
            }

            var expected = Enumerable.Range(1, 20).Where(number => number % 2 == 0);
            Expect.Same(oldestFirst ? expected : expected.Reverse(), seen, "every entry once");
        }
    }

    private static async Task BehindAsync(EntryIndexUnderTest under)
    {
        await using var index = await BegunAsync(under, Row(1, Start), Row(2, Start.AddHours(2), "one", Term(1)), Row(3, Start.AddHours(1), "one", Term(1)),
            Row(4, Start.AddHours(-1), "one", Term(1))).ConfigureAwait(false);
        Expect.Same([2, 3, 4], await FindAsync(index, Ask() with { Behind = 1 }).ConfigureAwait(false), "in the order of the log");
        Expect.Same([3, 4], await FindAsync(index, Ask(new IndexToken(2, 1)) with { Behind = 2 }).ConfigureAwait(false), "with their tokens");
        Expect.Same([2], await FindAsync(index, Ask() with { Behind = 1, Limit = 1 }).ConfigureAwait(false), "within the limit");
        Expect.Same([3], await FindAsync(index, Ask() with { Behind = 2, Since = Start }).ConfigureAwait(false), "within the time");
        Expect.Same([], await FindAsync(index, Ask() with { Behind = 4 }).ConfigureAwait(false), "none");
    }

    private static async Task CountsAsync(EntryIndexUnderTest under)
    {
        await using var index = await BegunAsync(under, Row(1, null, "one", Term(1)), Row(2), Row(3, null, "one", Term(1))).ConfigureAwait(false);
        Expect.True(await index.CountAsync(Ask()).ConfigureAwait(false) == 3, "all entries");
        Expect.True(await index.CountAsync(Ask(new IndexToken(2, 1))).ConfigureAwait(false) == 2, "entries with a token");
        Expect.True(await index.CountAsync(Ask(new IndexToken(9, 1))).ConfigureAwait(false) == 0, "none");
    }

    private static async Task FacetsAsync(EntryIndexUnderTest under)
    {
        await using var index = await BegunAsync(under, Row(1, null, "one", Term(1, 1, 7), Term(5)), Row(2, null, "one", Term(2, 1, 8), Term(5)),
            Row(3, null, "one", Term(2, 1, 9)), Row(4, null, "one", Term(3, 2, 6))).ConfigureAwait(false);
        var all = await LabelsAsync(index, Ask()).ConfigureAwait(false);
        Expect.Same([(8, 2L), (7, 1L)], all.Select(count => ((int)count.Label.Span[0], count.Entries)), "the first label, most first");
        var some = await LabelsAsync(index, Ask(new IndexToken(2, 5)) with { Since = Start.AddSeconds(2) }).ConfigureAwait(false);
        Expect.Same([(8, 1L)], some.Select(count => ((int)count.Label.Span[0], count.Entries)), "within the question, without zeros");
        Expect.True((await LabelsAsync(index, Ask() with { Limit = 1 }).ConfigureAwait(false)).Count == 1, "within the limit");
    }

    private static async Task BegunAgainAsync(EntryIndexUnderTest under)
    {
        await using var index = await BegunAsync(under, Row(1, null, "one", Term(1, 1, 7))).ConfigureAwait(false);
        await index.BeginAsync(Empty with { Salt = new byte[] { 9 } }).ConfigureAwait(false);
        Expect.Same([], await FindAsync(index, Ask()).ConfigureAwait(false), "no entry");
        Expect.True((await LabelsAsync(index, Ask()).ConfigureAwait(false)).Count == 0, "no label");
        var head = await index.ReadHeadAsync().ConfigureAwait(false);
        Expect.True(head is { Log: null, Entries: 0 } && head.Salt.Span[0] == 9, "a new head");
        await AppendAsync(index, Row(2)).ConfigureAwait(false);
        Expect.Same([2], await FindAsync(index, Ask()).ConfigureAwait(false), "new entries");
    }

    private static async Task KeptLogsAsync(EntryIndexUnderTest under)
    {
        await using var index = await BegunAsync(under, Row(1, null, "one", Term(1, 1, 7)), Row(2, null, "one", Term(2, 1, 8)),
            Row(3, null, "two", Term(2, 1, 8))).ConfigureAwait(false);
        Expect.True(await index.KeepLogsAsync(["one", "two", "three"]).ConfigureAwait(false) == 0, "nothing is gone");
        Expect.True(await index.KeepLogsAsync(["two"]).ConfigureAwait(false) == 2, "two entries are gone");
        Expect.Same([3], await FindAsync(index, Ask()).ConfigureAwait(false), "the others stay");
        Expect.Same([8], (await LabelsAsync(index, Ask()).ConfigureAwait(false)).Select(count => (int)count.Label.Span[0]), "labels go too");
        Expect.True((await index.ReadHeadAsync().ConfigureAwait(false))!.Entries == 1, "the head counts");
        await AppendAsync(index, Row(4, null, "two", Term(1, 1, 5))).ConfigureAwait(false);
        Expect.Same([4], await FindAsync(index, Ask(new IndexToken(2, 1))).ConfigureAwait(false), "a token that was gone comes again");
    }

    private static async Task RangesAsync(EntryIndexUnderTest under)
    {
        await using var index = await BegunAsync(under).ConfigureAwait(false);
        var large = Row(2) with { Box = new byte[IndexedEntry.LargestBox + 1] };
        await Expect.FaultAsync<ArgumentException>(async () => await AppendAsync(index, Row(1), large).ConfigureAwait(false), "a box too large")
            .ConfigureAwait(false);
        var many = Row(2) with { Terms = [.. Enumerable.Range(0, IndexedEntry.LargestTerms + 1).Select(value => Term((ulong)value))] };
        await Expect.FaultAsync<ArgumentException>(async () => await AppendAsync(index, Row(1), many).ConfigureAwait(false), "too many tokens")
            .ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(async () => await index.FindAsync(Ask() with { Limit = 0 }).ConfigureAwait(false), "no limit")
            .ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(async () => await index.FindAsync(new IndexQuestion([], 1)).ConfigureAwait(false), "no token")
            .ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentOutOfRangeException>(
            async () => await index.CountByFacetAsync(Ask(), [0]).ConfigureAwait(false), "the facet of terms without a label").ConfigureAwait(false);
        Expect.Same([], await FindAsync(index, Ask()).ConfigureAwait(false), "nothing was added");
    }

    private static async Task CancelledAsync(EntryIndexUnderTest under)
    {
        await using var index = await BegunAsync(under, Row(1)).ConfigureAwait(false);
        var cancelled = new CancellationToken(canceled: true);
        await Expect.FaultAsync<OperationCanceledException>(
            async () => await index.AppendAsync([Row(2)], Empty, cancelled).ConfigureAwait(false), "an append").ConfigureAwait(false);
        await Expect.FaultAsync<OperationCanceledException>(async () => await index.BeginAsync(Empty, cancelled).ConfigureAwait(false), "a beginning")
            .ConfigureAwait(false);
        await Expect.FaultAsync<OperationCanceledException>(
            async () => await index.FindAsync(Ask(), cancelled).ConfigureAwait(false), "a question").ConfigureAwait(false);
        Expect.Same([1], await FindAsync(index, Ask()).ConfigureAwait(false), "nothing has changed");
    }

    private static async Task NothingCountedAsync(EntryIndexUnderTest under)
    {
        await using var index = await BegunAsync(under, Row(1, null, "one", Term(1, 1, 7))).ConfigureAwait(false);
        var counts = await index.CountByFacetAsync(Ask(new IndexToken(9, 9)), [1, 2]).ConfigureAwait(false);
        Expect.True(counts.Entries == 0, "no entry");
        Expect.Same([1, 2], counts.ByFacet.Keys.Order(), "each facet is there");
        Expect.True(counts.ByFacet.Values.All(labels => labels.Count == 0), "no label");
    }

    private static async Task WholeAppendsAsync(EntryIndexUnderTest under)
    {
        await using var index = await BegunAsync(under).ConfigureAwait(false);
        var writing = Task.Run(async () =>
        {
            for (var batch = 0; batch < 20; batch++)
                await AppendAsync(index, [.. Enumerable.Range(1, 10).Select(number => Row(batch * 10 + number))]).ConfigureAwait(false);
        });
        while (!writing.IsCompleted)
        {
            Expect.True(await index.CountAsync(Ask()).ConfigureAwait(false) % 10 == 0, "an append is seen whole or not at all");
            await Task.Yield();
        }

        await writing.ConfigureAwait(false);
        Expect.True(await index.CountAsync(Ask()).ConfigureAwait(false) == 200, "every append is there");
    }
}
