using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>What sealed secrets promise beside what every table does.</summary>
internal static class SecretContract
{
    public static IEnumerable<StoreCheck> Checks =>
    [
        new("secrets: setting again replaces the whole secret", SettingAgainAsync),
        new("secrets: purpose, owner and name distinguish", PlacesAsync),
        new("secrets: a key is replaced only as it was listed", ReplaceKeyAsync),
        new("secrets: of many who replace one key at once one has it", ReplaceAtOnceAsync),
        new("secrets: what was removed is gone for good", RemovedAsync),
        new("secrets: one owner has a bound, and what is there needs no place", BoundAsync),
        new("secrets: sealed bytes out of their range are refused", SealedBytesAsync),
    ];

    private static async Task SettingAgainAsync(StoreUnderTest under)
    {
        var second = Samples.Secret(2) with { Name = Samples.Number(1) };
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            await store.Secrets.PutAsync(Samples.Secret(1), 10).ConfigureAwait(false);
            await store.Secrets.PutAsync(second, 10).ConfigureAwait(false);
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        await ExpectAsync(again, second, "key, value and moment are those that were set last").ConfigureAwait(false);
    }

    private static async Task PlacesAsync(StoreUnderTest under)
    {
        var row = Samples.Secret(1);
        SecretRow[] rows =
        [
            row, row with { Purpose = "other", SealedValue = new byte[] { 3 } }, row with { Owner = "other", SealedValue = new byte[] { 4 } },
            row with { Name = "other", SealedValue = new byte[] { 5 } },
        ];
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        foreach (var one in rows) await store.Secrets.PutAsync(one, 10).ConfigureAwait(false);
        foreach (var one in rows) await ExpectAsync(store, one, "each place has its own secret").ConfigureAwait(false);
        Expect.Same(
            [("other", "owner", row.Name), ("secret", "other", row.Name), ("secret", "owner", row.Name), ("secret", "owner", "other")],
            (await store.Secrets.ListAsync().ConfigureAwait(false)).Select(static head => (head.Purpose, head.Owner, head.Name)),
            "by purpose, owner and name");
    }

    private static async Task ReplaceKeyAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await store.Secrets.PutAsync(Samples.Secret(1), 10).ConfigureAwait(false);
        await store.Secrets.PutAsync(Samples.Secret(2), 10).ConfigureAwait(false);
        var head = (await store.Secrets.ListAsync().ConfigureAwait(false))[0];
        byte[] fresh = [7, 7];
        Expect.True(await store.Secrets.ReplaceKeyAsync(head, fresh).ConfigureAwait(false), "the key was the listed one");
        await ExpectAsync(store, Samples.Secret(1) with { SealedKey = fresh }, "only the key changed").ConfigureAwait(false);
        await ExpectAsync(store, Samples.Secret(2), "another secret stays").ConfigureAwait(false);
        Expect.True(!await store.Secrets.ReplaceKeyAsync(head, new byte[] { 8 }).ConfigureAwait(false), "the key was the listed one no more");
        await ExpectAsync(store, Samples.Secret(1) with { SealedKey = fresh }, "a secret that changed since is left alone").ConfigureAwait(false);
        await store.Secrets.RemoveAsync("secret", "owner", head.Name).ConfigureAwait(false);
        Expect.True(!await store.Secrets.ReplaceKeyAsync(head with { SealedKey = fresh }, fresh).ConfigureAwait(false), "it was removed");
        Expect.True(await store.Secrets.FindAsync("secret", "owner", head.Name).ConfigureAwait(false) is null, "and does not come back");
    }

    private static async Task ReplaceAtOnceAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await store.Secrets.PutAsync(Samples.Secret(1), 10).ConfigureAwait(false);
        var head = (await store.Secrets.ListAsync().ConfigureAwait(false))[0];
        var won = await Task.WhenAll(Enumerable.Range(10, 16).Select(number =>
            Task.Run(async () => await store.Secrets.ReplaceKeyAsync(head, new[] { (byte)number }).ConfigureAwait(false)))).ConfigureAwait(false);
        Expect.True(won.Count(static one => one) == 1, "one of them replaced it");
    }

    private static async Task RemovedAsync(StoreUnderTest under)
    {
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            await store.Secrets.PutAsync(Samples.Secret(1), 10).ConfigureAwait(false);
            Expect.True(!await store.Secrets.RemoveAsync("other", "owner", Samples.Number(1)).ConfigureAwait(false), "another purpose");
            Expect.True(!await store.Secrets.RemoveAsync("secret", "other", Samples.Number(1)).ConfigureAwait(false), "another owner");
            Expect.True(await store.Secrets.RemoveAsync("secret", "owner", Samples.Number(1)).ConfigureAwait(false), "it was there");
            Expect.True(!await store.Secrets.RemoveAsync("secret", "owner", Samples.Number(1)).ConfigureAwait(false), "it was there no more");
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        Expect.True(await again.Secrets.FindAsync("secret", "owner", Samples.Number(1)).ConfigureAwait(false) is null, "over a restart");
    }

    private static async Task BoundAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        for (var number = 0; number < 3; number++)
            Expect.True(await store.Secrets.PutAsync(Samples.Secret(number), 3).ConfigureAwait(false), "there is a place");
        Expect.True(!await store.Secrets.PutAsync(Samples.Secret(3), 3).ConfigureAwait(false), "the owner has the most");
        Expect.True(await store.Secrets.PutAsync(Samples.Secret(2), 3).ConfigureAwait(false), "what is there needs no place");
        Expect.True(await store.Secrets.PutAsync(Samples.Secret(3) with { Owner = "other" }, 3).ConfigureAwait(false), "another owner has places");
        Expect.True(await store.Secrets.PutAsync(Samples.Secret(3) with { Purpose = "other" }, 3).ConfigureAwait(false),
            "another purpose has places");
        Expect.True((await store.Secrets.ListAsync().ConfigureAwait(false)).Count == 5, "what was refused is not there");
    }

    private static async Task SealedBytesAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        SecretRow[] faulty =
        [
            Samples.Secret(1) with { SealedKey = default }, Samples.Secret(1) with { SealedKey = new byte[SecretRow.MostOverhead + 1] },
            Samples.Secret(1) with { SealedValue = default }, Samples.Secret(1) with { SealedValue = new byte[SecretRow.MostSealedBytes + 1] },
        ];
        foreach (var row in faulty)
            await Expect.FaultAsync<ArgumentException>(() => store.Secrets.PutAsync(row, 10).AsTask(), "out of range").ConfigureAwait(false);
        var largest = Samples.Secret(1) with
        { SealedKey = new byte[SecretRow.MostOverhead], SealedValue = new byte[SecretRow.MostSealedBytes] };
        await store.Secrets.PutAsync(largest, 10).ConfigureAwait(false);
        await ExpectAsync(store, largest, "the largest comes back").ConfigureAwait(false);
    }

    private static async Task ExpectAsync(IStore store, SecretRow row, string promise)
    {
        var found = await store.Secrets.FindAsync(row.Purpose, row.Owner, row.Name).ConfigureAwait(false);
        Expect.True(
            found is not null && found.SealedKey.Span.SequenceEqual(row.SealedKey.Span) && found.SealedValue.Span.SequenceEqual(row.SealedValue.Span)
                && (found.At, found.Until) == (row.At, row.Until),
            promise);
    }
}
