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
public sealed class ReplacedLogTests : SuccessiveLogs
{
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
        if (act == "behind it, without a name") Folder.Delete($"{place}/log.vkeys");
        var next = After(place);
        await using (var log = Open())
        {
            await log.AppendDurableAsync(Entry("one"));
            Assert.Equal(new AuditLogSuccession("replaced") { Previous = last.Origin, PreviousSize = 42 }, log.Statistics.Succession);
        }

        var birth = Birth(next);
        Assert.Equal(("replaced", last.Origin, "record"), (Text(birth, "reason"), Text(birth, "previous"), Text(birth, "previousFrom")));
        Assert.Equal((Number(last.Size), last.Root.ToString()), (Text(birth, "previousSize"), Text(birth, "previousRoot")));
        var report = Verify(Keys.Public.Concat(forger.Public));
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
        Keys.Lose();
        var last = await WriteAsync(7, "log-0002");
        Put(Folder, "log-0001", "log-0003");
        await WriteAsync(1, "log-0004");
        var birth = Birth("log-0004");
        Assert.Equal(("replaced", last.Origin, "9"), (Text(birth, "reason"), Text(birth, "previous"), Text(birth, "previousSize")));
    }

    [Fact]
    public async Task CopyOfTheNewestLog_UnderAnotherNumber_IsNotContinued()
    {
        var last = await WriteAsync(5, "log-0001");
        Put(Folder, "log-0001", "log-0002");
        await WriteAsync(1, "log-0003");
        Assert.Equal(("replaced", last.Origin), (Text(Birth("log-0003"), "reason"), Text(Birth("log-0003"), "previous")));
    }

    [Fact]
    public async Task RecordsOfAnEarlierBuild_ShowThatTheLogIsAnother_AndDoNotNameTheOwn()
    {
        await WriteAsync(5, "log-0001");
        Keys.ForgetNames();
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
        Folder.Overwrite("log-0001/log.vkeys", forged.Bytes("log-0001/log.vkeys"));
        await WriteAsync(1, "log-0002");
        Assert.Equal(("damaged", "keys", last.Origin, "record"),
            (Text(Birth("log-0002"), "reason"), Text(Birth("log-0002"), "why"), Text(Birth("log-0002"), "previous"), Text(Birth("log-0002"), "previousFrom")));
    }

    // Without keys and records the gateway cannot tell its log from another. It says so, and the report calls size and root a claim.
    [Fact]
    public async Task LossOfKeysAndRecords_MarksSizeAndRootAsAClaim()
    {
        var last = await WriteAsync(40, "log-0001");
        Keys.LoseAll();
        await WriteAsync(1, "log-0002");
        Assert.Equal(("key-lost", last.Origin, "42", "files"),
            (Text(Birth("log-0002"), "reason"), Text(Birth("log-0002"), "previous"), Text(Birth("log-0002"), "previousSize"), Text(Birth("log-0002"), "previousFrom")));
        var report = Verify(Keys.Public);
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
        Folder.Overwrite("log-0001/checkpoint", SignedNote.Sign(new Checkpoint(last.Origin, 99, last.Root).ToText(), [signer]).ToBytes());
        if (isKeyLost) Keys.Lose();
        await WriteAsync(1, "log-0002");
        Assert.Equal((isKeyLost ? "key-lost" : "damaged", "42", "record"),
            (Text(Birth("log-0002"), "reason"), Text(Birth("log-0002"), "previousSize"), Text(Birth("log-0002"), "previousFrom")));
    }

    // A process that lost its keys and ended before the first entry of the next log leaves a key and a record of no entries.
    [Fact]
    public async Task RecordOfALogWithoutAnEntry_DoesNotMakeTheLogBeforeItAnother()
    {
        await WriteAsync(5, "log-0001");
        Keys.LoseAll();
        var begun = Keys.NewOrigin();
        Keys.Create(begun).ToList().ForEach(signer => signer.Dispose());
        Keys.Remember(begun, 2);
        Keys.StorePublished(begun, 0, default);
        await WriteAsync(1, "log-0002");
        Assert.Equal("key-lost", Text(Birth("log-0002"), "reason"));
    }

    private static string After(string place) => place switch { "log-0001" => "log-0002", "log-0002" => "log-0003", _ => "log-0005" };

    private async Task ForgeAsync(int count)
    {
        for (var i = 0; i < 8; i++) forger.NewOrigin(); // origins that the log does not have
        await using var log = new GroupCommitLog(Options(), forged, forger);
        for (var i = 0; i < count; i++) await log.AppendDurableAsync(Entry($"forged{i}"));
    }

    private void Put(FaultyFolder from, string log, string place)
    {
        foreach (var path in from.Paths.Where(path => path.StartsWith(log + "/", StringComparison.Ordinal)).ToList())
            Folder.Put(place + path[log.Length..], from.Bytes(path), isDurable: true);
    }
}
