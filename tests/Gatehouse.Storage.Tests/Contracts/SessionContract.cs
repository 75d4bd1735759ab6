using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>What open sessions promise beside what every table does.</summary>
internal static class SessionContract
{
    public static IEnumerable<StoreCheck> Checks =>
    [
        new("sessions: the later moment counts, and the owner stays", LaterMomentAsync),
        new("sessions: what was removed is gone for good", RemovedAsync),
        new("sessions: removing needs no room, and makes some", RemovingMakesRoomAsync),
        new("sessions: by the moment of their expiry", ByExpiryAsync),
        new("sessions: they have a bound of their own", OwnBoundAsync),
    ];

    private static async Task LaterMomentAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var first = Samples.Session(1, Samples.Start.AddHours(2));
        await store.Sessions.AddAsync(first).ConfigureAwait(false);
        await store.Sessions.AddAsync(first with { Owner = "another", Until = Samples.Start.AddHours(1) }).ConfigureAwait(false);
        Expect.Same([first], await store.Sessions.ListAsync(Samples.Start).ConfigureAwait(false), "an earlier moment changes nothing");
        await store.Sessions.AddAsync(first with { Owner = "another", Until = Samples.Start.AddHours(3) }).ConfigureAwait(false);
        Expect.Same([first with { Until = Samples.Start.AddHours(3) }], await store.Sessions.ListAsync(Samples.Start).ConfigureAwait(false),
            "the owner stays");
    }

    private static async Task RemovedAsync(StoreUnderTest under)
    {
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            await store.Sessions.AddAsync(Samples.Session(1, Samples.Start.AddHours(1))).ConfigureAwait(false);
            Expect.True(await store.Sessions.RemoveAsync(Samples.Number(1)).ConfigureAwait(false), "the session was there");
            Expect.True(!await store.Sessions.RemoveAsync(Samples.Number(1)).ConfigureAwait(false), "the session was there no more");
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        Expect.Same([], await again.Sessions.ListAsync(Samples.Start).ConfigureAwait(false), "a restart brings no session back");
    }

    private static async Task RemovingMakesRoomAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync(2, 2).ConfigureAwait(false);
        for (var number = 0; number < 2; number++) await store.Sessions.AddAsync(Samples.Session(number, Samples.Start.AddHours(1))).ConfigureAwait(
            false);
        Expect.True(await store.Sessions.RemoveAsync(Samples.Number(0)).ConfigureAwait(false), "the session was there");
        await store.Sessions.AddAsync(Samples.Session(2, Samples.Start.AddHours(1))).ConfigureAwait(false);
        Expect.Same(["00000001", "00000002"],
            (await store.Sessions.ListAsync(Samples.Start).ConfigureAwait(false)).Select(static row => row.SessionUid), "there was room");
    }

    private static async Task ByExpiryAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        foreach (var (number, hours) in new[] { (1, 3), (2, 1), (4, 2), (3, 2) })
            await store.Sessions.AddAsync(Samples.Session(number, Samples.Start.AddHours(hours))).ConfigureAwait(false);
        var order = (await store.Sessions.ListAsync(Samples.Start).ConfigureAwait(false)).Select(static row => row.SessionUid);
        Expect.Same([Samples.Number(2), Samples.Number(3), Samples.Number(4), Samples.Number(1)], order, "by expiry, then by identifier");
    }

    private static async Task OwnBoundAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync(1, 3).ConfigureAwait(false);
        for (var number = 0; number < 3; number++) await store.Sessions.AddAsync(Samples.Session(number, Samples.Start.AddHours(1))).ConfigureAwait(
            false);
        Expect.True((await store.Sessions.ListAsync(Samples.Start).ConfigureAwait(false)).Count == 3,
            "the bound of other tables does not hold for sessions");
    }
}
