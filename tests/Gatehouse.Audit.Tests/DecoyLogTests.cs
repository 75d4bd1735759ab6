using System.Text.Json;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Verification;

namespace Gatehouse.Audit.Tests;

/// <summary>A log that was removed is missed, whatever other folder has a copy of its keys file (<c>log.vkeys</c>).</summary>
[Trait("Requirement", "AU-02")]
public sealed class DecoyLogTests
{
    private readonly FaultyFolder folder = new();
    private readonly TestLogKeys keys = new();

    // Threat: an operator without the keys moves log.vkeys of log-0001 away, so that a restart begins log-0002, and lets entries go there. Later they
    // put the file back, remove log-0002, and leave a copy of its log.vkeys in a folder that no log has. log-0001 would continue as if nothing was.
    [Theory]
    [InlineData(null)]
    [InlineData("log-0000")]
    public async Task RemovedLog_IsNamed_WhateverFolderHasItsKeysFile(string? decoy)
    {
        await WriteAsync(5, "log-0001");
        var own = Take("log-0001/log.vkeys");
        await WriteAsync(7, "log-0002");
        var (file, checkpoint) = (folder.Bytes("log-0002/log.vkeys"), folder.Bytes("log-0002/checkpoint"));
        Remove("log-0002");
        folder.Put("log-0001/log.vkeys", own, isDurable: true);
        if (decoy is not null) folder.Put($"{decoy}/log.vkeys", file, isDurable: true);
        Assert.Equal(new AuditLogSuccession("lost") { Previous = "log.example/2", PreviousSize = 9 }, await OpenAsync());
        if (decoy is not null) Remove(decoy);
        Assert.Equal(["log-0001", "log-0003"], folder.Folders(""));
        Assert.Equal(("lost", "log.example/2", "record"), Birth("log-0003"));
        AssertMissed("log.example/2", checkpoint);
        Assert.Null(await OpenAsync()); // the new log continues
    }

    // The same where an older log was archived, and its folder is made again for the copy.
    [Fact]
    public async Task KeysFileInTheFolderOfAnArchivedLog_HidesNoRemovedLog()
    {
        await WriteAsync(5, "log-0001");
        folder.Delete("log-0001/log.vkeys");
        await WriteAsync(5, "log-0002");
        Remove("log-0001");
        var own = Take("log-0002/log.vkeys");
        await WriteAsync(7, "log-0003");
        var (file, checkpoint) = (folder.Bytes("log-0003/log.vkeys"), folder.Bytes("log-0003/checkpoint"));
        Remove("log-0003");
        folder.Put("log-0002/log.vkeys", own, isDurable: true);
        folder.Put("log-0001/log.vkeys", file, isDurable: true);
        Assert.Equal(new AuditLogSuccession("lost") { Previous = "log.example/3", PreviousSize = 9 }, await OpenAsync());
        Remove("log-0001");
        Assert.Equal(("lost", "log.example/3", "record"), Birth("log-0004"));
        AssertMissed("log.example/3", checkpoint);
    }

    // Threat: the keys file of the removed log replaces that of the log before it. The next log would call that one damaged, which a checkpoint of it
    // explains, and name the removed one nowhere.
    [Fact]
    public async Task KeysFileOfARemovedLogInTheFolderOfTheOneBefore_HidesItNot()
    {
        await WriteAsync(5, "log-0001");
        var own = Take("log-0001/log.vkeys");
        await WriteAsync(7, "log-0002");
        var (file, checkpoint) = (folder.Bytes("log-0002/log.vkeys"), folder.Bytes("log-0002/checkpoint"));
        Remove("log-0002");
        folder.Put("log-0001/log.vkeys", file, isDurable: true);
        Assert.Equal(new AuditLogSuccession("lost") { Previous = "log.example/2", PreviousSize = 9 }, await OpenAsync());
        folder.Overwrite("log-0001/log.vkeys", own);
        Assert.Equal(("lost", "log.example/2", "record"), Birth("log-0003"));
        AssertMissed("log.example/2", checkpoint);
    }

    // A folder with the number of the log and nothing of it but the keys file.
    [Fact]
    public async Task KeysFileInItsOwnFolder_IsADamagedLog()
    {
        await WriteAsync(5, "log-0001");
        var own = Take("log-0001/log.vkeys");
        await WriteAsync(7, "log-0002");
        var (file, checkpoint) = (folder.Bytes("log-0002/log.vkeys"), folder.Bytes("log-0002/checkpoint"));
        Remove("log-0002");
        folder.Put("log-0001/log.vkeys", own, isDurable: true);
        folder.Put("log-0002/log.vkeys", file, isDurable: true);
        await OpenAsync();
        Remove("log-0002");
        Assert.Equal(("damaged", "log.example/2", "record"), Birth("log-0003"));
        AssertMissed("log.example/2", checkpoint);
    }

