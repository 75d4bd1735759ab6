using System.Globalization;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Tests;

/// <summary>Numbers of logs cannot be used up by a folder that a writer of the log folder makes.</summary>
[Trait("Requirement", "AU-02")]
public sealed class LogNumberTests
{
    private readonly FaultyFolder folder = new();
    private readonly TestLogKeys keys = new();

    // Threat: a planted folder with a number near the highest. A next log would have the highest number, and its record would keep it after the
    // folder is gone. A gateway that refuses to start is stopped by whoever can make a folder.
    [Theory]
    [InlineData(999_999_998, true)]
    [InlineData(999_999_999, true)]
    [InlineData(LogRecords.MostAhead + 2, true)]
    [InlineData(999_999_998, false)] // the records are lost with the keys
    public async Task FolderWithANumberThatIsTooHigh_StopsNothing_AndIsNoLog(int number, bool hasRecords)
    {
        await OpenAsync();
        if (!hasRecords) keys.LoseAll();
        var planted = Plant(number);
        Assert.Equal(hasRecords ? null : "key-lost", (await OpenAsync())?.Reason);
        Assert.Equal(hasRecords ? ["log-0001", planted] : ["log-0001", "log-0002", planted], folder.Folders(""));
        Assert.Equal([planted], folder.Folders("").Where(name => folder.Folders(name).SequenceEqual(["tile"]))); // as it was
        Assert.Null(await OpenAsync()); // nothing keeps the number

        folder.Delete($"{folder.Folders("")[^2]}/checkpoint"); // a later log finds a number
        Assert.Equal("damaged", (await OpenAsync())?.Reason);
        Assert.Equal(hasRecords ? "log-0002" : "log-0003", folder.Folders("")[^2]);
    }

    [Fact]
    public async Task FolderWithinTheBound_IsFollowed()
    {
        await OpenAsync();
        Plant(LogRecords.MostAhead + 1);
        Assert.Equal(new AuditLogSuccession("replaced") { Previous = "log.example/1", PreviousSize = 3 }, await OpenAsync());
        Assert.Equal(LogLayout.LogName(LogRecords.MostAhead + 2), folder.Folders("")[^1]);
        Assert.Null(await OpenAsync());
    }

    // A record of the highest number, of a build that began after any folder.
    [Fact]
    public async Task RecordOfTheHighestNumber_IsNamedByTheRemedy()
    {
        await OpenAsync();
        keys.Remember("log.example/far", LogLayout.MostLogs);
        keys.StorePublished("log.example/far", 7, default);
        var refusal = await Assert.ThrowsAsync<AuditUnavailableException>(OpenAsync);
        Assert.Contains("log-999999999 has the highest number of a log, and no log can follow; move its folder and the record of log.example/far to an archive",
            Messages(refusal), StringComparison.Ordinal);
    }

    // What any writer of the folder can make: a folder with the name of a log, and something in it.
    private string Plant(int number)
    {
        folder.Put($"{LogLayout.LogName(number)}/tile/x", [1], isDurable: true);
        return LogLayout.LogName(number);
    }

    private async Task<AuditLogSuccession?> OpenAsync()
    {
        await using var log = new GroupCommitLog(
            new AuditLogOptions { Directory = "memory", PreallocateBytes = 4096, SegmentBytes = 64 << 10, Time = new HandClock() }, folder, keys);
        await log.AppendDurableAsync(new AuditEntry
        {
            Kind = AuditEntryKind.Control,
            ExchangeId = "one",
            At = DateTimeOffset.UnixEpoch,
            Facts = [KeyValuePair.Create("act", "one")],
        });
        return log.Statistics.Succession;
    }

    private static string Messages(Exception? e) => e is null ? "" : $"{e.Message} {Messages(e.InnerException)}";
}
