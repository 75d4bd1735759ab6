using System.Globalization;
using System.Text.Json;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;

namespace Gatehouse.Audit.Tests;

/// <summary>A log whose folder is gone is named by the next one, as long as the record beside its keys is there.</summary>
[Trait("Requirement", "AU-02")]
public sealed class LostLogTests
{
    private readonly FaultyFolder folder = new();
    private readonly TestLogKeys keys = new();

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

        var birth = LogTree.Read(folder, "log-0002", keys).Json[0];
        Assert.Equal(("lost", last.Origin), (Text(birth, "reason"), Text(birth, "previous")));
        Assert.Equal((Number(last.Size), last.Root.ToString()), (Text(birth, "previousSize"), Text(birth, "previousRoot")));
        Assert.False(birth.TryGetProperty("why", out _));
        var finding = Assert.Single(Verify(), one => one.Kind == AuditFindingKind.Chain);
        Assert.Contains($"the log {last.Origin} that came before is not there", finding.Detail, StringComparison.Ordinal);

        await using (var log = Open()) Assert.Null(log.Statistics.Succession); // the new log continues
    }

    [Fact]
    public async Task NewestLogWhoseFolderWasRemoved_IsNotReplacedByAnOlderOne()
    {
        await WriteAsync(5, "log-0001");
        keys.Lose();
        var last = await WriteAsync(7, "log-0002");
        Remove("log-0002");
        await WriteAsync(1, "log-0003");
        var birth = LogTree.Read(folder, "log-0003", keys).Json[0];
        Assert.Equal(("lost", last.Origin, "9"), (Text(birth, "reason"), Text(birth, "previous"), Text(birth, "previousSize")));
        Assert.Contains(Verify(), one => one.Kind == AuditFindingKind.Chain && one.Detail.Contains(last.Origin, StringComparison.Ordinal));
    }

    // Older logs may be archived: the newest one names the log before it.
    [Fact]
    public async Task OlderLogThatWasTakenAway_DoesNotEndTheNewest()
    {
        await WriteAsync(5, "log-0001");
        keys.Lose();
        await WriteAsync(7, "log-0002");
        Remove("log-0001");
        await using var log = Open();
        await log.AppendDurableAsync(Entry("one"));
        Assert.Null(log.Statistics.Succession);
        Assert.Equal(["log-0002"], folder.Folders(""));
    }

    [Fact]
    public async Task RecordOfAnEarlierBuild_ShowsThatALogIsLost_AndDoesNotNameIt()
    {
        await WriteAsync(40, "log-0001");
        Remove("log-0001");
        keys.ForgetNames();
        await using (var log = Open()) await log.AppendDurableAsync(Entry("one"));
        var birth = LogTree.Read(folder, "log-0002", keys).Json[0];
        Assert.Equal("lost", Text(birth, "reason"));
        Assert.False(birth.TryGetProperty("previous", out _));
    }

    [Fact]
    public async Task LogOfAnEarlierBuild_IsRememberedByItsName()
    {
        await WriteAsync(5, "log-0001");
        keys.ForgetNames();
        var last = await WriteAsync(5, "log-0001");
        Remove("log-0001");
        await WriteAsync(1, "log-0002");
        Assert.Equal(last.Origin, Text(LogTree.Read(folder, "log-0002", keys).Json[0], "previous"));
    }

    // A process that ended between the keys of a log and its first entry leaves a record of no entries.
    [Fact]
    public async Task LogWithoutAnEntry_IsNotMissed()
    {
        keys.Create(keys.NewOrigin()).ToList().ForEach(signer => signer.Dispose());
        keys.Remember("log.example/1", 1);
        keys.StorePublished("log.example/1", 0, default);
        await WriteAsync(1, "log-0001");
        Assert.Equal("first", Text(LogTree.Read(folder, "log-0001", keys).Json[0], "reason"));
    }

    // Threat: the copy of the keys is removed with all entries, and the next log names a folder in place of the log.
    [Fact]
    public async Task LogWhoseCopyOfTheKeysIsGone_IsNamedByItsRecord()
    {
        var last = await WriteAsync(40, "log-0001");
        folder.Delete("log-0001/log.vkeys");
        await WriteAsync(1, "log-0002");
        var birth = LogTree.Read(folder, "log-0002", keys).Json[0];
        Assert.Equal(("damaged", "keys", last.Origin, "42"),
            (Text(birth, "reason"), Text(birth, "why"), Text(birth, "previous"), Text(birth, "previousSize")));
    }

    private IReadOnlyList<AuditLogFinding> Verify()
    {
        var place = Directory.CreateTempSubdirectory("gatehouse-lost-");
        try
        {
            folder.WriteTo(place.FullName);
            return AuditLogVerifier.Verify(place.FullName).Findings;
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    private async Task<Checkpoint> WriteAsync(int count, string expected)
    {
        await using (var log = Open())
        {
            for (var i = 0; i < count; i++) await log.AppendDurableAsync(Entry($"e{i}"));
        }

        return LogTree.Read(folder, expected, keys).Checkpoint;
    }

    private void Remove(string log)
    {
        foreach (var path in folder.Paths.Where(path => path.StartsWith(log + "/", StringComparison.Ordinal))) folder.Delete(path);
    }

    private static AuditEntry Entry(string act) => new()
    {
        Kind = AuditEntryKind.Control,
        ExchangeId = act,
        At = DateTimeOffset.UnixEpoch,
        Facts = [KeyValuePair.Create("act", act)],
    };

    private static string Text(JsonElement entry, string name) => entry.GetProperty(name).GetString()!;

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private GroupCommitLog Open() => new(Options(), folder, keys);

    private static AuditLogOptions Options() => new() { Directory = "memory", PreallocateBytes = 4096, SegmentBytes = 64 << 10, Time = new HandClock() };
}
