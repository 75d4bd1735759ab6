using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>What approvals of definitions promise beside what every table does.</summary>
internal static class DefinitionApprovalContract
{
    public static IEnumerable<StoreCheck> Checks =>
    [
        new("definition approvals: a word ends the opposite ones", OppositesAsync),
        new("definition approvals: a person's later word replaces the earlier one", LaterWordAsync),
        new("definition approvals: every byte of a definition comes back", BytesAsync),
        new("definition approvals: what was seen leaves room for people", RoomForPeopleAsync),
        new("definition approvals: a source is renamed", MoveAsync),
        new("definition approvals: oldest first", OldestFirstAsync),
    ];

    private static async Task OppositesAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var ada = Samples.Definition(1, "ada");
        await store.DefinitionApprovals.AddAsync(ada).ConfigureAwait(false);
        await store.DefinitionApprovals.AddAsync(ada with { By = "bob" }).ConfigureAwait(false);
        await store.DefinitionApprovals.AddAsync(Samples.Definition(2, "ada")).ConfigureAwait(false);
        await store.DefinitionApprovals.AddAsync(ada with { By = "eve", IsRevocation = true, Definition = default }).ConfigureAwait(false);
        await ExpectAsync(store, [("eve", "sha256:00000001", true), ("ada", "sha256:00000002", false)],
            "a revocation ends every approval of its digest, and no other").ConfigureAwait(false);
        await store.DefinitionApprovals.AddAsync(ada).ConfigureAwait(false);
        await ExpectAsync(store, [("ada", "sha256:00000001", false), ("ada", "sha256:00000002", false)],
            "an approval ends every revocation of its digest").ConfigureAwait(false);
    }

    private static async Task LaterWordAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var first = Samples.Definition(1, "ada");
        var second = first with { At = first.At.AddHours(1), Until = Samples.Start.AddHours(2), Reason = "again", Definition = new byte[] { 9 } };
        await store.DefinitionApprovals.AddAsync(first).ConfigureAwait(false);
        await store.DefinitionApprovals.AddAsync(second).ConfigureAwait(false);
        var row = (await store.DefinitionApprovals.ListAsync(Samples.Start).ConfigureAwait(false)).Single();
        Expect.True(row.Definition.Span.SequenceEqual(second.Definition.Span)
            && row with { Definition = default } == second with { Definition = default }, "every column is the later one's");
    }

    private static async Task BytesAsync(StoreUnderTest under)
    {
        var bytes = Enumerable.Range(0, 70_000).Select(static number => (byte)number).ToArray();
        await using (var store = await under.OpenAsync().ConfigureAwait(false))
        {
            await store.DefinitionApprovals.AddAsync(Samples.Definition(1, "ada") with { Definition = bytes }).ConfigureAwait(false);
            var longest = new byte[IDefinitionApprovalStore.LongestDefinition + 1];
            await Expect.FaultAsync<ArgumentException>(
                () => store.DefinitionApprovals.AddAsync(Samples.Definition(2, "ada") with { Definition = longest }).AsTask(),
                "a definition has a bound").ConfigureAwait(false);
        }

        await using var again = await under.OpenAsync().ConfigureAwait(false);
        var row = (await again.DefinitionApprovals.ListAsync(Samples.Start).ConfigureAwait(false)).Single();
        Expect.True(row.Definition.Span.SequenceEqual(bytes), "every byte of a definition comes back");
    }

    private static async Task RoomForPeopleAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync(20).ConfigureAwait(false);
        for (var number = 0; number < 18; number++) await store.DefinitionApprovals.AddSeenAsync(
            Samples.Definition(number, "first use")).ConfigureAwait(false);
        await Expect.FaultAsync<StoreException>(
            () => store.DefinitionApprovals.AddSeenAsync(Samples.Definition(18, "first use")).AsTask(),
            "the last tenth is kept for people").ConfigureAwait(false);
        await store.DefinitionApprovals.AddSeenAsync(Samples.Definition(3, "first use") with { Reason = "again" }).ConfigureAwait(false);
        await store.DefinitionApprovals.AddAsync(Samples.Definition(18, "ada")).ConfigureAwait(false);
        await store.DefinitionApprovals.AddAsync(Samples.Definition(19, "ada")).ConfigureAwait(false);
        await Expect.FaultAsync<StoreException>(() => store.DefinitionApprovals.AddAsync(Samples.Definition(20, "ada")).AsTask(),
            "the table has a bound").ConfigureAwait(false);
    }

    private static async Task MoveAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var old = Samples.Definition(1, "ada");
        await store.DefinitionApprovals.AddAsync(old).ConfigureAwait(false);
        await store.DefinitionApprovals.AddAsync(old with { Server = "mail" }).ConfigureAwait(false);
        await store.DefinitionApprovals.AddAsync(Samples.Definition(2, "ada")).ConfigureAwait(false);
        await store.DefinitionApprovals.AddAsync(
            Samples.Definition(2, "ada") with { Source = "https://files/mcp", Reason = "there already" }).ConfigureAwait(false);
        await store.DefinitionApprovals.MoveAsync("files", "https://files", "https://files/mcp").ConfigureAwait(false);
        var rows = await store.DefinitionApprovals.ListAsync(Samples.Start).ConfigureAwait(false);
        Expect.Same(
            ["files https://files/mcp 00000001", "files https://files/mcp 00000002", "mail https://files 00000001"],
            rows.Where(static row => row.Source != "https://files" || row.Server != "files")
                .Select(static row => $"{row.Server} {row.Source} {row.Digest[7..]}").Order(),
            "the words of one server have the new source");
        Expect.True(rows.Single(static row => row.Source == "https://files/mcp" && row.Digest == "sha256:00000002").Reason == "there already",
            "a word that is there stays");
    }

    private static async Task OldestFirstAsync(StoreUnderTest under)
    {
        await using var store = await under.OpenAsync().ConfigureAwait(false);
        var same = Samples.Definition(1, "bob");
        foreach (var row in new[]
            { same, same with { By = "ada" }, same with { Kind = "prompt" }, same with { Server = "a" }, Samples.Definition(0, "eve") })
            await store.DefinitionApprovals.AddAsync(row).ConfigureAwait(false);
        Expect.Same(
            ["files tool eve", "a tool bob", "files prompt bob", "files tool ada", "files tool bob"],
            (await store.DefinitionApprovals.ListAsync(Samples.Start).ConfigureAwait(false))
                .Select(static row => $"{row.Server} {row.Kind} {row.By}"),
            "by moment, server, kind, name, person");
    }

    private static async Task ExpectAsync(IStore store, IEnumerable<(string By, string Digest, bool IsRevocation)> words, string promise) =>
        Expect.Same(
        words, (await store.DefinitionApprovals.ListAsync(Samples.Start).ConfigureAwait(false))
            .Select(static row => (row.By, row.Digest, row.IsRevocation)), promise);
}
