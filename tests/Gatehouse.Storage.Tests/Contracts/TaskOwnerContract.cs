using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>What owners of tasks promise beside what every table does.</summary>
internal static class TaskOwnerContract
{
    public static IEnumerable<StoreCheck> Checks =>
    [
        new("task owners: a task is never given to another owner", NeverAnothersAsync),
        new("task owners: for its owner the later moment counts", LaterMomentAsync),
        new("task owners: a forgotten task may have another owner", ForgottenAsync),
        new("task owners: of many who claim one task at once one has it", OneOfManyAsync),
        new("task owners: one caller leaves others their rows", PartOfACallerAsync),
        new("task owners: a digest has 16 to 64 bytes", DigestsAsync),
    ];

    private static async Task NeverAnothersAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var hour = Samples.Start.AddHours(1);
        Expect.True(await store.TaskOwners.AddAsync(Samples.Task(1, "alice", hour), 12).ConfigureAwait(false), "a new task is its first caller's");
        Expect.True(!await store.TaskOwners.AddAsync(Samples.Task(1, "bob", hour.AddHours(9)), 12).ConfigureAwait(false),
            "a task is never given to another owner");
        await ExpectOwnerAsync(store, "files", 1, Samples.Start, "alice").ConfigureAwait(false);
        Expect.True(await store.TaskOwners.AddAsync(Samples.Task(1, "bob", hour) with { Server = "mail" }, 12).ConfigureAwait(false),
            "another server's task is another");
        await ExpectOwnerAsync(store, "mail", 1, Samples.Start, "bob").ConfigureAwait(false);
    }

    private static async Task LaterMomentAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var hour = Samples.Start.AddHours(1);
        await store.TaskOwners.AddAsync(Samples.Task(1, "alice", hour), 12).ConfigureAwait(false);
        Expect.True(await store.TaskOwners.AddAsync(Samples.Task(1, "alice", Samples.Start.AddMinutes(1)), 12).ConfigureAwait(false),
            "the owner may add its task again");
        await ExpectOwnerAsync(store, "files", 1, hour.AddTicks(-1), "alice").ConfigureAwait(false);
    }

    private static async Task ForgottenAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var hour = Samples.Start.AddHours(1);
        await store.TaskOwners.AddAsync(Samples.Task(1, "alice", hour), 12).ConfigureAwait(false);
        under.Time.SetUtcNow(hour);
        Expect.True(await store.TaskOwners.AddAsync(Samples.Task(1, "bob", hour.AddHours(1)), 12).ConfigureAwait(false),
            "a forgotten task belongs to nobody");
        await ExpectOwnerAsync(store, "files", 1, hour, "bob").ConfigureAwait(false);
    }

    private static async Task OneOfManyAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        for (var number = 0; number < 20; number++)
        {
            var task = number;
            var claims = await Task.WhenAll(Enumerable.Range(0, 6).Select(caller =>
                Task.Run(() => store.TaskOwners.AddAsync(Samples.Task(task, "caller " + Samples.Number(caller), Samples.Start.AddHours(1)), 100)
                    .AsTask()))).ConfigureAwait(false);
            Expect.True(claims.Count(static claim => claim) == 1,
                $"of many who claim one task at once one has it, not {claims.Count(static claim => claim)}");
            await ExpectOwnerAsync(store, "files", task, Samples.Start,
                "caller " + Samples.Number(Array.IndexOf(claims, true))).ConfigureAwait(false);
        }
    }

    private static async Task PartOfACallerAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync(20).ConfigureAwait(false);
        Expect.True(store.TaskOwners.RowLimit == 20, "the limit of rows is told");
        for (var number = 0; number < 40; number++)
        {
            Expect.True(
                await store.TaskOwners.AddAsync(Samples.Task(number, "alice", Samples.Start.AddHours(1).AddSeconds(number)), 4).ConfigureAwait(false),
                "a caller's own oldest task is forgotten for a new one");
        }

        for (var number = 0; number < 40; number++) // while half of the table is free one caller may have more than its part
            await ExpectOwnerAsync(store, "files", number, Samples.Start, number >= 30 ? "alice" : null).ConfigureAwait(false);
        for (var number = 100; number < 104; number++)
            await store.TaskOwners.AddAsync(Samples.Task(number, "bob", Samples.Start.AddHours(1)), 4).ConfigureAwait(false);
    }

    private static async Task DigestsAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var good = Samples.Task(1, "alice", Samples.Start.AddHours(1));
        foreach (var bad in new[] { good with { Task = new byte[15] }, good with { Owner = new byte[65] }, good with { Caller = default } })
            await Expect.FaultAsync<ArgumentException>(() => store.TaskOwners.AddAsync(bad, 12).AsTask(),
                "a digest has 16 to 64 bytes").ConfigureAwait(false);
        await Expect.FaultAsync<ArgumentException>(() => store.TaskOwners.FindAsync("files", new byte[15], Samples.Start).AsTask(),
            "a digest has 16 to 64 bytes").ConfigureAwait(false);
        await store.TaskOwners.AddAsync(good with { Task = new byte[16], Owner = new byte[64] }, 12).ConfigureAwait(false);
    }

    private static async Task ExpectOwnerAsync(IStore store, string server, int number, DateTimeOffset now, string? owner)
    {
        var found = await store.TaskOwners.FindAsync(server, Samples.Task(number, "", now).Task, now).ConfigureAwait(false);
        var isOwner = owner is null ? found is null : found is not null && found.AsSpan().SequenceEqual(Samples.Digest(owner));
        Expect.True(isOwner, $"task {number} of {server} belongs to {owner ?? "nobody"}");
    }
}
