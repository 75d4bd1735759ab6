using System.Text.Json;
using Gatehouse.Audit.Verification;

namespace Gatehouse.Audit.Tests.Verification;

/// <summary>Older versions of the event model are read as the newest, one newer as it is, and more is refused (design rule 16).</summary>
public sealed class EntryVersionTests
{
    private const string Entry = """{"v":2,"seq":1,"kind":"control","id":"a","at":"2026-11-20T08:30:00Z","gen":1,"act":"start"}""";

    // What version 1 called a detection and was an opinion about content.
    private static readonly string[] Opinions =
        ["metadata-ghs7001", "metadata-ghs7006", "metadata-ghs7007", "metadata-ghs9014", "secret-in-a-header"];

    // Threat: one entry that no gateway writes ends the verifier, every search and every erasure with a fault of the program.
    [Fact]
    public void MembersOfAnotherType_StopNoReader()
    {
        string[] values = ["null", "true", "1", "1.5", "\"x\"", "[]", "[1]", "[{}]", "[[]]", "{}", "{\"kind\":1}", "[{\"kind\":1,\"outcome\":1,\"reason\":\"asks\"}]",
            "[{\"kind\":{},\"reason\":[]}]", "[{\"kind\":\"detection\",\"reason\":1}]"];
        var read = 0;
        foreach (var line in Sample().Take(4))
        {
            using var entry = JsonDocument.Parse(line);
            var members = entry.RootElement.EnumerateObject().ToList();
            for (var version = 1; version <= 4; version++)
            {
                foreach (var changed in members.Select(static member => member.Name).Where(static name => name != "v").Append("parts").Distinct())
                {
                    foreach (var value in values)
                    {
                        var others = members.Where(member => member.Name != changed && member.Name != "v").Select(static member => $"\"{member.Name}\":{member.Value.GetRawText()}");
                        using var folder = new LogFolder().Write(1, [$"{{\"v\":{version},{string.Join(',', others)},\"{changed}\":{value}}}"]);
                        _ = AuditLogVerifier.Verify(folder.Path);
                        _ = AuditLogReader.Read(folder.Path).Count();
                        read++;
                    }
                }
            }
        }

        Assert.True(read > 1000);
    }

    [Fact]
    public void EveryEntryOfVersion1_IsReadAsVersion2()
    {
        var written = Sample().Select(line => JsonDocument.Parse(line).RootElement).ToList();
        using var folder = new LogFolder().Write(1, Sample());
        var read = AuditLogReader.Read(folder.Path).ToList();
        Assert.Equal(written.Count, read.Count);
        foreach (var (before, after) in written.Zip(read))
        {
            Assert.Equal(2, after.GetProperty("v").GetInt32());
            Assert.Equal(before.EnumerateObject().First(member => member.Name == "kind").Value.GetString(), after.GetProperty("kind").GetString());
            Assert.Equal(Checks(before).Select(check => check.Replace("prove", "validate", StringComparison.Ordinal)), Checks(after));
            RequireParts(before, after);
            RequireTheRest(before, after);
        }
    }

    [Fact]
    public void TheSample_HasEveryKindOfEntryAndPart_AndWhatChanged()
    {
        using var folder = new LogFolder().Write(1, Sample());
        var read = AuditLogReader.Read(folder.Path).ToList();
        Assert.Equal(["begun", "control", "ended"], read.Select(entry => entry.GetProperty("kind").GetString()!).Distinct().Order());
        var kinds = read.SelectMany(Parts).Select(part => part.GetProperty("kind").GetString()!).Distinct().ToList();
        foreach (var kind in Enum.GetValues<AuditPartKind>().Where(kind => kind != AuditPartKind.Approval))
            Assert.Contains(AuditPartKinds.Text(kind), kinds);
        Assert.Contains(read, entry => Checks(entry).Contains("validate:deny"));
        Assert.Equal("search/resource",
            read.First(entry => entry.TryGetProperty("act", out var act) && act.GetString() == "decision.search").GetProperty("search").GetString());
        foreach (var act in (string[])["log.gap", "entries.joined", "start", "reload"])
            Assert.Contains(read, entry => entry.TryGetProperty("act", out var of) && of.GetString() == act);
    }

