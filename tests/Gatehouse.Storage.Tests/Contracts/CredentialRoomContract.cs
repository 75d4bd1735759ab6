using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>Who may use how much of the tables of grants and credentials: neither strangers nor one person take the room of others.</summary>
internal static class CredentialRoomContract
{
    public static IEnumerable<StoreCheck> Checks =>
    [
        new("credentials: at its most a party's own oldest goes, never another's", OldestOfPartyAsync),
        new("credentials: strangers without end leave grants their room", StrangersAsync),
        new("credentials: those of grants have a bound, over a restart", BoundAsync),
        new("credentials: one party leaves others their room", PartOfAPartyAsync),
        new("grants: a full table refuses, and nothing is spent", FullOfGrantsAsync),
    ];

    private static async Task OldestOfPartyAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var (proof, bob) = (Samples.Credential(CredentialKind.ProofIdentifier, 0, party: "ada"), State(0, "bob"));
        await store.Grants.AddCredentialAsync(proof, 3).ConfigureAwait(false);
        await store.Grants.AddCredentialAsync(bob, 3).ConfigureAwait(false);
        foreach (var number in new[] { 2, 1, 3 }) await store.Grants.AddCredentialAsync(State(number, "ada"), 3).ConfigureAwait(false);
        await ExpectAsync(store, [State(1), State(2), State(3)], true, "a party may have so many").ConfigureAwait(false);
        Expect.True(await store.Grants.AddCredentialAsync(State(4, "ada"), 3).ConfigureAwait(false), "the newest has a place");
        await ExpectAsync(store, [State(2), State(3), State(4)], true, "the newest stay").ConfigureAwait(false);
        await ExpectAsync(store, [State(1)], false, "the oldest is forgotten").ConfigureAwait(false);
        await store.Grants.AddCredentialAsync(State(5, "ada"), 1).ConfigureAwait(false);
        await ExpectAsync(store, [State(2), State(3), State(4)], false, "a smaller number holds at the next one").ConfigureAwait(false);
        await ExpectAsync(store, [proof, bob, State(5)], true, "another party's, or of another kind, is never forgotten").ConfigureAwait(false);

