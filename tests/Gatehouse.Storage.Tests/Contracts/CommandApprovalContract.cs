using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>What approvals of commands promise beside what every table does.</summary>
internal static class CommandApprovalContract
{
    public static IEnumerable<StoreCheck> Checks =>
    [
        new("commands: asking ends no approval", AskingEndsNoApprovalAsync),
        new("commands: asking again keeps what was asked for first", AskingAgainAsync),
        new("commands: approval and its end are durable", ApprovalAsync),
        new("commands: an approval has no end", NoEndAsync),
        new("commands: what was asked for is bounded, the newest stay", BoundedAsync),
    ];

    private static async Task AskingEndsNoApprovalAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await store.CommandApprovals.ApproveAsync("d", "files", "{1}").ConfigureAwait(false);
        under.Time.Advance(TimeSpan.FromMinutes(1));
        await store.CommandApprovals.AskAsync("d", "mail", "{2}").ConfigureAwait(false);
        Expect.Same(
            [new CommandRow("d", "files", "{1}", true, Samples.Start)], await store.CommandApprovals.ListAsync().ConfigureAwait(false),
            "an approval is never lost by asking");
    }

    private static async Task AskingAgainAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await store.CommandApprovals.AskAsync("d", "files", "{1}").ConfigureAwait(false);
        under.Time.Advance(TimeSpan.FromMinutes(1));
        await store.CommandApprovals.AskAsync("d", "mail", "{2}").ConfigureAwait(false);
        var row = await store.CommandApprovals.FindAsync("d").ConfigureAwait(false);
        Expect.True(row == new CommandRow("d", "mail", "{1}", false, Samples.Start.AddMinutes(1)),
            $"name and moment are the newest, the content stays: {row}");
    }

    private static async Task ApprovalAsync(StoreUnderTest under)
    {
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            await store.CommandApprovals.AskAsync("d", "files", "{1}").ConfigureAwait(false);
            await store.CommandApprovals.ApproveAsync("d", "files", "{2}").ConfigureAwait(false);
            await store.CommandApprovals.ApproveAsync("e", "mail", "{3}").ConfigureAwait(false);
            Expect.True(await store.CommandApprovals.RevokeAsync("e").ConfigureAwait(false), "the approval was there");
            Expect.True(!await store.CommandApprovals.RevokeAsync("e").ConfigureAwait(false), "the approval was there no more");
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        Expect.True(
            await again.CommandApprovals.FindAsync("d").ConfigureAwait(false) == new CommandRow("d", "files", "{2}", true, Samples.Start),
            "what was approved is what was shown last, over a restart");
        Expect.True(await again.CommandApprovals.FindAsync("e").ConfigureAwait(false) is null, "what was taken back stays so");
    }

    private static async Task NoEndAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await store.CommandApprovals.ApproveAsync("d", "files", "{}").ConfigureAwait(false);
        under.Time.SetUtcNow(Samples.Start.AddDays(4000)); // without the clean-ups of each hour until then
        await store.CleanUpAsync().ConfigureAwait(false);
        Expect.True(await store.CommandApprovals.FindAsync("d").ConfigureAwait(false) is { IsApproved: true },
            "an approval stays until it is taken back");
    }

    private static async Task BoundedAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        await store.CommandApprovals.ApproveAsync("approved", "files", "{}").ConfigureAwait(false);
        for (var number = 0; number < ICommandApprovalStore.MostAsked + 10; number++)
        {
            under.Time.Advance(TimeSpan.FromSeconds(1));
            await store.CommandApprovals.AskAsync(Samples.Number(number), "files", "{}").ConfigureAwait(false);
        }

        var digests = (await store.CommandApprovals.ListAsync().ConfigureAwait(false)).Select(static row => row.Digest);
        Expect.Same(
            [.. Enumerable.Range(10, ICommandApprovalStore.MostAsked).Reverse().Select(Samples.Number), "approved"], digests,
            "the newest first, and approvals stay");
    }
}
