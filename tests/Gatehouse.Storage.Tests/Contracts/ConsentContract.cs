using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>What consents promise beside what every table does.</summary>
internal static class ConsentContract
{
    public static IEnumerable<StoreCheck> Checks =>
    [
        new("consents: consenting again replaces the whole consent", AgainAsync),
        new("consents: subject, client and resource distinguish", PlacesAsync),
        new("consents: at its most a subject's own oldest goes, never another's", MostOfSubjectAsync),
        new("consents: a full table leaves a subject its own place", OwnPlaceAsync),
        new("consents: what was removed is gone for good", RemovedAsync),
        new("consents: parts out of their range are refused", RangesAsync),
    ];

    private static async Task AgainAsync(StoreUnderTest under)
    {
        var second = Samples.Consent(1) with
        {
            ClientName = "Another",
            RedirectUri = "https://other/",
            Scopes = "read",
            At = Samples.Start.AddHours(1),
            Until = Samples.Start.AddHours(2),
        };
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            await store.Consents.PutAsync(Samples.Consent(1), 10).ConfigureAwait(false);
            await store.Consents.PutAsync(second, 10).ConfigureAwait(false);
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        Expect.Same([second], await again.Consents.ListAsync(null, 10, Samples.Start).ConfigureAwait(false), "every column is the later one's");
        var found = await again.Consents.FindAsync("subject", Samples.Number(1), "https://files", Samples.Start).ConfigureAwait(false);
        Expect.True(found == second, "it is found");
        Expect.True(
            await again.Consents.FindAsync("subject", Samples.Number(1), "https://files", second.Until).ConfigureAwait(false) is null,
            "until its time is over");
    }

    private static async Task PlacesAsync(StoreUnderTest under)
    {
        var row = Samples.Consent(1);
        ConsentRow[] rows = [row with { Subject = "ada" }, row, row with { Resource = "https://mail" }, row with { ClientId = "z" }];
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        foreach (var one in rows.Reverse()) await store.Consents.PutAsync(one, 10).ConfigureAwait(false);
        Expect.Same(rows, await store.Consents.ListAsync(null, 10, Samples.Start).ConfigureAwait(false), "by subject, client and resource");
        Expect.Same(rows[1..], await store.Consents.ListAsync("subject", 10, Samples.Start).ConfigureAwait(false), "those of a subject");
        Expect.Same(rows[..3], await store.Consents.ListAsync(null, 3, Samples.Start).ConfigureAwait(false), "at most so many");
        Expect.Same(rows[1..2], await store.Consents.ListAsync("subject", 1, Samples.Start).ConfigureAwait(false), "at most so many of a subject");
        foreach (var one in rows)
        {
            Expect.True(await store.Consents.FindAsync(one.Subject, one.ClientId, one.Resource, Samples.Start).ConfigureAwait(false) == one,
                "each has its own place");
        }
    }

    private static async Task MostOfSubjectAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var other = Samples.Consent(0) with { Subject = "bob" };
        await store.Consents.PutAsync(other, 3).ConfigureAwait(false);
        foreach (var number in new[] { 2, 1, 3 }) await store.Consents.PutAsync(Samples.Consent(number), 3).ConfigureAwait(false);
        await store.Consents.PutAsync(Samples.Consent(2), 3).ConfigureAwait(false);
        await ExpectAsync(store, [1, 2, 3], "one that is there needs no place").ConfigureAwait(false);
        await store.Consents.PutAsync(Samples.Consent(4), 3).ConfigureAwait(false);
        await ExpectAsync(store, [2, 3, 4], "the oldest is forgotten").ConfigureAwait(false);
        await store.Consents.PutAsync(Samples.Consent(5), 1).ConfigureAwait(false);
        await ExpectAsync(store, [5], "a smaller number holds at the next one").ConfigureAwait(false);
        Expect.Same([other], await store.Consents.ListAsync("bob", 10, Samples.Start).ConfigureAwait(false), "another subject's stays");
    }

    private static async Task OwnPlaceAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync(3).ConfigureAwait(false);
        await store.Consents.PutAsync(Samples.Consent(0) with { Subject = "bob" }, 2).ConfigureAwait(false);
        foreach (var number in new[] { 1, 2, 3 }) await store.Consents.PutAsync(Samples.Consent(number), 2).ConfigureAwait(false);
        await ExpectAsync(store, [2, 3], "the new one has the place of the subject's oldest").ConfigureAwait(false);
        await Expect.FaultAsync<StoreException>(
            () => store.Consents.PutAsync(Samples.Consent(4) with { Subject = "bob" }, 2).AsTask(), "another has none").ConfigureAwait(false);
    }

    private static async Task RemovedAsync(StoreUnderTest under)
    {
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            await store.Consents.PutAsync(Samples.Consent(1), 10).ConfigureAwait(false);
            await store.Consents.PutAsync(Samples.Consent(2), 10).ConfigureAwait(false);
            Expect.True(!await RemoveAsync(store, "ada").ConfigureAwait(false), "another subject");
            Expect.True(!await RemoveAsync(store, resource: "https://mail").ConfigureAwait(false), "another resource");
            Expect.True(await RemoveAsync(store).ConfigureAwait(false), "it was there");
            Expect.True(!await RemoveAsync(store).ConfigureAwait(false), "it was there no more");
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        await ExpectAsync(again, [2], "over a restart").ConfigureAwait(false);
    }

    private static async Task RangesAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var good = Samples.Consent(1);
        ConsentRow[] faulty =
        [
            good with { Subject = "a\0b" }, good with { ClientId = "\ud800" }, good with { ClientName = new string('x', StoredText.MostBytes + 1) },
            good with { RedirectUri = "a\0b" }, good with { Resource = "a\0b" }, good with { Scopes = "a\0b" },
        ];
        foreach (var row in faulty)
            await Expect.FaultAsync<ArgumentException>(() => store.Consents.PutAsync(row, 10).AsTask(), "out of range").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(() => store.Consents.PutAsync(good, 0).AsTask(), "a subject has one").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(
            () => store.Consents.ListAsync(null, 0, Samples.Start).AsTask(), "one or more").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(
            () => store.Consents.ListAsync("a\0b", 1, Samples.Start).AsTask(), "a text").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(
            () => store.Consents.FindAsync("s", "a\0b", "r", Samples.Start).AsTask(), "a text").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(() => store.Consents.RemoveAsync("s", "c", "\ud800").AsTask(), "a text").ConfigureAwait(false);
        await ExpectAsync(store, [], "nothing was added").ConfigureAwait(false);
    }

    private static ValueTask<bool> RemoveAsync(IStore store, string subject = "subject", string resource = "https://files") =>
        store.Consents.RemoveAsync(subject, Samples.Number(1), resource);

    private static async Task ExpectAsync(IStore store, int[] numbers, string promise) => Expect.Same(
        numbers.Select(static number => Samples.Consent(number)), await store.Consents.ListAsync("subject", 10, Samples.Start).ConfigureAwait(false),
        promise);
}
