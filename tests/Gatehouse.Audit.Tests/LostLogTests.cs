using System.Text.Json;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;

namespace Gatehouse.Audit.Tests;

/// <summary>A log whose folder is gone is named by the next one, as long as the record beside its keys is there.</summary>
[Trait("Requirement", "AU-02")]
public sealed class LostLogTests : SuccessiveLogs
{
    // Threat: an operator without the keys removes the whole log, and the next one begins as if there had been none.
    [Fact]
    public async Task LogWhoseFolderWasRemoved_IsNamedByTheNextOne_WithWhatItPublished()
    {
        var last = await WriteAsync(40, "log-0001");
        Remove("log-0001");
        await using (var log = Open())
        {
            await log.AppendDurableAsync(Entry("one"));
            Assert.Equal(new AuditLogSuccession("lost") { Previous = last.Origin, PreviousSize = 42 }, log.Statistics.Succession);
        }

        var birth = Birth("log-0002");
        Assert.Equal(("lost", last.Origin), (Text(birth, "reason"), Text(birth, "previous")));
        Assert.Equal((Number(last.Size), last.Root.ToString()), (Text(birth, "previousSize"), Text(birth, "previousRoot")));
        Assert.False(birth.TryGetProperty("why", out _));
        var finding = Assert.Single(Verify().Findings, one => one.Kind == AuditFindingKind.Chain);
        Assert.Contains($"the log {last.Origin} that came before is not there", finding.Detail, StringComparison.Ordinal);

        await using (var log = Open()) Assert.Null(log.Statistics.Succession); // the new log continues
    }

    [Fact]
    public async Task NewestLogWhoseFolderWasRemoved_IsNotReplacedByAnOlderOne()
    {
        await WriteAsync(5, "log-0001");
        Keys.Lose();
        var last = await WriteAsync(7, "log-0002");
        Remove("log-0002");
        await WriteAsync(1, "log-0003");
        var birth = Birth("log-0003");
        Assert.Equal(("lost", last.Origin, "9"), (Text(birth, "reason"), Text(birth, "previous"), Text(birth, "previousSize")));
        Assert.Contains(Verify().Findings, one => one.Kind == AuditFindingKind.Chain && one.Detail.Contains(last.Origin, StringComparison.Ordinal));
    }

    // Older logs may be archived: the newest one names the log before it.
    [Fact]
    public async Task OlderLogThatWasTakenAway_DoesNotEndTheNewest()
    {
        await WriteAsync(5, "log-0001");
        Keys.Lose();
        await WriteAsync(7, "log-0002");
        Remove("log-0001");
        await using var log = Open();
        await log.AppendDurableAsync(Entry("one"));
        Assert.Null(log.Statistics.Succession);
        Assert.Equal(["log-0002"], Folder.Folders(""));
    }

    [Fact]
    public async Task RecordOfAnEarlierBuild_ShowsThatALogIsLost_AndDoesNotNameIt()
    {
        await WriteAsync(40, "log-0001");
        Remove("log-0001");
        Keys.ForgetNames();
        await using (var log = Open()) await log.AppendDurableAsync(Entry("one"));
        var birth = Birth("log-0002");
        Assert.Equal("lost", Text(birth, "reason"));
        Assert.False(birth.TryGetProperty("previous", out _));
    }

    [Fact]
    public async Task LogOfAnEarlierBuild_IsRememberedByItsName()
    {
        await WriteAsync(5, "log-0001");
        Keys.ForgetNames();
        var last = await WriteAsync(5, "log-0001");
        Remove("log-0001");
        await WriteAsync(1, "log-0002");
        Assert.Equal(last.Origin, Text(Birth("log-0002"), "previous"));
    }

    // A process that ended between the keys of a log and its first entry leaves a record of no entries.
    [Fact]
    public async Task LogWithoutAnEntry_IsNotMissed()
    {
        Keys.Create(Keys.NewOrigin()).ToList().ForEach(signer => signer.Dispose());
        Keys.Remember("log.example/1", 1);
        Keys.StorePublished("log.example/1", 0, default);
        await WriteAsync(1, "log-0001");
        Assert.Equal("first", Text(Birth("log-0001"), "reason"));
    }

    // Threat: the copy of the keys is removed with all entries, and the next log names a folder in place of the log.
    [Fact]
    public async Task LogWhoseCopyOfTheKeysIsGone_IsNamedByItsRecord()
    {
        var last = await WriteAsync(40, "log-0001");
        Folder.Delete("log-0001/log.vkeys");
        await WriteAsync(1, "log-0002");
        var birth = Birth("log-0002");
        Assert.Equal(("damaged", "keys", last.Origin, "42"),
            (Text(birth, "reason"), Text(birth, "why"), Text(birth, "previous"), Text(birth, "previousSize")));
    }
}
