using System.Buffers;
using System.Collections;
using System.Text.Json;

namespace Gatehouse.Audit.Search.Tests;

/// <summary>Every field of the event model is shown, with its value or with the words for its absence.</summary>
[Trait("Requirement", "AU-05")]
public sealed class EntryFieldsTests
{
    // Not written, as their descriptions say.
    private static readonly string[] NotWritten = ["Owner", "OwnerNetwork", "IsRefusal", "IsOnlyCounted", "ClosesBegun"];

    private static readonly AuditPayload Payload = new("sealed", AuditPayload.Whole, 41);

    private static JsonElement Full(AuditEntryKind kind)
    {
        var entry = new AuditEntry { Kind = kind, ExchangeId = "01id", At = LogFolder.Start };
        foreach (var property in typeof(AuditEntry).GetProperties().Where(property => property.CanWrite && !NotWritten.Contains(property.Name)))
        {
            if (property.Name is nameof(AuditEntry.Kind) or nameof(AuditEntry.At)) continue;
            property.SetValue(entry, Value(property.PropertyType, property.Name));
        }

        var line = new ArrayBufferWriter<byte>();
        AuditEntryFormat.Write(entry, 7, line);
        return JsonSerializer.Deserialize<JsonElement>(line.WrittenSpan);
    }

    // A type that is not known fails here: the test has to learn what a field of it looks like.
    private static object Value(Type type, string name) => type switch
    {
        _ when type == typeof(string) => "value of " + name,
        _ when type == typeof(AuditPayload) => Payload,
        _ when type == typeof(PromisedCall) => new PromisedCall("hash", "random"),
        _ when type == typeof(int) || type == typeof(int?) => 41,
        _ when type == typeof(long) || type == typeof(long?) => 42L,
        _ when type == typeof(bool) => true,
        _ when type == typeof(IReadOnlyList<string>) => (string[])["one of " + name, "two of " + name],
        _ when type == typeof(IReadOnlyList<AuditPart>) => (AuditPart[])[new(AuditPartKind.Rule, AuditOutcome.Warn, "reason", "detail", 3)],
        _ when type == typeof(IReadOnlyList<SealedFacts>) => (SealedFacts[])[new("pseudonym", "box")],
        _ when type == typeof(IReadOnlyList<AuditAttempt>) => (AuditAttempt[])[new(AttemptPlace.Mcp, "Expired") { Count = 4 }],
        _ when type == typeof(IReadOnlyList<KeyValuePair<string, string>>) => (KeyValuePair<string, string>[])[KeyValuePair.Create("act", "value of act")],
        _ => throw new ArgumentOutOfRangeException(nameof(type), name),
    };

