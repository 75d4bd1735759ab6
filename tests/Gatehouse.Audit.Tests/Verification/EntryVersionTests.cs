using System.Text;
using Gatehouse.Audit.Verification;

namespace Gatehouse.Audit.Tests.Verification;

/// <summary>The version of this program and one newer are read, and nothing that an entry says stops a reader (design rule 16).</summary>
public sealed class EntryVersionTests
{
    private const string Entry = """{"v":3,"seq":3,"kind":"control","id":"a","at":"2026-11-20T08:30:00Z","gen":1,"act":"start"}""";

    // Threat: one entry that no gateway writes ends the verifier, every search and every erasure with a fault of the program.
    [Fact]
    public void MembersOfAnotherType_StopNoReader()
    {
        string[] values = ["null", "true", "1", "1.5", "\"x\"", "[]", "[1]", "[{}]", "[[]]", "{}", "{\"kind\":1}", "[{\"kind\":1,\"outcome\":1,\"reason\":\"asks\"}]",
            "[{\"kind\":{},\"reason\":[]}]", "[{\"kind\":\"detection\",\"reason\":1}]"];
        for (var version = AuditEntry.ModelVersion; version <= AuditEntry.ModelVersion + 1; version++)
        {
            var entries = (from kind in (string[])["begun", "ended", "control"]
                           from changed in EntryMembers.Types.Keys.Where(static name => name != "v")
                           from value in values
                           select With(version, kind, changed, value)).ToList();
            using var folder = new LogFolder().Write(entries);
            _ = AuditLogVerifier.Verify(folder.Path);
            Assert.Equal(2 + entries.Count, AuditLogReader.Read(folder.Path).Count());
        }
    }

    [Fact]
    public void OneVersionNewer_IsReadAsItIs()
    {
        var newer = Entry.Replace("\"v\":3", "\"v\":4,\"new\":[1]", StringComparison.Ordinal);
        using var folder = new LogFolder().Write(newer);
        Assert.Equal(newer, AuditLogReader.Read(folder.Path).Last().GetRawText());
        Assert.Empty(AuditLogVerifier.Verify(folder.Path).Findings);
    }

    [Theory]
    [InlineData("no entry")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"v\":\"3\"}")]
    [InlineData("{\"v\":2}")]
    [InlineData("{\"v\":3")]
    public void WhatIsNotAnEntry_HidesNothingBehindIt(string line)
    {
        using var folder = new LogFolder().Write(Entry, line, Entry);
        Assert.Equal(4, AuditLogReader.Read(folder.Path).Count());
    }

    private static string With(int version, string kind, string changed, string value)
    {
        var members = EntryMembers.Types.ToDictionary(static one => one.Key, static one => one.Value switch
        {
            MemberType.Number => "1",
            MemberType.Time => "\"2026-11-20T08:30:00Z\"",
            MemberType.True => "true",
            MemberType.Texts => "[\"x\"]",
            MemberType.Objects => "[{\"kind\":\"rule\",\"outcome\":\"warn\",\"reason\":\"asks\",\"who\":\"x\",\"box\":\"x\"}]",
            MemberType.Object => "{\"call\":\"x\",\"blind\":\"x\"}",
            _ => "\"x\"",
        }, StringComparer.Ordinal);
        (members["v"], members["kind"], members[changed]) = ($"{version}", $"\"{kind}\"", value);
        var text = new StringBuilder("{\"act\":\"log.gap\"");
        foreach (var (name, json) in members) text.Append(",\"").Append(name).Append("\":").Append(json);
        return text.Append('}').ToString();
    }
}
