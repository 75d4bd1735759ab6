using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Tests.Verification;

/// <summary>
/// Segments of earlier builds that are absent are a finding, unless the auditor gives them as archived or the log says that they expired.
/// </summary>
[Trait("Requirement", "AU-02")]
public sealed class EarlierSegmentTests : IDisposable
{
    private const string Bundle = "log-0001:256-511";

    private readonly EvidenceFolder folder = new();
    private readonly NoteSigner signer = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public void Dispose()
    {
        folder.Dispose();
        signer.Dispose();
    }

    // Threat: a writer of the folder without keys deletes segments. The first bundle names them, also where the next one is archived.
    [Theory]
    [InlineData("", "", "")]
    [InlineData("", Bundle, "")]
    [InlineData("1 2 3", "", "1-3")]
    [InlineData("1 2 3", Bundle, "1-3")]
    [InlineData("1", "", "1-1")]
    [InlineData("3", Bundle, "3-3")]
    [InlineData("1 3", Bundle, "1-1 3-3")]
    [InlineData("1 2 3", Bundle + " audit:1-3", "")]
    [InlineData("1 2 3", "audit:3-3 audit:1-2", "")]
    [InlineData("2", Bundle + " audit:2-2", "")]
    [InlineData("1 2 3", "audit:1-2", "3-3")]
    public void DeletedSegments_AreAFinding_UnlessTheyAreGivenAsArchived(string deleted, string archived, string missing)
    {
        var log = Build(archived.Contains(Bundle, StringComparison.Ordinal));
        foreach (var number in deleted.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            File.Delete(Segment(int.Parse(number, CultureInfo.InvariantCulture)));
        var report = Verify(log, archived);
        var found = report.Findings.Where(static finding => finding.Kind == AuditFindingKind.EarlierSegment);
        Assert.Equal(missing.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            found.Select(static finding => finding.Detail.Split("--archived audit:")[1].Split(';')[0]));
        Assert.Equal(missing.Length == 0, report.IsVouched);
        Assert.Equal(missing.Length == 0, report.Findings.Count == 0);
        Assert.Equal(archived.Contains("audit:", StringComparison.Ordinal), report.Facts.Any(static fact =>
            fact.StartsWith("segments of earlier builds that are not here, and are given as archived", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(Bundle)]
    public void ChangedSegment_IsTheOnlyFinding(string archived)
    {
        var log = Build(archived.Length > 0);
        File.WriteAllText(Segment(2), File.ReadAllText(Segment(2)).Replace("\"a\"", "\"b\"", StringComparison.Ordinal));
        var finding = Assert.Single(Verify(log, archived).Findings);
        Assert.Equal((AuditFindingKind.EarlierSegment, Segment(2)), (finding.Kind, finding.File));
        Assert.StartsWith("the segment is not the one that entry 2 of log-0001 names", finding.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void RangeOfSegmentsThatAreHere_IsReported()
    {
        var report = Verify(Build(isArchived: false), "audit:1-3");
        Assert.True(report.IsVouched);
        Assert.Contains(report.Facts, static fact => fact.StartsWith("--archived audit:1-3 names no absent segment", StringComparison.Ordinal));
    }

    // Threat: a wide range of a script accepts the deletion of segments that are here today, or of segments that never were.
    [Theory]
    [InlineData("1 2", "audit:1-2", "")]
    [InlineData("1 2", "audit:1-9", "also names the segments 3 to 9, |The segments that are here: 3. Give --archived audit:1-2")]
    [InlineData("1 2", "audit:0-2", "also names the segments 0, |The segments that are here: 3. Give --archived audit:1-2")]
    [InlineData("1 3", "audit:1-3", "also names the segments 2, |The segments that are here: 2. Give --archived audit:1-1, --archived audit:3-3")]
    [InlineData("1 2 3", "audit:1-3 audit:7-9", "audit:7-9 names no absent segment: |No segment is here. Give --archived audit:1-3")]
    [InlineData("", "audit:4-9", "names no absent segment: |The segments that are here: 1 to 3. None is absent, so leave the option out")]
    public void RangeThatIsTooWide_IsNamed_WithTheOptionToGive(string deleted, string given, string named)
    {
        var log = Build(isArchived: false);
        foreach (var number in deleted.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            File.Delete(Segment(int.Parse(number, CultureInfo.InvariantCulture)));
        var report = Verify(log, given);
        Assert.Empty(report.Findings);
        var facts = report.Facts.Where(static fact => fact.StartsWith("--archived audit:", StringComparison.Ordinal)).ToList();
        if (named.Length == 0) Assert.Empty(facts);
        else foreach (var part in named.Split('|')) Assert.Contains(part, Assert.Single(facts), StringComparison.Ordinal);
    }

    // Segments that no log names can be archived as well: the numbers of the others show that they are absent.
    [Fact]
    public void RangeOfTheSegmentsBetweenTwoOthers_IsRight()
    {
        File.WriteAllText(Segment(5), Encoding.UTF8.GetString(BuiltLog.Entry(1, new JsonObject { ["act"] = "a" })) + "\n");
        File.WriteAllText(Segment(9), Encoding.UTF8.GetString(BuiltLog.Entry(2, new JsonObject { ["act"] = "a" })) + "\n");
        var log = folder.Add(999, 990, signer, "first", Path.GetFileName(Segment(5)), Path.GetFileName(Segment(9)));
        var report = Verify(log, "audit:6-8");
        Assert.Empty(report.Findings);
        Assert.DoesNotContain(report.Facts, static fact => fact.StartsWith("--archived", StringComparison.Ordinal));
    }

    // Threat: a hostile log names segments without end, and the verifier keeps all of them.
    [Fact]
    public void SegmentsBeyondTheBound_AreCountedAsNotCompared()
    {
        var findings = new FindingCollector();
        var check = new EarlierCheck(folder.Path, [], findings);
        for (var number = 0; number < EarlierCheck.MostSegments + 2; number++)
            check.Take(default, Element(new JsonObject { ["file"] = string.Create(CultureInfo.InvariantCulture, $"x{number}"), ["bytes"] = "1", ["digest"] = "sha256:0" }));
        check.End([], isOneLog: false);
        Assert.Equal(EarlierCheck.MostSegments + 1, findings.Kept.Count + findings.More);
        Assert.StartsWith("entries about segments of earlier builds that were not compared: 2. ", findings.Kept[0].Detail, StringComparison.Ordinal);
    }

    // Retention deleted it, and the log says so; the entries in between are archived.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SegmentThatTheLogSaysExpired_IsNoFinding(bool isErasedBefore)
    {
        var log = Build(isArchived: true, (log, digest) => log.Append(new JsonObject
        {
            ["act"] = "audit.segment.expired",
            ["file"] = Path.GetFileName(Segment(1)),
            ["digest"] = isErasedBefore ? "sha256:" + new string('0', 64) : digest, // an erasure that is archived rewrote it
        }));
        File.Delete(Segment(1));
        var report = Verify(log, Bundle);
        Assert.Empty(report.Findings);
        Assert.Contains(report.Facts, static fact => fact.EndsWith("deleted because their time was over: 1", StringComparison.Ordinal));
        Assert.Equal(isErasedBefore, report.Facts.Any(static fact => fact.Contains("only archived entries can have named: 1", StringComparison.Ordinal)));
    }

    // Segments are beside the folder of a log.
    [Fact]
    public void FolderOfOneLog_StatesThatSegmentsWereNotChecked()
    {
        var log = Build(isArchived: false);
        var report = AuditLogVerifier.Verify(log.Path, Request(log, "") with { OneLog = true });
        Assert.True(report.IsVouched);
        Assert.Contains(report.Facts, static fact => fact.StartsWith("segments of earlier builds that this log names: 3.", StringComparison.Ordinal));
    }

    private static JsonElement Element(JsonObject entry) => JsonSerializer.SerializeToElement(entry);

    private BuiltLog Build(bool isArchived, Action<BuiltLog, string>? later = null)
    {
        for (var number = 1; number <= 3; number++)
            File.WriteAllText(Segment(number), Encoding.UTF8.GetString(BuiltLog.Entry(number, new JsonObject { ["act"] = "a" })) + "\n");
        var log = folder.Add(999, 990, signer, "first", [.. Enumerable.Range(1, 3).Select(number => Path.GetFileName(Segment(number)))]);
        later?.Invoke(log, "sha256:" + Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Segment(1)))));
        log.Journal[0] = 900;
        log.Write(990);
        if (isArchived) File.Delete(log.File_("tile/entries/001"));
        return log;
    }

    private string Segment(int number) => Path.Join(folder.Path, string.Create(CultureInfo.InvariantCulture, $"audit-{number:D10}.jsonl"));

    private AuditLogReport Verify(BuiltLog log, string archived) => AuditLogVerifier.Verify(folder.Path, Request(log, archived));

    private VerificationRequest Request(BuiltLog log, string archived) => new()
    {
        Keys = [signer.Key],
        Outside = [new OutsideCheckpoint("kept", log.Checkpoint(950).ToBytes())],
        Archived = [.. archived.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => ArchivedRange.Parse(text)!)],
    };
}
