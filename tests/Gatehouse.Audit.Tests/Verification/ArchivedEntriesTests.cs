using System.Security.Cryptography;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Tests.Verification;

/// <summary>The number of entries that are not in the folder is never the claim of a file that no key signed.</summary>
[Trait("Requirement", "AU-02")]
public sealed class ArchivedEntriesTests : IDisposable
{
    private readonly EvidenceFolder folder = new();
    private readonly NoteSigner signer = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public void Dispose()
    {
        folder.Dispose();
        signer.Dispose();
    }

    [Fact]
    public void EntriesOfMovedBundles_AreCountedByTheFiles()
    {
        var log = folder.Add(700, 700, signer);
        Assert.Null(Absent());
        log.Journal[0] = 700;
        log.Write(700);
        File.Delete(log.File_("tile/entries/000"));
        Assert.Equal("entries 0 to 255 of log-0001", Absent());
    }

    // The first bundle stays when the ones behind it are archived, so the first entry that is there says nothing.
    [Theory]
    [InlineData("001", "entries 256 to 511 of log-0001")]
    [InlineData("002", "entries 512 to 767 of log-0001")]
    [InlineData("001 002", "entries 256 to 767 of log-0001")]
    [InlineData("001 003", "entries 256 to 511 of log-0001, entries 768 to 1023 of log-0001")]
    [InlineData("000 003", "entries 0 to 255 of log-0001, entries 768 to 1023 of log-0001")]
    [InlineData("001 002 003 004.p/76", "entries 256 to 1098 of log-0001")]
    public void EntriesOfBundlesBehindTheFirst_AreNamed(string moved, string expected)
    {
        var log = folder.Add(1100, 1100, signer);
        log.Journal[0] = 1099;
        log.Write(1100);
        Assert.Null(Absent());
        foreach (var bundle in moved.Split(' ')) File.Delete(log.File_($"tile/entries/{bundle}"));
        Assert.Equal(expected, Absent());
    }

    [Fact]
    public void EntriesBehindTheLastBundle_AreThoseOfTheSignedCheckpoint_OrOfNoKnownNumber()
    {
        var log = folder.Add(700, 700, signer);
        Directory.Delete(log.File_("journal"), recursive: true);
        Directory.Delete(log.File_("tile/entries/002.p"), recursive: true);
        File.Delete(log.File_("tile/entries/001"));
        Assert.Equal("entries 256 to 699 of log-0001", Absent());
        File.Delete(log.File_("log.vkeys"));
        Assert.Equal("the entries of log-0001 from 256 on, whose number is not known,", Absent());
    }

    [Fact]
    public void ManyRanges_AreBounded_AndTheLastOneHasNoEnd()
    {
        var log = folder.Add(300, 300, signer);
        for (var bundle = 3; bundle < 2 * ArchivedEntries.MostRanges + 20; bundle += 2)
            File.WriteAllText(log.File_($"tile/entries/{bundle:D3}"), "");
        var ranges = ArchivedEntries.In(Assert.Single(EvidenceLog.In(folder.Path)));
        Assert.Equal(ArchivedEntries.MostRanges, ranges.Count);
        Assert.Equal(new AbsentRange("log-0001", 256, 767), ranges[0]);
        Assert.Null(ranges[^1].Last);
        Assert.EndsWith(", entries 4096 to 4351 of log-0001 and 192 more ranges of log-0001", Absent(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "log-0001:256-511")]
    [InlineData(true, "log-0001:0-9999")]
    [InlineData(true, "log-0001:400-511", "log-0001:256-399")]
    [InlineData(false, "log-0001:257-511")]
    [InlineData(false, "log-0001:256-510")]
    [InlineData(false, "log-0002:256-511")]
    [InlineData(false, "log-0001:256-399", "log-0001:401-511")]
    [InlineData(false)]
    public void Range_IsWithinOthers_OnlyWhole(bool isWithin, params string[] ranges) =>
        Assert.Equal(isWithin, new AbsentRange("log-0001", 256, 511).IsWithin(ranges.Select(text => ArchivedRange.Parse(text)!)));

    [Fact]
    public void RangeOfNoKnownNumber_IsWithinNoOther() =>
        Assert.False(new AbsentRange("log-0001", 256, null).IsWithin([ArchivedRange.Parse("log-0001:0-99999999")!]));

    [Fact]
    public void LogWithoutEntries_HasThoseOfItsSignedCheckpoint()
    {
        var log = WithoutEntries();
        Assert.Equal("entries 0 to 699 of log-0001", Absent());
        File.WriteAllBytes(log.File_("checkpoint"), log.Checkpoint(0).ToBytes());
        Assert.Null(Absent());
    }

    // Threat: a file that any writer of the folder can make says how many entries an erasure or a search has to miss.
    [Theory]
    [InlineData("other size")]
    [InlineData("no key")]
    [InlineData("no checkpoint")]
    public void ClaimThatNoKeySigned_IsNoNumber_AndTheEntriesAreAbsentNevertheless(string fault)
    {
        var log = WithoutEntries();
        if (fault == "no key") File.Delete(log.File_("log.vkeys"));
        else if (fault == "no checkpoint") File.Delete(log.File_("checkpoint"));
        else File.WriteAllText(log.File_("checkpoint"), File.ReadAllText(log.File_("checkpoint")).Replace("\n700\n", "\n1152921504606846976\n", StringComparison.Ordinal));
        Assert.Equal("the entries of log-0001 from 0 on, whose number is not known,", Absent());
    }

    [Fact]
    public void FileWithTheNameOfALog_EndsNoQuestion()
    {
        File.WriteAllText(Path.Join(folder.Path, "log-0001"), "x");
        Assert.Equal("the entries of log-0001, which is a link or a file and was not read,", Absent());
    }

    private BuiltLog WithoutEntries()
    {
        var log = folder.Add(700, 700, signer);
        Directory.Delete(log.File_("journal"), recursive: true);
        Directory.Delete(log.File_("tile/entries"), recursive: true);
        return log;
    }

    private string? Absent() => ArchivedEntries.Of(Assert.Single(EvidenceLog.In(folder.Path)));
}
