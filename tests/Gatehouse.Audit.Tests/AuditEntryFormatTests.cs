using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Audit.Tests;

/// <summary>Whatever a caller, a server or an issuer chooses, an entry has a bound, and what was cut can be told from what was not.</summary>
[Trait("Requirement", "AU-06")]
public sealed class AuditEntryFormatTests
{
    [Theory]
    [InlineData("<")]
    [InlineData("\u202e")]
    [InlineData("\ud83d\ude00")]
    [InlineData("\ud83d")]
    public void EveryText_IsBounded_WhateverItIsWrittenAs(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 100_000));
        var many = Enumerable.Repeat(text, 600).ToList();
        var entry = new AuditEntry
        {
            Kind = AuditEntryKind.Ended,
            ExchangeId = text,
            ParentId = text,
            At = DateTimeOffset.UnixEpoch,
            Server = text,
            Verb = text,
            Method = text,
            Name = text,
            Uri = text,
            Revision = text,
            Issuer = text,
            Subject = text,
            ClientId = text,
            Session = text,
            TraceId = text,
            Asked = text,
            Code = text,
            Roles = many,
            Groups = many,
            ReadingGroups = many,
            Scopes = many,
            Strengths = many,
            Checks = many,
            Parts =
                [.. Enumerable.Range(0, 600).Select(_ => new AuditPart(AuditPartKind.Authentication, AuditOutcome.Permit, text, text, 2))],
            Facts = [.. Enumerable.Range(0, 600).Select(at => KeyValuePair.Create("fact" + at, text))],
        };
        var line = Line(entry);
        Assert.InRange(line.Length, 1, AuditEntryFormat.MostBytes);
        var read = JsonDocument.Parse(line).RootElement;
        Assert.True(read.GetProperty("cut").GetBoolean());
        Assert.Contains("sha256:", read.GetProperty("method").GetString(), StringComparison.Ordinal);
    }

    // Attempts are never shortened and boxes never cut, so both have bounds of their own. The largest of everything together is an entry.
    [Fact]
    public void LargestAttemptsAndBoxes_AreWithinAnEntry()
    {
        var tally = new AttemptTally();
        var longest = AttemptReasons.All.OrderByDescending(static reason => reason.Length).ToList();
        foreach (var place in Enum.GetValues<AttemptPlace>())
        {
            foreach (var reason in longest)
            {
                tally.Add([new AuditAttempt(place, reason)
                { Count = long.MaxValue / 2, First = DateTimeOffset.MaxValue, Last = DateTimeOffset.MaxValue }], default);
            }
        }

        var odd = new string('<', 5000);
        var configured = new string('i', 5000); // of words and names of the gateway itself
        var box = new SealedFacts(new string('w', 22), new string('b', 4 * 12 * 1024 / 3 + 64));
        var line = Line(new AuditEntry
        {
            Kind = AuditEntryKind.Control,
            ExchangeId = odd,
            At = DateTimeOffset.MaxValue,
            Issuer = configured,
            Personal = [box, box], // all other facts about persons are in them
            Attempts = tally.ToList(),
            Parts = [.. Enumerable.Range(0, 17)
                .Select(_ => new AuditPart(AuditPartKind.Authentication, AuditOutcome.Permit, configured, null, int.MaxValue))],
            Facts = [.. Enumerable.Range(0, 10).Select(at => KeyValuePair.Create("fact" + at, configured))],
        });
        Assert.InRange(line.Length, 1, AuditEntryFormat.MostBytes);
    }

    [Theory]
    [InlineData(64, 128, 256, false)]
    [InlineData(65, 0, 0, true)]
    [InlineData(0, 129, 0, true)]
    [InlineData(0, 0, 257, true)]
    public void WhatIsLeftOut_IsSeenToBe(int facts, int parts, int checks, bool isCut)
    {
        var read = JsonDocument.Parse(Line(new AuditEntry
        {
            Kind = AuditEntryKind.Control,
            ExchangeId = "id",
            At = DateTimeOffset.UnixEpoch,
            Facts = [.. Enumerable.Range(0, facts).Select(at => KeyValuePair.Create("fact" + at, "x"))],
            Parts = [.. Enumerable.Range(0, parts).Select(_ => new AuditPart(AuditPartKind.Rule, AuditOutcome.Drop, "reason"))],
            Checks = [.. Enumerable.Repeat("accept", checks)],
        })).RootElement;
        Assert.Equal(isCut, read.TryGetProperty("cut", out _));
    }

    [Fact]
    public void AnHonestEntry_IsNotCut()
    {
        var line = Line(new AuditEntry
        {
            Kind = AuditEntryKind.Ended,
            ExchangeId = "id",
            At = DateTimeOffset.UnixEpoch,
            Uri = new string('u', 512),
            Parts = [.. Enumerable.Range(0, 65)
                    .Select(at => new AuditPart(AuditPartKind.Detection, AuditOutcome.Drop, "reason", "detail" + at))]
        });
        var read = JsonDocument.Parse(line).RootElement;
        Assert.False(read.TryGetProperty("cut", out _));
        Assert.Equal(65, read.GetProperty("parts").GetArrayLength());
        Assert.Equal(512, read.GetProperty("uri").GetString()!.Length);
    }

    [Fact]
    public void AFact_NeverTakesTheNameOfAMember()
    {
        var entry = new AuditEntry
        {
            Kind = AuditEntryKind.Control,
            ExchangeId = "id",
            At = DateTimeOffset.UnixEpoch,
            Session = "s",
            Facts = [KeyValuePair.Create("act", "a"), KeyValuePair.Create("kind", "b"), KeyValuePair.Create("session", "c"),
                KeyValuePair.Create("code", "d"), KeyValuePair.Create("act", "e")],
        };
        var read = JsonDocument.Parse(Line(entry), new JsonDocumentOptions { AllowDuplicateProperties = false }).RootElement;
        Assert.Equal("control", read.GetProperty("kind").GetString());
        foreach (var (name, value) in (IEnumerable<(string, string)>)[("act", "a"), ("fact.kind", "b"), ("session", "s"), ("fact.session", "c"),
            ("code", "d"), ("fact.act", "e")])
            Assert.Equal(value, read.GetProperty(name).GetString());
    }

    [Fact]
    public void ASealedPayload_IsWholeOrRefused_NeverCut()
    {
        var entry = new AuditEntry
        {
            Kind = AuditEntryKind.Begun,
            ExchangeId = "id",
            At = DateTimeOffset.UnixEpoch,
            Payload = new AuditPayload(new string('A', AuditEntryFormat.MostSealed), AuditPayload.Whole, 7),
        };
        var read = JsonDocument.Parse(Line(entry)).RootElement;
        Assert.Equal($"sha256:{entry.Payload.Digest}", read.GetProperty("payload").GetString());
        Assert.Equal(("message", 7), (read.GetProperty("kept").GetString(), read.GetProperty("keptBytes").GetInt32()));
        Assert.False(read.TryGetProperty("cut", out _));
        Assert.Throws<ArgumentException>(() => new AuditPayload(new string('A', AuditEntryFormat.MostSealed + 1), AuditPayload.Whole, 7));
    }

    [Fact]
    public void LongTexts_KeepTheirBeginningAndADigestOfTheWhole()
    {
        var one = AuditText.Bounded(new string('a', 300) + "1");
        Assert.StartsWith(new string('a', 256) + "…sha256:", one, StringComparison.Ordinal);
        Assert.EndsWith(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(new string('a', 300) + "1"))),
            one, StringComparison.Ordinal);
        Assert.NotEqual(one, AuditText.Bounded(new string('a', 300) + "2"));
        Assert.Equal(new string('a', 256), AuditText.Bounded(new string('a', 256)));
        Assert.Equal(one, AuditText.Bounded(one, 1024));
        // A character of two code units is kept or left out, never halved.
        Assert.StartsWith(new string('a', 255) + "…", AuditText.Bounded(new string('a', 255) + "\ud83d\ude00" + "b"), StringComparison.Ordinal);
        Assert.Null(AuditText.Bounded(null));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(long.MaxValue)]
    public void OnlyTheHead_DependsOnTheSequenceNumber(long sequence)
    {
        var entry = new AuditEntry { Kind = AuditEntryKind.Begun, ExchangeId = "e", At = DateTimeOffset.UnixEpoch, Server = "s" };
        var line = AuditEntryFormat.Bytes(entry, sequence);
        var read = JsonDocument.Parse(line).RootElement;
        Assert.Equal(["v", "seq", "kind"], read.EnumerateObject().Take(3).Select(member => member.Name));
        Assert.Equal((AuditEntry.ModelVersion, sequence), (read.GetProperty("v").GetInt32(), read.GetProperty("seq").GetInt64()));

        var head = new byte[AuditEntryFormat.MostHeadBytes];
        var length = AuditEntryFormat.WriteHead(sequence, head);
        Assert.Equal(line, (byte[])[.. head[..length], .. new AuditEntryWriter().Body(entry)]);
        Assert.Throws<ArgumentException>(() => AuditEntryFormat.WriteHead(sequence, new byte[AuditEntryFormat.MostHeadBytes - 1]));
    }

    [Fact]
    public void EveryLengthAroundTheBound_KeepsItWithTheLongestHead()
    {
        // One group of many takes the length to each byte around the bound.
        var (whole, cut) = (0, 0);
        for (var length = 0; length < 200; length++)
        {
            var entry = new AuditEntry
            {
                Kind = AuditEntryKind.Ended,
                ExchangeId = "e",
                At = DateTimeOffset.UnixEpoch,
                Groups = [.. Enumerable.Repeat(new string('g', 900), 72), new string('g', length)],
                Asked = new string('a', 250),
            };
            var line = AuditEntryFormat.Bytes(entry, long.MaxValue);
            Assert.InRange(line.Length, 1, AuditEntryFormat.MostBytes);
            if (JsonDocument.Parse(line).RootElement.TryGetProperty("cut", out _)) cut++;
            else whole++;
        }

        Assert.True(whole > 0 && cut > 0, $"the lengths are not around the bound: {whole} whole, {cut} cut");
    }

    private static byte[] Line(AuditEntry entry)
    {
        var output = new ArrayBufferWriter<byte>();
        AuditEntryFormat.Write(entry, 1, output);
        return output.WrittenSpan.ToArray();
    }
}
