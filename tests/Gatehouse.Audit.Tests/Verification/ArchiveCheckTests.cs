using System.Security.Cryptography;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Tests.Verification;

/// <summary>Bundles that are absent are a finding, unless the auditor gives their entries as archived.</summary>
[Trait("Requirement", "AU-02")]
public sealed class ArchiveCheckTests : IDisposable
{
    private readonly EvidenceFolder folder = new();
    private readonly NoteSigner signer = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public void Dispose()
    {
        folder.Dispose();
        signer.Dispose();
    }

    // Threat: an operator without the log's key deletes old bundles, and says that they are archived. The hashes are right.
    [Theory]
    [InlineData("", "256 to 767", "log-0001:256-767")]
    [InlineData("log-0002:256-767", "256 to 767", "log-0001:256-767")]
    [InlineData("log-0001:256-511", "512 to 767", "log-0001:512-767")]
    [InlineData("log-0001:512-767", "256 to 511", "log-0001:256-511")]
    [InlineData("log-0001:768-900", "256 to 767", "log-0001:256-767")]
    [InlineData("log-0001:300-766", "256 to 299|767 to 767", "log-0001:256-511|log-0001:512-767")]
    [InlineData("log-0001:256-400 log-0001:300-399 log-0001:402-767", "401 to 401", "log-0001:256-511")]
    public void BundlesThatAreNotGivenAsArchived_AreAFinding(string given, string entries, string options)
    {
        var log = Archive();
        var report = Verify(log, given);
        Assert.False(report.IsVouched);
        Assert.All(report.Findings, finding => Assert.Equal(AuditFindingKind.BundleMissing, finding.Kind));
        Assert.Equal(entries.Split('|').Zip(options.Split('|')), report.Findings.Select(finding => (
            finding.Detail.Split("with the entries ")[1].Split(" are not here")[0], finding.Detail.Split("--archived ")[1])));
        Assert.Equal(log.Size - 512, report.Logs[0].Entries);
    }

    // A mistyped range must not look like one that was accepted.
    [Theory]
    [InlineData("log-0001:256-767 log-0002:0-255", "--archived log-0002:0-255")]
    [InlineData("log-0001:256-767 log-0001:768-900", "--archived log-0001:768-900")]
    [InlineData("log-0001:256-767 log-0002:0-255", "--archived log-0002:0-255 names no absent bundle: no log here has that name. Here is log-0001")]
    [InlineData("log-0001:256-767 log-0001:768-900", "--archived log-0001:768-900 names no absent bundle: absent from log-0001 are the entries 256 to 767. Give --archived log-0001:256-767")]
    public void ARangeOfWhichNothingIsAbsent_IsReported(string given, string named)
    {
        var log = Archive();
        var facts = Verify(log, given).Facts.Where(static fact => fact.Contains("names no absent bundle", StringComparison.Ordinal));
        Assert.StartsWith(named, Assert.Single(facts), StringComparison.Ordinal);
    }

    // A part of a log does not show whether the bundles before it are here.
    [Theory]
    [InlineData(800, null)]
    [InlineData(null, 100)]
    public void PartThatDoesNotReachAbsentBundles_SaysNothingOfTheOptionThatNamesThem(int? from, int? to)
    {
        var request = Request(Archive(), "log-0001:256-767") with { From = from, To = to };
        var report = AuditLogVerifier.Verify(folder.Path, request);
        Assert.True(report.IsVouched);
        Assert.DoesNotContain(report.Facts, static fact => fact.Contains("--archived", StringComparison.Ordinal));
        request = request with { Archived = [ArchivedRange.Parse("log-0009:256-767")!] };
        Assert.Contains(AuditLogVerifier.Verify(folder.Path, request).Facts, static fact =>
            fact.StartsWith("--archived log-0009:256-767 names no absent bundle: no log here has that name. Here is log-0001", StringComparison.Ordinal));
    }

    // Threat: a wide range of a script accepts the deletion of bundles that are here today.
    [Theory]
    [InlineData("log-0001:256-767", null)]
    [InlineData("log-0001:256-511 log-0001:512-767", null)]
    [InlineData("log-0001:200-800", "--archived log-0001:200-800 also names the entries 200 to 255 and 768 to 800, ")]
    [InlineData("log-0001:0-767", "--archived log-0001:0-767 also names the entries 0 to 255, ")]
    [InlineData("log-0001:256-511 log-0001:512-1023", "--archived log-0001:512-1023 also names the entries 768 to 1023, ")]
    public void PartOfARange_ThatNamesBundlesThatAreHere_IsReported(string given, string? named)
    {
        var facts = Verify(Archive(), given).Facts.Where(static fact => fact.Contains("also names", StringComparison.Ordinal)).ToList();
        if (named is null) Assert.Empty(facts);
        else Assert.StartsWith(named, Assert.Single(facts), StringComparison.Ordinal);
        Assert.All(facts, fact => Assert.EndsWith(given.Contains("512-1023", StringComparison.Ordinal) ? "Give --archived log-0001:512-767"
            : "Give --archived log-0001:256-767", fact, StringComparison.Ordinal));
    }

