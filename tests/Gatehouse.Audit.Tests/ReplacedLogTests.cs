using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;

namespace Gatehouse.Audit.Tests;

/// <summary>
/// The folder of another log in the place of the newest one, or after it, is not named as a log of this gateway. The next log names the one of the
/// records.
/// </summary>
[Trait("Requirement", "AU-02")]
public sealed class ReplacedLogTests
{
    private readonly FaultyFolder folder = new();
    private readonly TestLogKeys keys = new();
    private readonly FaultyFolder forged = new();
    private readonly TestLogKeys forger = new();

    // Threat: an operator without the keys replaces the folder of the log by one with another key, and the next log vouches for the forged one as a
    // log whose key was lost.
    [Theory]
    [InlineData("in its place", "log-0001")]
    [InlineData("behind it", "log-0002")]
    [InlineData("behind it, without a name", "log-0002")]
    [InlineData("in its place and behind", "log-0004")]
    public async Task LogOfAnotherGateway_IsNotNamed(string act, string place)
    {
        var last = await WriteAsync(40, "log-0001");
        await ForgeAsync(60);
        if (act.StartsWith("in its place", StringComparison.Ordinal)) Remove("log-0001");
        Put(forged, "log-0001", place);
        if (act == "behind it, without a name") folder.Delete($"{place}/log.vkeys");
        var next = After(place);
        await using (var log = Open())
        {
            await log.AppendDurableAsync(Entry("one"));
            Assert.Equal(new AuditLogSuccession("replaced") { Previous = last.Origin, PreviousSize = 42 }, log.Statistics.Succession);
        }

        var birth = LogTree.Read(folder, next, keys).Json[0];
        Assert.Equal(("replaced", last.Origin, "record"), (Text(birth, "reason"), Text(birth, "previous"), Text(birth, "previousFrom")));
        Assert.Equal((Number(last.Size), last.Root.ToString()), (Text(birth, "previousSize"), Text(birth, "previousRoot")));
        var report = Verify(keys.Public.Concat(forger.Public));
        Assert.False(report.IsVouched);
        Assert.Contains(report.Findings, finding => finding.Kind == AuditFindingKind.Succession
            && finding.Detail.Contains($"the log before it ({last.Origin}) had another log in its place (replaced)", StringComparison.Ordinal));
        Assert.Contains(report.Findings, finding => finding.Kind == AuditFindingKind.Chain
            && (act == "in its place" ? finding.Detail.Contains(last.Origin, StringComparison.Ordinal) : finding.Log == place || finding.Log == next));

        await using (var log = Open()) Assert.Null(log.Statistics.Succession); // the new log continues
    }

    // Threat: an older log of the gateway is put behind the newest one. Its key and record are there, and the gateway would continue it.
    [Fact]
    public async Task CopyOfAnOlderLog_IsNotContinued()
    {
        await WriteAsync(5, "log-0001");
        keys.Lose();
        var last = await WriteAsync(7, "log-0002");
        Put(folder, "log-0001", "log-0003");
        await WriteAsync(1, "log-0004");
        var birth = LogTree.Read(folder, "log-0004", keys).Json[0];
        Assert.Equal(("replaced", last.Origin, "9"), (Text(birth, "reason"), Text(birth, "previous"), Text(birth, "previousSize")));
    }

    [Fact]
    public async Task CopyOfTheNewestLog_UnderAnotherNumber_IsNotContinued()
    {
        var last = await WriteAsync(5, "log-0001");
        Put(folder, "log-0001", "log-0002");
        await WriteAsync(1, "log-0003");
        Assert.Equal(("replaced", last.Origin), (Text(Birth("log-0003"), "reason"), Text(Birth("log-0003"), "previous")));
    }

    [Fact]
    public async Task RecordsOfAnEarlierBuild_ShowThatTheLogIsAnother_AndDoNotNameTheOwn()
    {
        await WriteAsync(5, "log-0001");
        keys.ForgetNames();
        await ForgeAsync(60);
        Remove("log-0001");
        Put(forged, "log-0001", "log-0001");
        await WriteAsync(1, "log-0002");
        Assert.Equal("replaced", Text(Birth("log-0002"), "reason"));
        Assert.False(Birth("log-0002").TryGetProperty("previous", out _));
    }

