using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>What grants promise beside what every table does: what follows from a grant ends with it, and one subject has a bound.</summary>
internal static class GrantContract
{
    public static IEnumerable<StoreCheck> Checks =>
    [
        new("grants: of many who end one at once one gets it", OneOfManyAsync),
        new("grants: a credential ends with its grant", EndsWithItsGrantAsync),
        new("grants: of a spend and an end at once nothing outlives the grant", SpendAndEndAsync),
        new("grants: what is over is as if it had ended", OverAsync),
        new("grants: at its most a subject's oldest ends for a new one", MostOfSubjectAsync),
        new("grants: oldest first, of a subject or of all", ListAsync),
        new("grants: facts are replaced only by whoever read the last ones", ReplacedFactsAsync),
        new("grants: parts out of their range are refused", RangesAsync),
    ];

    private static async Task OneOfManyAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        for (var number = 0; number < 20; number++)
        {
            await BeginAsync(store, Samples.Grant(number)).ConfigureAwait(false);
            var id = Samples.Number(number);
            var ended = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ =>
                Task.Run(() => store.Grants.EndGrantAsync(id, Samples.Start).AsTask()))).ConfigureAwait(false);
            var one = ended.OfType<GrantRow>().ToList();
            Expect.True(one.Count == 1, $"of many who end one grant at once one gets it, not {one.Count}");
            Same(one[0], Samples.Grant(number));
        }

        Expect.Same([], await IdsAsync(store, null).ConfigureAwait(false), "all have ended");
    }

    private static async Task EndsWithItsGrantAsync(StoreUnderTest under)
    {
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            await BeginAsync(store, Samples.Grant(1)).ConfigureAwait(false);
            await BeginAsync(store, Samples.Grant(2)).ConfigureAwait(false);
            await store.Grants.EndGrantAsync(Samples.Number(1), Samples.Start).ConfigureAwait(false);
            Expect.True(await store.Grants.EndGrantAsync(Samples.Number(1), Samples.Start).ConfigureAwait(false) is null, "it ended before");
            Expect.True(await store.Grants.EndGrantAsync(Samples.Number(3), Samples.Start).ConfigureAwait(false) is null, "there is no such grant");
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        Expect.True(await again.Grants.FindGrantAsync(Samples.Number(1), Samples.Start).ConfigureAwait(false) is null, "an ended grant stays ended");
        await ExpectAsync(again, 1, false, "a credential ends with its grant").ConfigureAwait(false);
        Expect.True(
            (await again.Grants.SpendAsync(CredentialKind.RefreshToken, Refresh(1).Digest, default, [], null, 1, Samples.Start)
                .ConfigureAwait(false)).Outcome == SpendOutcome.Unknown,
            "and cannot be spent");
        Same(await again.Grants.FindGrantAsync(Samples.Number(2), Samples.Start).ConfigureAwait(false), Samples.Grant(2));
        await ExpectAsync(again, 2, true, "another grant stays").ConfigureAwait(false);
    }

    private static async Task ReplacedFactsAsync(StoreUnderTest under)
    {
        byte[] next = [1, 2, 3];
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            await BeginAsync(store, Samples.Grant(1)).ConfigureAwait(false);
            var done = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
                Task.Run(() => store.Grants.ReplaceFactsAsync(Samples.Grant(1), next, Samples.Start).AsTask()))).ConfigureAwait(false);
            Expect.True(done.Count(static one => one) == 1, "of many who replace the same facts one does");
            Expect.True(!await store.Grants.ReplaceFactsAsync(Samples.Grant(1), new byte[] { 4 }, Samples.Start).ConfigureAwait(false), "they are others now");
            Expect.True(!await store.Grants.ReplaceFactsAsync(Samples.Grant(2), next, Samples.Start).ConfigureAwait(false), "there is no such grant");
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        Same(await again.Grants.FindGrantAsync(Samples.Number(1), Samples.Start).ConfigureAwait(false), Samples.Grant(1) with { Sealed = next });
    }

    private static async Task SpendAndEndAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        for (var number = 0; number < 60; number += 2)
        {
            await BeginAsync(store, Samples.Grant(number)).ConfigureAwait(false);
            var (own, next) = (Refresh(number), Refresh(number + 1) with { GrantId = Samples.Number(number) });
            var spend = Task.Run(() => store.Grants.SpendAsync(own.Kind, own.Digest, default, [next], null, 1, Samples.Start).AsTask());
            var end = Task.Run(() => store.Grants.EndGrantAsync(own.GrantId, Samples.Start).AsTask());
            Expect.True(await end.ConfigureAwait(false) is not null, "the grant ended");
            var isSpent = (await spend.ConfigureAwait(false)).Outcome == SpendOutcome.Spent;
            await ExpectAsync(store, number + 1, false, "nothing outlives the grant").ConfigureAwait(false);
            var second = await store.Grants.SpendAsync(own.Kind, own.Digest, default, [], null, 1, Samples.Start).ConfigureAwait(false);
            Expect.True(second.Outcome == (isSpent ? SpendOutcome.AlreadySpent : SpendOutcome.Unknown), "only what was spent stays");
        }
    }

    private static async Task OverAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var over = Samples.Start.AddMinutes(9);
        await BeginAsync(store, Samples.Grant(1, over)).ConfigureAwait(false);
        await ExpectAsync(store, 1, true, "it is not over yet", over.AddTicks(-1)).ConfigureAwait(false);
        await ExpectAsync(store, 1, false, "a credential is over with its grant", over).ConfigureAwait(false);
        Expect.True(
            (await store.Grants.SpendAsync(CredentialKind.RefreshToken, Refresh(1).Digest, default, [], null, 1, over).ConfigureAwait(false)).Outcome
                == SpendOutcome.Unknown,
            "and cannot be spent");
        Expect.True(await store.Grants.EndGrantAsync(Samples.Number(1), over).ConfigureAwait(false) is null, "it cannot end again");
        Expect.True(await store.Grants.FindGrantAsync(Samples.Number(1), over).ConfigureAwait(false) is null, "it is not found");
    }

    private static async Task MostOfSubjectAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await BeginAsync(store, Samples.Grant(9, subject: "bob"), 3).ConfigureAwait(false);
        foreach (var number in new[] { 2, 1, 3 })
            await BeginAsync(store, Samples.Grant(number, subject: "ada"), 3).ConfigureAwait(false);
        var spent = Refresh(1);
        await store.Grants.SpendAsync(spent.Kind, spent.Digest, default, [], null, 1, Samples.Start).ConfigureAwait(false);
        var result = await BeginAsync(store, Samples.Grant(4, subject: "ada"), 3).ConfigureAwait(false);
        Expect.True(result.Ended.Count == 1, "the one that ended is reported");
        Same(result.Ended[0], Samples.Grant(1, subject: "ada"));
        Expect.Same(Numbers(2, 3, 4), await IdsAsync(store, "ada").ConfigureAwait(false), "the oldest ended");
        Expect.Same([Samples.Number(9)], await IdsAsync(store, "bob").ConfigureAwait(false), "another subject's never ends");
        Expect.True((await store.Grants.SpendAsync(spent.Kind, spent.Digest, default, [], null, 1, Samples.Start).ConfigureAwait(false)).Outcome
            == SpendOutcome.AlreadySpent, "its spent credential is noticed");
        await BeginAsync(store, Samples.Grant(5, subject: "ada"), 1).ConfigureAwait(false);
        Expect.Same([Samples.Number(5)], await IdsAsync(store, "ada").ConfigureAwait(false), "a smaller number holds at the next grant");
        foreach (var number in new[] { 2, 3, 4 })
            await ExpectAsync(store, number, false, "a credential ends with its grant").ConfigureAwait(false);
        await ExpectAsync(store, 9, true, "another subject's credential stays").ConfigureAwait(false);
    }

    private static async Task ListAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        foreach (var (number, subject) in new[] { (3, "ada"), (1, "bob"), (4, "ada"), (2, "ada") })
            await BeginAsync(store, Samples.Grant(number, subject: subject)).ConfigureAwait(false);
        Expect.Same(Numbers(1, 2, 3, 4), await IdsAsync(store, null).ConfigureAwait(false), "oldest first");
        Expect.Same(Numbers(2, 3, 4), await IdsAsync(store, "ada").ConfigureAwait(false), "those of a subject");
        Expect.Same([], await IdsAsync(store, "eve").ConfigureAwait(false), "those of a subject without any");
        Expect.Same(Numbers(1, 2), await IdsAsync(store, null, 2).ConfigureAwait(false), "at most so many");
        Expect.Same(Numbers(2), await IdsAsync(store, "ada", 1).ConfigureAwait(false), "at most so many of a subject");
    }

    private static async Task RangesAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var good = Samples.Grant(1);
        GrantRow[] faulty =
        [
            good with { Id = "" }, good with { Id = "a\0b" }, good with { Subject = "\ud800" },
            good with { ClientId = new string('x', StoredText.MostBytes + 1) }, good with { Scopes = "a\0b" }, good with { Sealed = default },
            good with { Sealed = new byte[CredentialRow.MostSealedBytes + 1] },
        ];
        foreach (var row in faulty)
            await Expect.FaultAsync<ArgumentException>(() => BeginAsync(store, row).AsTask(), "out of range").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(() => BeginAsync(store, good, 0).AsTask(), "a subject has one").ConfigureAwait(false);
        foreach (var text in new[] { "a\0b", "\ud800" })
        {
            await Expect.FaultAsync<ArgumentException>(() => store.Grants.EndGrantAsync(text, Samples.Start).AsTask(), text).ConfigureAwait(false);
            await Expect.FaultAsync<ArgumentException>(() => store.Grants.FindGrantAsync(text, Samples.Start).AsTask(), text).ConfigureAwait(false);
            await Expect.FaultAsync<ArgumentException>(
                () => store.Grants.ListGrantsAsync(text, 1, Samples.Start).AsTask(), text).ConfigureAwait(false);
        }

        await Expect.FaultAsync<ArgumentException>(
            () => store.Grants.ListGrantsAsync(null, 0, Samples.Start).AsTask(), "one or more").ConfigureAwait(false);
        Expect.Same([], await IdsAsync(store, null).ConfigureAwait(false), "no grant began");
    }

    // With one refresh token, from a code that is spent.
    private static async ValueTask<SpendResult> BeginAsync(IStore store, GrantRow grant, int mostOfSubject = 10)
    {
        var code = Samples.Credential(CredentialKind.AuthorizationCode, (int)(grant.At - Samples.Start).Ticks);
        await store.Grants.AddCredentialAsync(code, 10).ConfigureAwait(false);
        CredentialRow[] added = [Refresh((int)(grant.At - Samples.Start).Ticks) with { GrantId = grant.Id }];
        return await store.Grants.SpendAsync(code.Kind, code.Digest, default, added, grant, mostOfSubject, Samples.Start).ConfigureAwait(false);
    }

    private static CredentialRow Refresh(int number) =>
        Samples.Credential(CredentialKind.RefreshToken, number, Samples.Number(number), "subject " + Samples.Number(number));

    private static IEnumerable<string> Numbers(params int[] numbers) => numbers.Select(Samples.Number);

    private static async Task<IEnumerable<string>> IdsAsync(IStore store, string? subject, int most = 100) =>
        (await store.Grants.ListGrantsAsync(subject, most, Samples.Start).ConfigureAwait(false)).Select(static row => row.Id);

    private static async Task ExpectAsync(IStore store, int number, bool isThere, string promise, DateTimeOffset? now = null)
    {
        var row = Refresh(number);
        var found = await store.Grants.FindCredentialAsync(row.Kind, row.Digest, now ?? Samples.Start).ConfigureAwait(false);
        Expect.True(found is not null == isThere, promise);
    }

    private static void Same(GrantRow? found, GrantRow row) => Expect.True(
        found is not null && found.Sealed.Span.SequenceEqual(row.Sealed.Span) && found with { Sealed = default } == row with { Sealed = default },
        $"a grant comes back as it went in: {found}");
}
