using System.Text;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.Support;
using Gatehouse.Testing;

namespace Gatehouse.Storage.Tests;

/// <summary>Approvals of definitions and what was taken back.</summary>
[Trait("Requirement", "TP-03")]
public sealed class DefinitionWordsTests : IDisposable
{
    private static readonly DefinitionApprovalRow Ada = new(
        "files", "package npm @example/files", "tool", "read_file", "sha256:1", "issuer ada", Rows.Now.AddTicks(7), DateTimeOffset.MaxValue,
        "\u2018ticket\u2019; DROP TABLE definition_words; -- \u202e", false,
        Encoding.UTF8.GetBytes("{\"name\":\"read_file\"}"));

    private readonly TemporaryFolder folder = new();
    private readonly ManualTimeProvider time = new(Rows.Now);

    [Fact]
    public async Task Words_SurviveARestart_AndEndWhenTheySaid()
    {
        await using (var store = Open())
        {
            await store.DefinitionApprovals.AddAsync(Ada);
            await store.DefinitionApprovals.AddAsync(Ada with { By = "issuer bob", Until = Rows.Now.AddHours(1) });
        }

        await using var again = Open();
        var rows = await again.DefinitionApprovals.ListAsync(Rows.Now);
        Assert.Equal(["issuer ada", "issuer bob"], rows.Select(row => row.By));
        Assert.Equal(Ada, rows[0] with { Definition = Ada.Definition });
        Assert.Equal(Ada.Definition.ToArray(), rows[0].Definition.ToArray());
        Assert.Equal("issuer ada", Assert.Single(await again.DefinitionApprovals.ListAsync(Rows.Now.AddHours(1))).By);
    }

    [Fact]
    public async Task RevocationAndApproval_EndEachOther_ForTheSameDigestAlone()
    {
        await using var store = Open();
        await store.DefinitionApprovals.AddAsync(Ada);
        await store.DefinitionApprovals.AddAsync(Ada with { By = "issuer bob" });
        await store.DefinitionApprovals.AddAsync(Ada with { Digest = "sha256:2" });
        await store.DefinitionApprovals.AddAsync(Ada with { By = "issuer eve", IsRevocation = true, Definition = default });
        Assert.Equal([("sha256:1", true), ("sha256:2", false)],
            (await store.DefinitionApprovals.ListAsync(Rows.Now)).Select(row => (row.Digest, row.IsRevocation)).Order());
        await store.DefinitionApprovals.AddAsync(Ada);
        Assert.DoesNotContain(await store.DefinitionApprovals.ListAsync(Rows.Now), row => row.IsRevocation);
    }

    [Fact]
    public async Task Bounds_AreHeld()
    {
        await using var store = Store.Open(folder.File("state/store.db"), time, new StoreOptions { RowLimit = 2 });
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await store.DefinitionApprovals.AddAsync(Ada with { Definition = new byte[IDefinitionApprovalStore.LongestDefinition + 1] }));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.DefinitionApprovals.AddAsync(Ada with { Name = new string('x', 5000) }));
        await store.DefinitionApprovals.AddAsync(Ada);
        await store.DefinitionApprovals.AddAsync(Ada with { By = "issuer bob" });
        await Assert.ThrowsAsync<StoreException>(async () => await store.DefinitionApprovals.AddAsync(Ada with { By = "issuer eve" }));
        await store.DefinitionApprovals.AddAsync(Ada with { Reason = "again" }); // what is there needs no place
        Assert.Equal(2, (await store.DefinitionApprovals.ListAsync(Rows.Now)).Count);
    }

    [Fact]
    public async Task WhatWasSeen_LeavesRoomForWhatPeopleSay()
    {
        await using var store = Store.Open(folder.File("state/store.db"), time, new StoreOptions { RowLimit = 20 });
        for (var seen = 0; seen < 18; seen++) await store.DefinitionApprovals.AddSeenAsync(Ada with { Name = $"tool {seen}", By = "first use" });
        await Assert.ThrowsAsync<StoreException>(
            async () => await store.DefinitionApprovals.AddSeenAsync(Ada with { Name = "one more", By = "first use" }));
        // what is there needs no place
        await store.DefinitionApprovals.AddSeenAsync(Ada with { Name = "tool 3", By = "first use", Reason = "again" });
        await store.DefinitionApprovals.AddAsync(Ada);
        await store.DefinitionApprovals.AddAsync(Ada with { Digest = "sha256:2", IsRevocation = true, Definition = default });
        Assert.Equal(20, (await store.DefinitionApprovals.ListAsync(Rows.Now)).Count);
    }

    public void Dispose() => folder.Dispose();

    private Store Open() => Store.Open(folder.File("state/store.db"), time);
}