    // The log is there, and only its copy of the keys names another.
    [Fact]
    public async Task OwnLogWhoseCopyOfTheKeysNamesAnother_IsDamaged()
    {
        var last = await WriteAsync(40, "log-0001");
        await ForgeAsync(1);
        folder.Overwrite("log-0001/log.vkeys", forged.Bytes("log-0001/log.vkeys"));
        await WriteAsync(1, "log-0002");
        Assert.Equal(("damaged", "keys", last.Origin, "record"),
            (Text(Birth("log-0002"), "reason"), Text(Birth("log-0002"), "why"), Text(Birth("log-0002"), "previous"), Text(Birth("log-0002"), "previousFrom")));
    }

    // Without keys and records the gateway cannot tell its log from another. It says so, and the report calls size and root a claim.
    [Fact]
    public async Task LossOfKeysAndRecords_MarksSizeAndRootAsAClaim()
    {
        var last = await WriteAsync(40, "log-0001");
        keys.LoseAll();
        await WriteAsync(1, "log-0002");
        Assert.Equal(("key-lost", last.Origin, "42", "files"),
            (Text(Birth("log-0002"), "reason"), Text(Birth("log-0002"), "previous"), Text(Birth("log-0002"), "previousSize"), Text(Birth("log-0002"), "previousFrom")));
        var report = Verify(keys.Public);
        Assert.Empty(report.Findings);
        Assert.Contains(report.Facts, fact => fact.StartsWith($"log-0002 names {last.Origin} of size 42 only as the files in its folder said", StringComparison.Ordinal));
    }

    // Threat: without the key, a checkpoint of a larger size takes the place of the one in the record.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CheckpointOfAnotherKey_DoesNotReplaceTheRecord(bool isKeyLost)
    {
        var last = await WriteAsync(40, "log-0001");
        using var signer = NoteSigner.Ecdsa(last.Origin, ECDsa.Create(ECCurve.NamedCurves.nistP256));
        folder.Overwrite("log-0001/checkpoint", SignedNote.Sign(new Checkpoint(last.Origin, 99, last.Root).ToText(), [signer]).ToBytes());
        if (isKeyLost) keys.Lose();
        await WriteAsync(1, "log-0002");
        Assert.Equal((isKeyLost ? "key-lost" : "damaged", "42", "record"),
            (Text(Birth("log-0002"), "reason"), Text(Birth("log-0002"), "previousSize"), Text(Birth("log-0002"), "previousFrom")));
    }

    // A process that lost its keys and ended before the first entry of the next log leaves a key and a record of no entries.
    [Fact]
    public async Task RecordOfALogWithoutAnEntry_DoesNotMakeTheLogBeforeItAnother()
    {
        await WriteAsync(5, "log-0001");
        keys.LoseAll();
        var begun = keys.NewOrigin();
        keys.Create(begun).ToList().ForEach(signer => signer.Dispose());
        keys.Remember(begun, 2);
        keys.StorePublished(begun, 0, default);
        await WriteAsync(1, "log-0002");
        Assert.Equal("key-lost", Text(Birth("log-0002"), "reason"));
    }

    private static string After(string place) => place switch { "log-0001" => "log-0002", "log-0002" => "log-0003", _ => "log-0005" };

    private JsonElement Birth(string log) => LogTree.Read(folder, log, keys).Json[0];

    private AuditLogReport Verify(IEnumerable<NoteKey> given)
    {
        var place = Directory.CreateTempSubdirectory("gatehouse-replaced-");
        try
        {
            folder.WriteTo(place.FullName);
            return AuditLogVerifier.Verify(place.FullName, new VerificationRequest { Keys = [.. given] });
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    private async Task ForgeAsync(int count)
    {
        for (var i = 0; i < 8; i++) forger.NewOrigin(); // origins that the log does not have
        await using var log = new GroupCommitLog(Options(), forged, forger);
        for (var i = 0; i < count; i++) await log.AppendDurableAsync(Entry($"forged{i}"));
    }

    private void Put(FaultyFolder from, string log, string place)
    {
        foreach (var path in from.Paths.Where(path => path.StartsWith(log + "/", StringComparison.Ordinal)).ToList())
            folder.Put(place + path[log.Length..], from.Bytes(path), isDurable: true);
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
        foreach (var path in folder.Paths.Where(path => path.StartsWith(log + "/", StringComparison.Ordinal)).ToList()) folder.Delete(path);
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