    public static TheoryData<AuditEntryKind> Kinds => [.. Enum.GetValues<AuditEntryKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EveryMember_ThatTheFormatWrites_IsAFieldWithWords(AuditEntryKind kind)
    {
        var entry = Full(kind);
        var shown = EntryFields.Of(entry).ToDictionary(field => field.Name, StringComparer.Ordinal);
        foreach (var member in entry.EnumerateObject())
        {
            Assert.True(member.Name == "act" || EntryFields.IsField(member.Name), $"{member.Name} has no words in EntryFields");
            Assert.Equal(EntryText.Of(member.Value), shown[member.Name].Text);
            Assert.True(shown[member.Name].IsThere);
        }
    }

    // Each property that is set is in the line, and so in the story: one that the format forgets, or writes under another name, is noticed.
    [Fact]
    public void EveryProperty_OfAnEntry_IsShown()
    {
        var texts = EntryFields.Of(Full(AuditEntryKind.Ended)).Select(field => field.Text).ToList();
        foreach (var property in typeof(AuditEntry).GetProperties().Where(property => property.CanWrite && !NotWritten.Contains(property.Name)))
        {
            var expected = property.Name is nameof(AuditEntry.Kind) ? "ended" : property.Name is nameof(AuditEntry.At) ? "2026-03-01T09:00:00Z"
                : Value(property.PropertyType, property.Name) switch
                {
                    string text => text,
                    AuditPayload payload => $"sha256:{payload.Digest}",
                    PromisedCall => "call=hash blind=random",
                    bool => "yes",
                    IEnumerable<AuditPart> => "rule warn reason (detail) ×3",
                    IEnumerable<SealedFacts> => "who=pseudonym box=box",
                    IEnumerable<AuditAttempt> => "place=mcp deny Expired ×4",
                    IEnumerable<KeyValuePair<string, string>> => "value of act",
                    IEnumerable list => string.Join(", ", list.Cast<string>()),
                    var number => number.ToString(),
                };
            Assert.True(texts.Contains(expected!), $"{property.Name} is not shown");
        }
    }

    [Fact]
    public void AnAbsentField_HasWordsForItsAbsence_AndContentIsNotKept()
    {
        var entry = JsonSerializer.Deserialize<JsonElement>("""{"v":2,"seq":1,"kind":"ended","id":"a","at":"2026-03-01T09:00:00Z","gen":1}""");
        var shown = EntryFields.Of(entry);
        Assert.Equal(["who", "closed", "personal"], EntryFields.Names.Except(shown.Select(field => field.Name))); // shown where they are
        Assert.All(["arguments", "result", "payload", "tokens"],
            name => Assert.Equal(EntryFields.NotKept, shown.Single(field => field.Name == name).Text));
        Assert.Equal("nothing was refused", shown.Single(field => field.Name == "code").Text);
        Assert.DoesNotContain(shown, field => field.Text.Length == 0);
    }

    [Fact]
    public void AStory_TellsBeginAndEnd_AndACallWithoutItsEnd()
    {
        var call = JsonSerializer.Deserialize<JsonElement>(
            """{"v":2,"kind":"begun","id":"a","at":"2026-03-01T09:00:00Z","server":"files","method":"tools/call","name":"write","sub":"alice"}""");
        var end = JsonSerializer.Deserialize<JsonElement>(
            """{"v":2,"kind":"ended","id":"a","at":"2026-03-01T09:00:01Z","server":"files","method":"tools/call","name":"write","sub":"alice","parts":[{"kind":"decision","outcome":"permit"}]}""");
        var both = EntryStory.Of([call, end]);
        Assert.Equal("alice asked files for tools/call write; the gateway permitted it.", both[0].Sentence);
        Assert.Equal("alice asked files for tools/call write; it was permitted and has ended.", both[1].Sentence);
        Assert.Equal(["sub", "server", "method", "name"], both[1].Unchanged);
        Assert.Contains("no entry of its end", Assert.Single(EntryStory.Of([call])).Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\tx", "\"'\tx\"")]
    [InlineData("a;b", "\"a;b\"")]
    [InlineData("a;=1+1", "\"a;'=1+1\"")]
    [InlineData("a; =1+1", "\"a;' =1+1\"")]
    [InlineData("a;\"=1+1\"", "\"a;'\"\"=1+1\"\"\"")]
    [InlineData(";;-1;@x", "\";;'-1;'@x\"")]
    [InlineData("a\t=1", "\"a\t'=1\"")]
    [InlineData("a|+1", "\"a|'+1\"")]
    [InlineData("a\n=1", "\"a\n'=1\"")]
    [InlineData("a\r\n=1", "\"a\r\n'=1\"")]
    [InlineData("a;\t=1", "\"a;'\t'=1\"")]
    [InlineData(" =1", "' =1")]
    [InlineData("a, =1", "\"a, =1\"")]
    [InlineData("=", "'=")]
    [InlineData("a=1;b-2", "\"a=1;b-2\"")]
    [InlineData("\rx", "\"'\rx\"")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("a\nb", "\"a\nb\"")]
    [InlineData("=\"x\",1", "\"'=\"\"x\"\",1\"")]
    [InlineData("", "")]
    public void ACell_IsNoFormula_AndOneCell(string text, string cell) => Assert.Equal(cell, EntryCsv.Cell(text));

    // A program with another separator, which takes quotes within a field as text, and one that drops them.
    [Theory]
    [InlineData(';')]
    [InlineData('|')]
    [InlineData('\t')]
    public void APartOfACell_IsNoFormula_WhereAnotherSeparatorSplitsIt(char separator)
    {
        string[] hostile = ["=1", " =1", "\"=1", "x;=1", "x|@a", "x\t+1", "x\n-1", "x\r=1", "\n=1", "x;\"\"=1", "x;;=1", "x;\n\"=1", "\";=1"];
        foreach (var text in hostile)
        {
            var line = EntryCsv.Line(JsonSerializer.SerializeToElement(new { kind = "ended", name = text, sub = text, client = "plain" }));
            foreach (var part in line.Split(separator, '\r', '\n').Skip(1).Concat(line.Split(separator, ',', '\r', '\n')))
                Assert.DoesNotContain(part.TrimStart(' ', '"').FirstOrDefault('x'), "=+-@");
        }
    }

    [Fact]
    public void ALine_HasAsManyCellsAsTheHeader()
    {
        var entry = Full(AuditEntryKind.Ended);
        Assert.Equal(EntryCsv.Header.Split(',').Length, Cells(EntryCsv.Line(entry)));
    }

    // Commas within quotes separate no cells.
    private static int Cells(string line) => 1 + line.Split('"').Where((_, at) => at % 2 == 0).Sum(part => part.Count(letter => letter == ','));
}