    [Fact]
    public void EveryWordOfVersion1_IsAWordOfVersion2()
    {
        using var folder = new LogFolder().Write(1, Sample());
        Assert.DoesNotContain(
            AuditLogVerifier.Verify(folder.Path).Findings, finding =>
                finding.Kind is AuditFindingKind.Word or AuditFindingKind.Member or AuditFindingKind.RepeatedMember or AuditFindingKind.Sum);
    }

    [Fact]
    public void OneVersionNewer_IsReadAsItIs()
    {
        var newer = Entry.Replace("\"v\":2", "\"v\":3,\"new\":[1]", StringComparison.Ordinal);
        using var folder = new LogFolder().Write(1, newer);
        Assert.Equal(newer, Assert.Single(AuditLogReader.Read(folder.Path)).GetRawText());
    }

    [Fact]
    public void TwoVersionsNewer_AreRefused_WithThePlaceAndARemedy()
    {
        using var folder = new LogFolder().Write(1, Entry, Entry.Replace("\"v\":2", "\"v\":5", StringComparison.Ordinal));
        var refused = Assert.Throws<AuditVersionException>(() => AuditLogReader.Read(folder.Path).ToList());
        Assert.Contains("audit-0000000001.jsonl, line 2", refused.Message, StringComparison.Ordinal);
        Assert.Contains("version 5", refused.Message, StringComparison.Ordinal);
        Assert.Contains("newer", AuditVersionException.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no entry")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"v\":\"2\"}")]
    [InlineData("{\"v\":0}")]
    [InlineData("{\"v\":2")]
    public void ALineThatIsNoEntry_HidesNothingBehindIt(string line)
    {
        using var folder = new LogFolder().Write(1, Entry, line, Entry);
        Assert.Equal(2, AuditLogReader.Read(folder.Path).Count());
    }

    [Fact]
    public void ZerosAndATornLine_EndASegment()
    {
        using var folder = new LogFolder().Write(1, Entry).Write(2, Entry).Write(3, Entry);
        File.AppendAllText(folder.Segment(1), Entry[..40] + new string('\0', 5 << 20));
        File.AppendAllText(folder.Segment(2), Entry[..40]);
        Assert.Equal(3, AuditLogReader.Read(folder.Path).Count());
    }

    private static void RequireParts(JsonElement before, JsonElement after)
    {
        var (old, now) = (Parts(before).ToList(), Parts(after).ToList());
        Assert.Equal(old.Count, now.Count);
        foreach (var (one, other) in old.Zip(now))
        {
            var isRule = one.GetProperty("kind").GetString() == "detection" && !Opinions.Contains(one.GetProperty("reason").GetString());
            Assert.Equal(isRule ? "rule" : one.GetProperty("kind").GetString(), other.GetProperty("kind").GetString());
            Assert.Equal(one.GetRawText()[one.GetRawText().IndexOf("\"outcome\"", StringComparison.Ordinal)..],
                other.GetRawText()[other.GetRawText().IndexOf("\"outcome\"", StringComparison.Ordinal)..]);
        }
    }

    private static void RequireTheRest(JsonElement before, JsonElement after)
    {
        foreach (var member in before.EnumerateObject().Where(member => member.Name is not ("v" or "kind" or "checks" or "parts")))
            Assert.Equal(member.Value.GetRawText(), after.GetProperty(member.Name).GetRawText());
    }

    private static IEnumerable<string> Checks(JsonElement entry) =>
        entry.TryGetProperty("checks", out var checks) ? checks.EnumerateArray().Select(check => check.GetString()!) : [];

    private static IEnumerable<JsonElement> Parts(JsonElement entry) => entry.TryGetProperty("parts", out var parts) ? parts.EnumerateArray() : [];

    private static string[] Sample()
    {
        using var reader = new StreamReader(typeof(EntryVersionTests).Assembly.GetManifestResourceStream("audit-v1.jsonl")!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
