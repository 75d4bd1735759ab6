using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>What credentials promise beside what every table does: a credential is spent once, and what follows from it is whole.</summary>
internal static class CredentialContract
{
    private const int Spenders = 1000;

    private static readonly CredentialRow Code = Samples.Credential(CredentialKind.AuthorizationCode, 1);

    public static IEnumerable<StoreCheck> Checks =>
    [
        new("credentials: of a thousand who spend one at once one has it", OneOfAThousandAsync),
        new("credentials: a spend returns what there was", SpendReturnsAsync),
        new("credentials: what a spend adds is there as a whole, or not at all", AsAWholeAsync),
        new("credentials: what is not spent adds nothing", AddsNothingAsync),
        new("credentials: a spent one is noticed until its time is over", NoticedAsync),
        new("credentials: a spent one stays when it is to be removed", SpentStaysAsync),
        new("credentials: an added one belongs to its own grant", OwnGrantAsync),
        new("credentials: a digest is new for its kind", NewDigestAsync),
        new("credentials: one needs its grant", NeedsItsGrantAsync),
        new("credentials: what was removed is gone for good", RemovedAsync),
        new("credentials: parts out of their range are refused", RangesAsync),
        new("credentials: a cancelled spend is not done", CancelledAsync),
    ];

    private static async Task OneOfAThousandAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await store.Grants.AddCredentialAsync(Code, 10).ConfigureAwait(false);
        var results = await Task.WhenAll(Enumerable.Range(0, Spenders).Select(number => Task.Run(() => store.Grants.SpendAsync(
            Code.Kind, Code.Digest, new byte[] { (byte)number, (byte)(number >> 8) }, Tokens(number), Samples.Grant(number, subject: "ada"), 10,
            Samples.Start).AsTask()))).ConfigureAwait(false);
        var winner = Enumerable.Range(0, Spenders).Where(number => results[number].Outcome == SpendOutcome.Spent).ToList();
        Expect.True(winner.Count == 1, $"one of a thousand has it, not {winner.Count}");
        Expect.True(results.Count(static one => one.Outcome == SpendOutcome.AlreadySpent) == Spenders - 1, "all others come too late");
        Expect.True(
            results.Where(static one => one.Outcome == SpendOutcome.AlreadySpent).All(one =>
                one.SpentAt == Samples.Start && one.Successor.Span.SequenceEqual(new[] { (byte)winner[0], (byte)(winner[0] >> 8) })),
            "each of them gets what the first one stored");
        Expect.Same([Samples.Number(winner[0])], await GrantsAsync(store).ConfigureAwait(false), "one grant began");
        for (var number = 0; number < Spenders; number += number % 100 == 0 ? 1 : 9)
            await ExpectAsync(store, Tokens(number), number == winner[0], "nothing is added by the others").ConfigureAwait(false);
        await ExpectAsync(store, Tokens(winner[0]), true, "what the first one added is there").ConfigureAwait(false);
    }

    private static async Task SpendReturnsAsync(StoreUnderTest under)
    {
        var refresh = Tokens(1)[0] with { At = Samples.Start.AddTicks(7), Sealed = Enumerable.Range(0, 70).Select(static at => (byte)at).ToArray() };
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            await store.Grants.AddCredentialAsync(Code, 10).ConfigureAwait(false);
            var first = await SpendAsync(store, Code, [refresh], Samples.Grant(1)).ConfigureAwait(false);
            Expect.True(first is { Outcome: SpendOutcome.Spent, Grant: null, SpentAt: null, Successor.Length: 0, Ended.Count: 0 }, "no grant before");
            Same(first.Credential, Code);
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        var found = await again.Grants.FindCredentialAsync(refresh.Kind, refresh.Digest, Samples.Start).ConfigureAwait(false);
        Expect.True(found is not null, "what a spend added survives reopening");
        Same(found!.Value.Credential, refresh);
        Same(found.Value.Grant, Samples.Grant(1));
        var at = Samples.Start.AddMinutes(1);
        var second = await again.Grants.SpendAsync(refresh.Kind, refresh.Digest, new byte[] { 8, 0 }, [], null, 1, at).ConfigureAwait(false);
        Same(second.Credential, refresh);
        Same(second.Grant, Samples.Grant(1));
        var third = await again.Grants.SpendAsync(refresh.Kind, refresh.Digest, new byte[] { 9 }, [], null, 1, at.AddMinutes(1))
            .ConfigureAwait(false);
        Expect.True(third.Outcome == SpendOutcome.AlreadySpent && third.SpentAt == at, "the moment of the first use stays");
        Expect.True(third.Successor.Span.SequenceEqual(new byte[] { 8, 0 }), "the successor of the first use stays");
        Same(third.Credential, refresh);
        Same(third.Grant, Samples.Grant(1));
    }

    private static async Task AsAWholeAsync(StoreUnderTest under)
    {
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            await store.Grants.AddCredentialAsync(Code, 10).ConfigureAwait(false);
            await store.Grants.AddCredentialAsync(Tokens(1)[1] with { GrantId = "" }, 10).ConfigureAwait(false);
            await Expect.FaultAsync<StoreException>(() => SpendAsync(store, Code, Tokens(1), Samples.Grant(1)).AsTask(),
                "the second digest is there already").ConfigureAwait(false);
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        await ExpectAsync(again, Tokens(1)[..1], false, "the first one was not added by itself").ConfigureAwait(false);
        Expect.Same([], await GrantsAsync(again).ConfigureAwait(false), "the grant did not begin");
        Expect.True((await SpendAsync(again, Code, Tokens(2), Samples.Grant(2)).ConfigureAwait(false)).Outcome == SpendOutcome.Spent,
            "the credential was not spent");
        await Expect.FaultAsync<StoreException>(
            () => SpendAsync(again, Tokens(2)[0], Tokens(3, 2), Samples.Grant(2)).AsTask(), "the grant is there already").ConfigureAwait(false);
        await ExpectAsync(again, Tokens(2), true, "nothing was spent").ConfigureAwait(false);
        await ExpectAsync(again, Tokens(3, 2), false, "nothing was added").ConfigureAwait(false);
    }

    private static async Task AddsNothingAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await store.Grants.AddCredentialAsync(Code, 10).ConfigureAwait(false);
        await SpendAsync(store, Code, [], null).ConfigureAwait(false);
        Expect.True((await SpendAsync(store, Code, Tokens(1), Samples.Grant(1)).ConfigureAwait(false)).Outcome == SpendOutcome.AlreadySpent, "spent");
        var unknown = Samples.Credential(CredentialKind.Confirmation, 1);
        Expect.True(
            await SpendAsync(store, unknown, Tokens(1), Samples.Grant(1)).ConfigureAwait(false)
                is { Outcome: SpendOutcome.Unknown, Credential: null, Grant: null, SpentAt: null, Successor.Length: 0 },
            "another kind has other digests");
        await store.Grants.AddCredentialAsync(unknown, 10).ConfigureAwait(false);
        var over = await store.Grants.SpendAsync(unknown.Kind, unknown.Digest, default, Tokens(1), Samples.Grant(1), 10, unknown.Until)
            .ConfigureAwait(false);
        Expect.True(over.Outcome == SpendOutcome.Unknown, "its time is over");
        await ExpectAsync(store, Tokens(1), false, "nothing was added").ConfigureAwait(false);
        Expect.Same([], await GrantsAsync(store).ConfigureAwait(false), "no grant began");
    }

    private static async Task NoticedAsync(StoreUnderTest under)
    {
        var refresh = Tokens(1)[0];
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            await BeginAsync(store).ConfigureAwait(false);
            await SpendAsync(store, refresh, Tokens(2, 1), null).ConfigureAwait(false);
            Expect.True(await store.Grants.FindCredentialAsync(refresh.Kind, refresh.Digest, Samples.Start).ConfigureAwait(false) is null,
                "a spent one is not found");
            Expect.True(!await store.Grants.AddCredentialAsync(refresh, 10).ConfigureAwait(false), "it is there");
            await store.Grants.EndGrantAsync(Samples.Number(1), Samples.Start).ConfigureAwait(false);
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        under.Time.SetUtcNow(refresh.Until.AddTicks(-1));
        await again.CleanUpAsync().ConfigureAwait(false);
        var later = await again.Grants.SpendAsync(refresh.Kind, refresh.Digest, default, [], null, 1, under.Time.GetUtcNow()).ConfigureAwait(false);
        Expect.True(later is { Outcome: SpendOutcome.AlreadySpent, Grant: null }, "a second use is noticed, after its grant too");
        Same(later.Credential, refresh);
        var over = await again.Grants.SpendAsync(refresh.Kind, refresh.Digest, default, [], null, 1, refresh.Until).ConfigureAwait(false);
        Expect.True(over.Outcome == SpendOutcome.Unknown, "its time is over");
    }

    private static async Task SpentStaysAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await store.Grants.AddCredentialAsync(Code, 10).ConfigureAwait(false);
        await SpendAsync(store, Code, [], null).ConfigureAwait(false);
        Expect.True(!await store.Grants.RemoveCredentialAsync(Code.Kind, Code.Digest).ConfigureAwait(false), "a spent one is not removed");
        Expect.True((await SpendAsync(store, Code, [], null).ConfigureAwait(false)).Outcome == SpendOutcome.AlreadySpent, "a second use is noticed");
    }

    private static async Task OwnGrantAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await BeginAsync(store).ConfigureAwait(false);
        await BeginAsync(store, 2).ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(() => SpendAsync(store, Tokens(1)[0], Tokens(3, 2), null).AsTask(),
            "another grant's").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(
            () => SpendAsync(store, Tokens(1)[0], [Samples.Credential(CredentialKind.Confirmation, 5)], null).AsTask(), "no grant's")
            .ConfigureAwait(false);
        await ExpectAsync(store, Tokens(1), true, "nothing was spent").ConfigureAwait(false);
        await ExpectAsync(store, Tokens(3, 2), false, "nothing was added").ConfigureAwait(false);
        var state = Samples.Credential(CredentialKind.SignInState, 7);
        await store.Grants.AddCredentialAsync(state, 10).ConfigureAwait(false);
        var confirmation = Samples.Credential(CredentialKind.Confirmation, 8);
        await SpendAsync(store, state, [confirmation], null).ConfigureAwait(false);
        await ExpectAsync(store, [confirmation], true, "what follows from one without a grant may have none").ConfigureAwait(false);
    }

    private static async Task NewDigestAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        foreach (var kind in Enum.GetValues<CredentialKind>())
        {
            Expect.True(await store.Grants.AddCredentialAsync(Code with { Kind = kind }, 10).ConfigureAwait(false), $"{kind} has digests of its own");
            Expect.True(!await store.Grants.AddCredentialAsync(Code with { Kind = kind, Sealed = default }, 10).ConfigureAwait(false), "it is there");
        }

        Same((await store.Grants.FindCredentialAsync(Code.Kind, Code.Digest, Samples.Start).ConfigureAwait(false))?.Credential, Code);
        await SpendAsync(store, Code, [], null).ConfigureAwait(false);
        under.Time.SetUtcNow(Code.Until);
        var next = Code with { At = Code.Until, Until = Code.Until.AddHours(1), Sealed = default };
        Expect.True(await store.Grants.AddCredentialAsync(next, 10).ConfigureAwait(false), "one whose time is over is there no more");
        Same((await store.Grants.FindCredentialAsync(Code.Kind, Code.Digest, Code.Until).ConfigureAwait(false))?.Credential, next);
    }

    private static async Task NeedsItsGrantAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await BeginAsync(store).ConfigureAwait(false);
        Expect.True(await store.Grants.AddCredentialAsync(Tokens(2, 1)[1], 10).ConfigureAwait(false), "its grant is there");
        Expect.True(!await store.Grants.AddCredentialAsync(Tokens(3, 9)[1], 10).ConfigureAwait(false), "there is no such grant");
        await store.Grants.EndGrantAsync(Samples.Number(1), Samples.Start).ConfigureAwait(false);
        Expect.True(!await store.Grants.AddCredentialAsync(Tokens(4, 1)[1], 10).ConfigureAwait(false), "its grant has ended");
        await ExpectAsync(store, [Tokens(2, 1)[1], .. Tokens(3, 9), .. Tokens(4, 1)], false, "none is there").ConfigureAwait(false);
    }

    private static async Task RemovedAsync(StoreUnderTest under)
    {
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            await BeginAsync(store).ConfigureAwait(false);
            var access = Tokens(1)[1];
            Expect.True(!await store.Grants.RemoveCredentialAsync(CredentialKind.ProofIdentifier, access.Digest).ConfigureAwait(false),
                "another kind");
            Expect.True(await store.Grants.RemoveCredentialAsync(access.Kind, access.Digest).ConfigureAwait(false), "it was there");
            Expect.True(!await store.Grants.RemoveCredentialAsync(access.Kind, access.Digest).ConfigureAwait(false), "it was there no more");
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        await ExpectAsync(again, Tokens(1)[1..], false, "it does not come back").ConfigureAwait(false);
        await ExpectAsync(again, Tokens(1)[..1], true, "the other one stays").ConfigureAwait(false);
        under.Time.SetUtcNow(Tokens(1)[0].Until);
        Expect.True(!await again.Grants.RemoveCredentialAsync(Tokens(1)[0].Kind, Tokens(1)[0].Digest).ConfigureAwait(false), "its time is over");
    }

    private static async Task RangesAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        CredentialRow[] faulty =
        [
            Code with { Digest = new byte[15] }, Code with { Digest = new byte[65] }, Code with { Party = default },
            Code with { Sealed = new byte[CredentialRow.MostSealedBytes + 1] }, Code with { GrantId = "a\0b" },
        ];
        foreach (var row in faulty)
        {
            await Expect.FaultAsync<ArgumentException>(() => store.Grants.AddCredentialAsync(row, 10).AsTask(), "out of range").ConfigureAwait(false);
            await Expect.FaultAsync<ArgumentException>(() => SpendAsync(store, Code, [row], null).AsTask(), "out of range").ConfigureAwait(false);
        }

        await Expect.FaultAsync<ArgumentException>(() => store.Grants.AddCredentialAsync(Code, 0).AsTask(), "a party has one").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(() => SpendAsync(store, faulty[0], [], null).AsTask(), "a short digest").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(
            () => store.Grants.FindCredentialAsync(Code.Kind, new byte[15], Samples.Start).AsTask(), "a short digest").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(
            () => store.Grants.RemoveCredentialAsync(Code.Kind, new byte[65]).AsTask(), "a long digest").ConfigureAwait(false);
        var largest = Code with { Sealed = new byte[CredentialRow.MostSealedBytes], Digest = new byte[64], Party = new byte[16] };
        await store.Grants.AddCredentialAsync(largest, 10).ConfigureAwait(false);
        Same((await store.Grants.FindCredentialAsync(largest.Kind, largest.Digest, Samples.Start).ConfigureAwait(false))?.Credential, largest);
        await Expect.FaultAsync<ArgumentException>(
            () => store.Grants.SpendAsync(
                largest.Kind, largest.Digest, new byte[CredentialRow.MostSealedBytes + 1], [], null, 1, Samples.Start).AsTask(),
            "a successor has a bound").ConfigureAwait(false);
        await ExpectAsync(store, [largest], true, "nothing was spent").ConfigureAwait(false);
    }

    private static async Task CancelledAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await store.Grants.AddCredentialAsync(Code, 10).ConfigureAwait(false);
        await Expect.FaultAsync<OperationCanceledException>(
            () => store.Grants.SpendAsync(Code.Kind, Code.Digest, default, [], null, 1, Samples.Start, new CancellationToken(true)).AsTask(),
            "a cancelled spend ends").ConfigureAwait(false);
        Expect.True((await SpendAsync(store, Code, [], null).ConfigureAwait(false)).Outcome == SpendOutcome.Spent, "it was not done");
    }

    // A refresh token and an access token.
    private static CredentialRow[] Tokens(int number, int? grant = null) =>
    [
        Samples.Credential(CredentialKind.RefreshToken, 10 + number, Samples.Number(grant ?? number), "subject " + Samples.Number(grant ?? number)),
        Samples.Credential(CredentialKind.AccessToken, 10 + number, Samples.Number(grant ?? number), "subject " + Samples.Number(grant ?? number)),
    ];

    private static async Task BeginAsync(IStore store, int number = 1)
    {
        var code = Samples.Credential(CredentialKind.AuthorizationCode, number);
        await store.Grants.AddCredentialAsync(code, 10).ConfigureAwait(false);
        await SpendAsync(store, code, Tokens(number), Samples.Grant(number)).ConfigureAwait(false);
    }

    private static ValueTask<SpendResult> SpendAsync(IStore store, CredentialRow row, IReadOnlyList<CredentialRow> added, GrantRow? grant) =>
        store.Grants.SpendAsync(row.Kind, row.Digest, default, added, grant, 10, Samples.Start);

    private static async Task<IEnumerable<string>> GrantsAsync(IStore store) =>
        (await store.Grants.ListGrantsAsync(null, 100, Samples.Start).ConfigureAwait(false)).Select(static row => row.Id);

    private static async Task ExpectAsync(IStore store, IReadOnlyList<CredentialRow> rows, bool areThere, string promise)
    {
        foreach (var row in rows)
        {
            var found = await store.Grants.FindCredentialAsync(row.Kind, row.Digest, Samples.Start).ConfigureAwait(false);
            Expect.True(found is not null == areThere, promise);
        }
    }

    private static void Same(CredentialRow? found, CredentialRow row) => Expect.True(
        found is not null && found.Digest.Span.SequenceEqual(row.Digest.Span) && found.Party.Span.SequenceEqual(row.Party.Span)
            && found.Sealed.Span.SequenceEqual(row.Sealed.Span)
            && found with { Digest = default, Party = default, Sealed = default } == row with { Digest = default, Party = default, Sealed = default },
        $"a credential comes back as it went in: {found}");

    private static void Same(GrantRow? found, GrantRow row) => Expect.True(
        found is not null && found.Sealed.Span.SequenceEqual(row.Sealed.Span) && found with { Sealed = default } == row with { Sealed = default },
        $"a grant comes back as it went in: {found}");
}