        var soon = State(6, "eve") with { Until = Samples.Start.AddMinutes(1) };
        foreach (var row in new[] { State(1, "eve"), soon }) await store.Grants.AddCredentialAsync(row, 2).ConfigureAwait(false);
        under.Time.Advance(TimeSpan.FromMinutes(1));
        await store.Grants.AddCredentialAsync(State(7, "eve"), 2).ConfigureAwait(false);
        await ExpectAsync(store, [State(1), State(7)], true, "one whose time is over takes no place").ConfigureAwait(false);
    }

    private static async Task StrangersAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync(50, 50, 200).ConfigureAwait(false);
        await store.Grants.AddCredentialAsync(State(0), 10).ConfigureAwait(false);
        await store.Grants.AddCredentialAsync(State(1), 10).ConfigureAwait(false);
        await SpendAsync(store, State(0), [Refresh(1, "ada")], Grant(1, "ada")).ConfigureAwait(false);
        var kept = await FloodAsync(store).ConfigureAwait(false);
        Expect.True(kept is > 30 and <= 50, $"sign-ins that nobody finishes have a bound of 50; {kept} were added");

        await SpendAsync(store, Refresh(1, "ada"), [Refresh(2, "ada") with { GrantId = Samples.Number(1) }], null).ConfigureAwait(false);
        var access = Samples.Credential(CredentialKind.AccessToken, 1, Samples.Number(1), "ada");
        Expect.True(await store.Grants.AddCredentialAsync(access, 10).ConfigureAwait(false), "a credential of a grant has room");
        var confirmation = Samples.Credential(CredentialKind.Confirmation, 1);
        await SpendAsync(store, State(1), [confirmation], null).ConfigureAwait(false);
        await SpendAsync(store, confirmation, [Refresh(5, "bob")], Grant(5, "bob")).ConfigureAwait(false);
        await ExpectAsync(store, [access, Refresh(5, "bob"), Refresh(2, "ada")], true, "who signed in goes on").ConfigureAwait(false);

        under.Time.SetUtcNow(State(0).Until);
        Expect.True(
            await store.Grants.AddCredentialAsync(State(9000) with { Until = State(0).Until.AddHours(1) }, 10).ConfigureAwait(false),
            "sign-ins whose time is over make room");
    }

    private static async Task BoundAsync(StoreUnderTest under)
    {
        await using (var store = await under.OpenAsync(credentialRowLimit: 4).ConfigureAwait(false))
        {
            for (var number = 1; number <= 2; number++)
                await BeginAsync(under, store, number, "ada " + Samples.Number(number), "bob " + Samples.Number(number)).ConfigureAwait(false);
            await store.Grants.AddCredentialAsync(State(3), 10).ConfigureAwait(false);
            await Expect.FaultAsync<StoreException>(() => SpendAsync(store, State(3), [Refresh(3, "eve")], Grant(3, "eve")).AsTask(),
                "the table is full").ConfigureAwait(false);
            await ExpectAsync(store, [State(3)], true, "nothing was spent").ConfigureAwait(false);
        }

        await using var again = await under.OpenAsync(credentialRowLimit: 4).ConfigureAwait(false);
        await Expect.FaultAsync<StoreException>(() => SpendAsync(again, State(3), [Refresh(3, "eve")], Grant(3, "eve")).AsTask(),
            "the table is full after a restart").ConfigureAwait(false);
        var access = Samples.Credential(CredentialKind.AccessToken, 9, Samples.Number(1), "eve");
        await Expect.FaultAsync<StoreException>(
            () => again.Grants.AddCredentialAsync(access, 10).AsTask(), "every way is full").ConfigureAwait(false);
        Expect.True(await again.Grants.FindGrantAsync(Samples.Number(3), Samples.Start).ConfigureAwait(false) is null, "no grant began");
        await again.Grants.EndGrantAsync(Samples.Number(1), Samples.Start).ConfigureAwait(false);
        await SpendAsync(again, State(3), [Refresh(3, "eve")], Grant(3, "eve")).ConfigureAwait(false); // what ended makes room
    }

    private static async Task PartOfAPartyAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync(credentialRowLimit: 40).ConfigureAwait(false);
        await BeginAsync(under, store, 1, "ada").ConfigureAwait(false);
        var last = 1;
        for (; last < 60; last++)
        {
            var next = Refresh(last + 1, "ada") with { GrantId = Samples.Number(1) };
            if (!await IsTakenAsync(() => SpendAsync(store, Refresh(last, "ada"), [next], null).AsTask()).ConfigureAwait(false)) break;
        }

        Expect.True(last is > 10 and <= 20, $"a party with half of all gets no more; it has {last}");
        await ExpectAsync(store, [Refresh(last, "ada")], true, "nothing was spent").ConfigureAwait(false);
        Expect.True((await SpendAsync(store, Refresh(1, "ada"), [], null).ConfigureAwait(false)).Outcome == SpendOutcome.AlreadySpent,
            "what it spent first is still noticed");
        for (var number = 100; number < 110; number++) await BeginAsync(under, store, number, "bob " + Samples.Number(number)).ConfigureAwait(false);
        under.Time.SetUtcNow(Refresh(1, "ada").Until);
        await BeginAsync(under, store, 1000, "ada").ConfigureAwait(false); // what is over makes room
    }

    private static async Task FullOfGrantsAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync(4).ConfigureAwait(false);
        await BeginAsync(under, store, 1, "subject 1").ConfigureAwait(false);
        for (var number = 1; number < 4; number++)
            await SpendAsync(store, Refresh(number), [Refresh(number + 1)], Grant(number + 1)).ConfigureAwait(false);
        await Expect.FaultAsync<StoreException>(() => SpendAsync(store, Refresh(4), [Refresh(5)], Grant(5)).AsTask(), "full").ConfigureAwait(false);
        await ExpectAsync(store, [Refresh(4)], true, "nothing was spent").ConfigureAwait(false);
        await ExpectAsync(store, [Refresh(5)], false, "nothing was added").ConfigureAwait(false);
        var own = Grant(6, "subject " + Samples.Number(2));
        await store.Grants.SpendAsync(CredentialKind.RefreshToken, Refresh(4).Digest, default, [Refresh(6)], own, 1, Samples.Start)
            .ConfigureAwait(false);
        Expect.True(await store.Grants.FindGrantAsync(own.Id, Samples.Start).ConfigureAwait(false) is not null, "a subject has its own place");
    }

    private static async Task<int> FloodAsync(IStore store)
    {
        var added = 0;
        for (var number = 10; number < 1010; number++)
        {
            var row = Samples.Credential((CredentialKind)(number % 2 * (int)CredentialKind.ProofIdentifier), number);
            if (await IsTakenAsync(() => store.Grants.AddCredentialAsync(row, 10).AsTask()).ConfigureAwait(false)) added++;
        }

        return added;
    }

    private static async Task<bool> IsTakenAsync(Func<Task> act)
    {
        try
        {
            await act().ConfigureAwait(false);
            return true;
        }
        catch (StoreException)
        {
            return false;
        }
    }

    // A grant with a refresh token for each party.
    private static async Task BeginAsync(StoreUnderTest under, IStore store, int number, params string[] parties)
    {
        var now = under.Time.GetUtcNow();
        var code = Samples.Credential(CredentialKind.AuthorizationCode, number) with { Until = now.AddHours(1) };
        await store.Grants.AddCredentialAsync(code, 10).ConfigureAwait(false);
        CredentialRow[] added = [.. parties.Select((party, at) => Refresh(number + (1000 * at), party) with
        {
            GrantId = Samples.Number(number), Until = now.AddHours(1),
        })];
        var result = await store.Grants.SpendAsync(code.Kind, code.Digest, default, added, Grant(number, parties[0]), 10, now).ConfigureAwait(false);
        Expect.True(result.Outcome == SpendOutcome.Spent, "a grant begins");
    }

    private static async ValueTask<SpendResult> SpendAsync(IStore store, CredentialRow row, IReadOnlyList<CredentialRow> added, GrantRow? grant) =>
        await store.Grants.SpendAsync(row.Kind, row.Digest, default, added, grant, 10, Samples.Start).ConfigureAwait(false);

    private static CredentialRow State(int number, string? party = null) => Samples.Credential(CredentialKind.SignInState, number, party: party);

    private static CredentialRow Refresh(int number, string? party = null) => Samples.Credential(
        CredentialKind.RefreshToken, number, Samples.Number(number), party ?? "subject " + Samples.Number(number));

    private static GrantRow Grant(int number, string? subject = null) => Samples.Grant(number, subject: subject);

    private static async Task ExpectAsync(IStore store, IReadOnlyList<CredentialRow> rows, bool areThere, string promise)
    {
        foreach (var row in rows)
        {
            var found = await store.Grants.FindCredentialAsync(row.Kind, row.Digest, Samples.Start.AddMinutes(1)).ConfigureAwait(false);
            Expect.True(found is not null == areThere, $"{promise}: {row.Kind} of {row.At.Ticks - Samples.Start.Ticks}");
        }
    }
}