    // The newest of them names the one before it. The report names it, and the log that no other names any more.
    [Fact]
    public async Task OfSeveralRemovedLogs_TheNewestIsNamed()
    {
        await WriteAsync(5, "log-0001");
        var own = Take("log-0001/log.vkeys");
        await WriteAsync(5, "log-0002");
        var file = Take("log-0002/log.vkeys");
        await WriteAsync(7, "log-0003");
        var checkpoint = folder.Bytes("log-0003/checkpoint");
        Remove("log-0002");
        Remove("log-0003");
        folder.Put("log-0001/log.vkeys", own, isDurable: true);
        folder.Put("log-0000/log.vkeys", file, isDurable: true);
        Assert.Equal(new AuditLogSuccession("lost") { Previous = "log.example/3", PreviousSize = 9 }, await OpenAsync());
        Assert.Equal(["log-0000", "log-0001", "log-0004"], folder.Folders(""));
        var report = AssertMissed("log.example/3", checkpoint);
        Assert.Contains(report.Findings, finding => finding.Kind == AuditFindingKind.Chain && finding.Log == "log-0001"
            && finding.Detail.StartsWith("no later log names this one", StringComparison.Ordinal));
        Assert.Contains(report.Findings, finding => finding.Kind == AuditFindingKind.UnknownName && Path.GetFileName(finding.File) == "log-0000");
    }

    // The auditor has checkpoints of all logs from elsewhere. That of the removed log is of a log that is in no folder.
    private AuditLogReport AssertMissed(string origin, byte[] checkpoint)
    {
        var report = Verify(checkpoint, [.. folder.Folders("").Where(log => folder.Paths.Contains($"{log}/checkpoint")).Select(log => folder.Bytes($"{log}/checkpoint"))]);
        Assert.False(report.IsVouched);
        Assert.Contains(report.Findings, finding => finding.Kind == AuditFindingKind.Chain
            && finding.Detail == $"the log {origin} that came before is not there");
        Assert.Contains(report.Findings, finding => finding.Kind == AuditFindingKind.Succession
            && finding.Detail.Contains($"the log before it ({origin})", StringComparison.Ordinal));
        Assert.Contains(report.Findings, finding => finding is { Kind: AuditFindingKind.UnknownLog, File: "removed" }
            && finding.Detail.StartsWith($"it is of the log {origin}, which is not in this folder", StringComparison.Ordinal));
        return report;
    }

    private AuditLogReport Verify(byte[] removed, IEnumerable<byte[]> others)
    {
        var place = Directory.CreateTempSubdirectory("gatehouse-decoy-");
        try
        {
            folder.WriteTo(place.FullName);
            return AuditLogVerifier.Verify(place.FullName, new VerificationRequest
            {
                Keys = [.. keys.Public],
                Outside = [new OutsideCheckpoint("removed", removed), .. others.Select(static bytes => new OutsideCheckpoint("kept", bytes))],
            });
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    private (string? Reason, string? Previous, string? From) Birth(string log)
    {
        var birth = LogTree.Read(folder, log, keys).Json[0];
        return (Text(birth, "reason"), Text(birth, "previous"), Text(birth, "previousFrom"));
    }

    private async Task WriteAsync(int count, string expected)
    {
        await using (var log = Open())
        {
            for (var i = 0; i < count; i++) await log.AppendDurableAsync(Entry($"e{i}"));
        }

        Assert.Equal(expected, folder.Folders("")[^1]);
    }

    private async Task<AuditLogSuccession?> OpenAsync()
    {
        await using var log = Open();
        await log.AppendDurableAsync(Entry("later"));
        return log.Statistics.Succession;
    }

    private byte[] Take(string path)
    {
        var bytes = folder.Bytes(path).ToArray();
        folder.Delete(path);
        return bytes;
    }

    private void Remove(string log)
    {
        foreach (var path in folder.Paths.Where(path => path.StartsWith(log + "/", StringComparison.Ordinal)).ToList()) folder.Delete(path);
    }

    private static string? Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static AuditEntry Entry(string act) => new()
    {
        Kind = AuditEntryKind.Control,
        ExchangeId = act,
        At = DateTimeOffset.UnixEpoch,
        Facts = [KeyValuePair.Create("act", act)],
    };

    private GroupCommitLog Open() =>
        new(new AuditLogOptions { Directory = "memory", PreallocateBytes = 4096, SegmentBytes = 64 << 10, Time = new HandClock() }, folder, keys);
}
