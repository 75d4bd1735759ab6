using Gatehouse.Configuration;
using Gatehouse.Integrity.Inspection;

namespace Gatehouse.Gateway.Tests.Configuration;

/// <summary>Suppressions in the configuration and in a file of their own.</summary>
[Trait("Requirement", "TP-01")]
public sealed class SuppressionTests
{
    private const string Good = "{ server: up, definition: tool/a, finding: GHS9005, reason: looked at by Ada, until: 2027-03-31 }";

    [Theory]
    [InlineData("{ file: tests/a.pem, finding: GHS4008, reason: looked at by Ada, until: 2027-03-31 }", "")]
    [InlineData("{ file: tests/a.pem, finding: GHS4008, digest: 0f5b0a6a2f6d4a3f9a4d1b7e4c2f8a10, reason: looked at by Ada, until: 2027-03-31 }", "")]
    [InlineData("{ file: /tests/a.pem, finding: GHS4008, reason: looked at by Ada, until: 2027-03-31 }", "not a path from the scanned folder")]
    [InlineData("{ file: a.pem, finding: GHS9005, reason: looked at by Ada, until: 2027-03-31 }", "no finding in files of a repository")]
    [InlineData("{ file: a.pem, finding: GHS4008, digest: sha256-x, reason: looked at by Ada, until: 2027-03-31 }", "not the digest of a finding")]
    [InlineData("{ file: a.pem, finding: GHS4008, server: up, reason: looked at by Ada, until: 2027-03-31 }", "not a suppression of a file's finding")]
    [InlineData("{ file: a.pem, finding: GHS4008, until: 2027-03-31 }", "this key is missing")]
    [InlineData("{ file: a.pem, finding: GHS4008, reason: ok, until: 2027-03-31 }", "too short: it has 2 characters and needs at least 10")]
    [InlineData(Good, "")]
    [InlineData("{ server: up, definition: instructions, finding: GHS9001, digest: \"sha256:0123456789012345678901234567890123456789012345678901234567890123\", reason: looked at by Ada, until: 2027-03-31 }", "")]
    [InlineData("{ server: up, definition: tool, finding: GHS9005, reason: looked at by Ada, until: 2027-03-31 }", "not the name of a definition")]
    [InlineData("{ server: up, definition: instructions/a, finding: GHS9005, reason: looked at by Ada, until: 2027-03-31 }", "not the name of a definition")]
    [InlineData("{ server: up, definition: tool/a, finding: GHS2001, reason: looked at by Ada, until: 2027-03-31 }", "no finding in definitions")]
    [InlineData("{ server: up, definition: tool/a, finding: GHS9005, reason: ok, until: 2027-03-31 }", "too short: it has 2 characters and needs at least 10")]
    [InlineData("{ server: up, definition: tool/a, finding: \"GHS90*\", reason: looked at by Ada, until: 2027-03-31 }", "name one finding; rules can use patterns, suppressions cannot")]
    [InlineData("{ server: up, definition: tool/a, finding: GHS9020, reason: looked at by Ada, until: 2027-03-31 }", "only messages can have this finding")]
    [InlineData("{ server: up, definition: tool/a, finding: GHS9005, reason: looked at by Ada, until: 31.3.2027 }", "not a day")]
    [InlineData("{ server: up, definition: tool/a, finding: GHS9005, digest: abc, reason: looked at by Ada, until: 2027-03-31 }", "not the digest")]
    [InlineData("{ server: up, definition: tool/a, finding: GHS9005, until: 2027-03-31 }", "missing")]
    [InlineData("{ server: up, definition: tool/a, finding: GHS9005, reason: looked at by Ada }", "missing")]
    [InlineData("{ server: up, definition: tool/a, finding: GHS9005, reason: looked at by Ada, until: 2027-03-31, other: x }", "not a suppression")]
    public void File_IsReadStrictly(string entry, string fault)
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-suppressions-");
        try
        {
            var path = Path.Join(folder.FullName, "known.yaml");
            File.WriteAllText(path, $"version: 1\nsuppressions:\n  - {entry}\n");
            var faults = new FaultList();
            var read = SuppressionFile.Read(path, faults);
            if (fault.Length > 0)
            {
                Assert.Null(read);
                Assert.Contains(faults.ToList(), one => one.Message.Contains(fault, StringComparison.Ordinal) && one.Line == 3);
                return;
            }

            if (entry.Contains("file:", StringComparison.Ordinal))
            {
                var accepted = Assert.Single(read!.Files);
                Assert.Equal(("tests/a.pem", "GHS4008", 3), (accepted.Path, accepted.Id, accepted.Line));
                return;
            }

            var suppression = Assert.Single(read!.All);
            Assert.Equal((path, 3, new DateTimeOffset(2027, 4, 1, 0, 0, 0, TimeSpan.Zero)),
                (suppression.File, suppression.Line, suppression.Expires));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(Good, "")]
    [InlineData("{ server: other, definition: tool/a, finding: GHS9005, reason: looked at by Ada, until: 2027-03-31 }",
        "no server of this configuration")]
    [InlineData("{ server: up, definition: tool, finding: GHS9005, reason: looked at by Ada, until: 2027-03-31 }", "not the name of a definition")]
    [InlineData("{ server: up, definition: tool/a, finding: GHS1, reason: looked at by Ada, until: 2027-03-31 }", "no finding in definitions")]
    [InlineData("{ server: up, definition: tool/a, finding: GHS9005, reason: ok, until: 2027-03-31 }", "too short: it has 2 characters and needs at least 10")]
    [InlineData("{ server: up, definition: tool/a, finding: GHS9020, reason: looked at by Ada, until: 2027-03-31 }", "only messages can have this finding")]
    [InlineData("{ server: up, definition: tool/a, finding: GHS9005, reason: looked at by Ada, until: soon }", "not a day")]
    public void Configuration_IsReadStrictly(string entry, string fault)
    {
        var result = Samples.Load(
            $"version: 1\npublicUrl: http://127.0.0.1:8080\nissuers: [{{ issuer: \"https://login.example.com\" }}]\nservers:\n  up: {{ path: /mcp, "
                + $"url: \"https://up.example/mcp\" }}\npolicy: []\ninspection:\n  metadata:\n    soft: withhold\n    suppressions:\n      - {entry}\n");
        if (fault.Length > 0)
        {
            Assert.Contains(result.Faults, one => one.Message.Contains(fault, StringComparison.Ordinal));
            return;
        }

        Assert.Empty(result.Faults);
        Assert.True(result.Settings!.Inspection.WithholdsSoft);
        Assert.Equal("tool/a", Assert.Single(result.Settings.Inspection.Suppressions.All).Definition);
    }
}