    // Threat: the entries that an auditor asks for were deleted, and the exit code is that of a log that was read.
    [Theory]
    [InlineData(300, 400, false)]
    [InlineData(256, 767, false)]
    [InlineData(300, 800, true)]
    [InlineData(100, 400, true)]
    [InlineData(985, 989, true)]
    public void RangeOfWhichNothingIsHere_IsNotVouchedFor(long from, long to, bool isVouched)
    {
        var request = Request(Archive(), "log-0001:256-767") with { From = from, To = to };
        var report = AuditLogVerifier.Verify(folder.Path, request);
        Assert.Empty(report.Findings);
        Assert.Equal(isVouched, report.IsVouched);
        Assert.Equal(from == 100, report.Statements.Any(static line => line.StartsWith("Read were entries 100 to 255. ", StringComparison.Ordinal)));
        if (!isVouched) Assert.Contains(report.Statements, line => line.StartsWith("No entry of the range is here", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("log-0001:256-767")]
    [InlineData("log-0001:0-99999999")]
    [InlineData("log-0001:512-767 log-0001:256-511")]
    public void BundlesThatAreGivenAsArchived_AreAFact_AndTheRootIsStillChecked(string given)
    {
        var log = Archive();
        var report = Verify(log, given);
        Assert.True(report.IsVouched);
        Assert.Equal((512, log.Size - 512), (report.Logs[0].Archived, report.Logs[0].Entries));
        Assert.Contains(report.Facts, line => line.Contains("the entries 256 to 767 are not here", StringComparison.Ordinal));
        Assert.Contains(report.Statements, line => line.Contains("text of entries 256 to 767 is not here", StringComparison.Ordinal));
        var tile = log.File_("tile/0/001");
        var bytes = File.ReadAllBytes(tile);
        bytes[5] ^= 1;
        File.WriteAllBytes(tile, bytes);
        Assert.NotEmpty(Verify(log, given).Findings);
    }

    // Bundles can be archived in any order: each absent one behind the first is a finding with its option, and a fact with it.
    [Fact]
    public void ABundleThatIsAbsentBehindOthers_IsAFindingWithTheOptionThatAcceptsIt()
    {
        var log = folder.Add(1300, 1300, signer);
        File.Delete(log.File_("tile/entries/002"));
        File.Delete(log.File_("tile/entries/004"));
        var report = Verify(log, "log-0001:512-767");
        Assert.EndsWith("--archived log-0001:1024-1279", Assert.Single(report.Findings).Detail, StringComparison.Ordinal);
        report = Verify(log, "log-0001:512-767 log-0001:1024-1279");
        Assert.Empty(report.Findings);
        Assert.True(report.IsVouched);
        Assert.DoesNotContain(report.Facts, static fact => fact.Contains("names no absent bundle", StringComparison.Ordinal));
        Assert.Contains(report.Statements, static line => line.Contains("text of entries 512 to 767, 1024 to 1279 is not here", StringComparison.Ordinal));
        Assert.Contains(Verify(log, "log-0001:512-1279").Facts, static fact =>
            fact.StartsWith("--archived log-0001:512-1279 also names the entries 768 to 1023, ", StringComparison.Ordinal)
            && fact.EndsWith("Give --archived log-0001:512-767 --archived log-0001:1024-1279", StringComparison.Ordinal));
    }

    // The first bundle names the log before: an option that would never be accepted is not recommended.
    [Fact]
    public void TheFirstBundle_IsAFindingWithoutAnOption()
    {
        var log = folder.Add(1000, 990, signer);
        File.Delete(log.File_("tile/entries/000"));
        var report = Verify(log, "log-0001:0-255");
        Assert.Contains(report.Findings, static finding => finding.Kind == AuditFindingKind.BundleMissing);
        Assert.DoesNotContain(report.Findings, static finding => finding.Detail.Contains("--archived", StringComparison.Ordinal));
        Assert.Contains("--archived log-0001:0-255 names no absent bundle: the first bundle of log-0001 is absent, and it is never accepted as archived. "
            + "Put tile/entries/000 back", report.Facts);
    }

    [Fact]
    public void PartThatIsRead_NamesItsOwnEntries()
    {
        var log = Archive();
        var part = Request(log, "") with { From = 600 };
        Assert.Contains("--archived log-0001:512-767", Assert.Single(AuditLogVerifier.Verify(folder.Path, part).Findings).Detail, StringComparison.Ordinal);
        Assert.True(AuditLogVerifier.Verify(folder.Path, part with { Archived = Request(log, "log-0001:512-767").Archived }).IsVouched);
    }

    [Theory]
    [InlineData("log-0001")]
    [InlineData(":1-2")]
    [InlineData("log-0001:2-1")]
    [InlineData("log-0001:1")]
    [InlineData("log-0001:-1-2")]
    [InlineData("log-0001:1-2-3")]
    [InlineData("log-0001:01-2")]
    [InlineData("log-0001:1-9223372036854775808")]
    public void TextThatIsNoRange_IsRefused(string text) => Assert.Null(ArchivedRange.Parse(text));

    private BuiltLog Archive()
    {
        var log = folder.Add(1000, 990, signer);
        log.Journal[0] = 900;
        log.Write(990);
        File.Delete(log.File_("tile/entries/001"));
        File.Delete(log.File_("tile/entries/002"));
        return log;
    }

    private AuditLogReport Verify(BuiltLog log, string given) => AuditLogVerifier.Verify(folder.Path, Request(log, given));

    private VerificationRequest Request(BuiltLog log, string given) => new()
    {
        Keys = [signer.Key],
        Outside = [new OutsideCheckpoint("kept", log.Checkpoint(950).ToBytes())],
        Archived = [.. given.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => ArchivedRange.Parse(text)!)],
    };
}
