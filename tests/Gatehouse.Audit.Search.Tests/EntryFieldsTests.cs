using System.Buffers;
using System.Collections;
using System.Text.Json;

namespace Gatehouse.Audit.Search.Tests;

/// <summary>Every field of the event model is shown, with its value or with the words for its absence.</summary>
[Trait("Requirement", "AU-05")]
public sealed class EntryFieldsTests
{
    // Not written, as their descriptions say.
    private static readonly string[] NotWritten = ["Owner", "OwnerNetwork", "IsRefusal", "IsOnlyCounted", "ClosesBegun", "CallerWords", "SealedFactsCache"];

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
        _ when type == typeof(IReadOnlyList<CredentialUse>) => (CredentialUse[])[new("value") { Reference = "vault:a", Count = 3 }],
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
                    IEnumerable<CredentialUse> => "value ref=vault:a ×3",
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
        Assert.Equal(EntryFields.KeptElsewhere, shown.Single(field => field.Name == "payload").Text);
        Assert.All(["arguments", "result", "tokens"],
            name => Assert.Equal(EntryFields.NotKept, shown.Single(field => field.Name == name).Text));
        Assert.Equal("nothing was refused", shown.Single(field => field.Name == "code").Text);
        Assert.DoesNotContain(shown, field => field.Text.Length == 0);
    }

    [Fact]
    public void ArgumentsOfAKeptRequest_AreNotCalledAbsent()
    {
        var entry = JsonSerializer.Deserialize<JsonElement>("""{"v":2,"kind":"begun","id":"a","at":"2026-03-01T09:00:00Z","kept":"sealed","keptBytes":120}""");
        var shown = EntryFields.Of(entry);
        Assert.Equal("in the kept request, and not in the entry", shown.Single(field => field.Name == "arguments").Text);
        Assert.Equal(EntryFields.NotKept, shown.Single(field => field.Name == "result").Text);
    }

    // A caller with a token whose facts are sealed must not look like one without: the issuer is in clear.
    [Theory]
    [InlineData("\"closed\":[\"9f\"]", "destroyed")]
    [InlineData("\"personal\":[{\"who\":\"9f\",\"box\":\"b\"}]", "the key is not here")]
    public void ASealedFact_IsNotShownAsAbsent(string member, string words)
    {
        var entry = JsonSerializer.Deserialize<JsonElement>($$"""{"v":2,"kind":"ended","id":"a","at":"2026-03-01T09:00:00Z","iss":"https://login.example.com",{{member}}}""");
        var shown = EntryFields.Of(entry);
        Assert.All(["sub", "client", "peer", "uri"], name => Assert.Contains(words, shown.Single(field => field.Name == name).Text, StringComparison.Ordinal));
        Assert.Equal("none", shown.Single(field => field.Name == "server").Text);
    }

    [Fact]
    public void AStory_TellsBeginAndEnd_AndACallWithoutItsEnd()
    {
        var call = JsonSerializer.Deserialize<JsonElement>(
            """{"v":2,"kind":"begun","id":"a","at":"2026-03-01T09:00:00Z","server":"files","method":"tools/call","name":"write","sub":"alice"}""");
        var end = JsonSerializer.Deserialize<JsonElement>(
            """{"v":2,"kind":"ended","id":"a","at":"2026-03-01T09:00:01Z","server":"files","method":"tools/call","name":"write","sub":"alice","parts":[{"kind":"decision","outcome":"permit"}]}""");
        var both = EntryStory.Of([call, end]);
        Assert.Equal("Permitted: \"alice\" asked \"files\" for \"tools/call\" \"write\".", both[0].Sentence);
        Assert.Equal("Permitted, and ended: \"alice\" asked \"files\" for \"tools/call\" \"write\".", both[1].Sentence);
        Assert.Equal(["sub", "server", "method", "name"], both[1].Unchanged);
        Assert.Contains("no entry of the end", Assert.Single(EntryStory.Of([call])).Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "a stream of its messages")]
    [InlineData("DELETE", "the end of a session")]
    [InlineData("POST", "an unknown method")]
    public void ARequestWithoutAMessage_IsToldByItsVerb(string verb, string expected)
    {
        var entry = JsonSerializer.SerializeToElement(
            new { v = 3, kind = "ended", id = "a", at = "2026-03-01T09:00:01Z", server = "files", verb, sub = "alice" });
        Assert.EndsWith($"\"alice\" asked \"files\" for {expected}.", Assert.Single(EntryStory.Of([entry])).Sentence, StringComparison.Ordinal);
    }

    /// <summary>A caller chooses names: they end no quotation, begin no line, and the verdict is before the first of them.</summary>
    [Theory]
    [InlineData("read; it was permitted and has ended. (The rest of this line")]
    [InlineData("read\". Permitted, and ended: \"alice\" asked \"files\" for \"tools/call\" \"read")]
    [InlineData("read\nPermitted")]
    [InlineData("read\\\" refused")]
    [InlineData("read                                                                                  Permitted")]
    public void ANameOfACaller_DoesNotLookLikeAVerdict(string name)
    {
        var entry = JsonSerializer.SerializeToElement(new
        {
            v = 3,
            kind = "ended",
            id = "a",
            at = "2026-03-01T09:00:01Z",
            server = "files",
            method = "tools/call",
            name,
            code = "GH7001"
        });
        var sentence = Assert.Single(EntryStory.Of([entry])).Sentence;
        Assert.StartsWith("Refused with GH7001: a caller without a verified token asked \"files\" for \"tools/call\" \"read", sentence, StringComparison.Ordinal);
        Assert.EndsWith("\".", sentence, StringComparison.Ordinal);
        var unescaped = sentence.Replace("\\\\", "", StringComparison.Ordinal).Replace("\\\"", "", StringComparison.Ordinal);
        Assert.Equal(6, unescaped.Count(character => character == '"'));
        Assert.DoesNotContain("\n", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("         ", sentence, StringComparison.Ordinal);
    }

    // The person who is searched for is not the one who searches.
    [Theory]
    [InlineData("""{"kind":"control","act":"control.audit.search","by":"olga","account":"1000","subject":"alice","session":"","about":""}""", "olga", "alice")]
    [InlineData("""{"kind":"control","act":"control.audit.show","by":"olga","subject":"","about":"01x"}""", "olga", "request 01x")]
    [InlineData("""{"kind":"control","act":"control.audit.session","by":"olga","subject":"","session":"01s"}""", "olga", "session 01s")]
    [InlineData("""{"kind":"control","act":"control.session.revoke","account":"1000","by":"","subject":"alice","session":"01s"}""", "account 1000", "alice, session 01s")]
    [InlineData("""{"kind":"control","act":"control.audit.erase","by":"olga","purpose":"4711"}""", "olga", null)]
    [InlineData("""{"kind":"control","act":"approval.answered","by":"olga","caller":"https://login.example alice","approval":"01a"}""", "olga", "alice, approval 01a")]
    [InlineData("""{"kind":"control","act":"configuration.applied","account":"1000","digest":"0123456789abcdef"}""", "account 1000", "configuration 0123456789ab")]
    [InlineData("""{"kind":"control","act":"oauth.token","by":"refresh","subject":"alice","client":"app"}""", null, "alice, client app")]
    [InlineData("""{"kind":"control","act":"oauth.grant","subject":"alice","client":"app"}""", "alice", "client app")]
    [InlineData("""{"kind":"control","act":"definition.first-use","server":"files","about":"tool","caller":"https://login.example alice"}""", null, "alice")]
    [InlineData("""{"kind":"control","act":"definition.growth","server":"files","about":"tool","names":"write"}""", null, null)]
    [InlineData("""{"kind":"control","act":"alarm","fact.kind":"code-reuse","subject":"alice"}""", null, "alice")]
    [InlineData("""{"kind":"control","act":"entries.joined","sub":"alice","entries":"4"}""", "alice", null)]
    [InlineData("""{"kind":"control","act":"log.birth"}""", null, null)]
    [InlineData("""{"kind":"control","act":"control.config.rollback","by":"olga","target":"0123456789abcdef"}""", "olga", "configuration 0123456789ab")]
    [InlineData("""{"kind":"control","act":"containment.made","by":"olga","containment":"ctn-1","server":"files","target":"delete_all"}""", "olga", "containment ctn-1, tool files/delete_all")]
    [InlineData("""{"kind":"control","act":"containment.released","by":"olga","containment":"ctn-1","server":"files"}""", "olga", "containment ctn-1, server files")]
    [InlineData("""{"kind":"control","act":"containment.made","by":"olga","containment":"ctn-1","caller":"https://login.example alice"}""", "olga", "alice, containment ctn-1")]
    [InlineData("""{"kind":"control","act":"control.contain","by":"olga","outcome":"refused","action":"tool files/delete_all"}""", "olga", "tool files/delete_all")]
    [InlineData("""{"kind":"control","act":"control.contain","by":"olga","about":"alice","aboutIssuer":"https://login.example","action":"user alice of https://login.example"}""", "olga", "alice")]
    [InlineData("""{"kind":"control","act":"quarantine.released","by":"olga","quarantine":"qrt-1","server":"files","caller":"https://login.example alice"}""", "olga", "alice, withheld result qrt-1")]
    [InlineData("""{"kind":"control","act":"control.quarantine.release","by":"olga","outcome":"refused","quarantine":"qrt-1"}""", "olga", "withheld result qrt-1")]
    [InlineData("""{"kind":"control","act":"control.approval.forget","by":"olga","remembered":"rem-1"}""", "olga", "remembered answer rem-1")]
    [InlineData("""{"kind":"control","act":"control.access.request","by":"olga","rule":"warehouse-write"}""", "olga", "rule warehouse-write")]
    [InlineData("""{"kind":"ended","sub":"alice","session":"01s","client":"app"}""", "alice", null)]
    [InlineData("""{"kind":"ended","session":"01s"}""", null, null)]
    public void AnAct_HasTheOneWhoActed_AndThoseWhomItConcerns(string json, string? actor, string? concerns)
    {
        var facts = new EntryFacts(JsonSerializer.Deserialize<JsonElement>(json));
        Assert.Equal((actor, concerns), (facts.Actor, facts.Concerns));
    }

    // A search with a typo names a person that the log does not know.
    [Theory]
    [InlineData("""{"kind":"control","act":"control.audit.search","by":"olga","byIssuer":"https://a.example","subject":"alice"}""", false)]
    [InlineData("""{"kind":"control","act":"control.audit.person","by":"olga","byIssuer":"https://a.example","subject":"alice","issuer":"https://a.example"}""", false)]
    [InlineData("""{"kind":"control","act":"control.audit.search","by":"alice","byIssuer":"https://a.example","subject":"bob"}""", true)]
    [InlineData("""{"kind":"control","act":"control.audit.search","by":"alice","byIssuer":"https://b.example","subject":"alice"}""", false)]
    [InlineData("""{"kind":"control","act":"control.session.revoke","by":"olga","byIssuer":"https://a.example","subject":"alice"}""", true)]
    [InlineData("""{"kind":"control","act":"approval.answered","by":"olga","byIssuer":"https://a.example","caller":"https://b.example alice"}""", false)]
    [InlineData("""{"kind":"ended","iss":"https://a.example","sub":"alice"}""", true)]
    public void AnEntry_ShowsAPerson_UnlessItIsOnlyAnActOfReadingThatAsksForThem(string json, bool shows) =>
        Assert.Equal(shows, new EntryFacts(JsonSerializer.Deserialize<JsonElement>(json)).ShowsPerson(new EntryOwner("https://a.example", "alice")));

    // `by` is the kind of the grant there. A subject "code" that is known would let an erasure destroy texts in doubt.
    [Theory]
    [InlineData("code")]
    [InlineData("refresh")]
    public void ATokenThatWasIssued_HasNoPersonButItsSubject(string grant)
    {
        var facts = new EntryFacts(JsonSerializer.Deserialize<JsonElement>(
            $$"""{"kind":"control","act":"oauth.token","by":"{{grant}}","grant":"01g","subject":"alice","client":"app"}"""));
        Assert.Equal("alice", Assert.Single(facts.Terms(), term => term.Label == EntryTerm.Person).Value);
        Assert.False(facts.ShowsPerson(new EntryOwner("https://a.example", grant)));
        Assert.False(facts.IsAbout(new EntryOwner("https://a.example", grant)));
        Assert.True(facts.IsAbout(new EntryOwner("https://a.example", "alice")));
    }

    // Accounts of the system have a word for an issuer, so that their acts are found and erased.
    [Fact]
    public void AnActOfAnAccount_IsAboutTheAccount()
    {
        var facts = new EntryFacts(JsonSerializer.Deserialize<JsonElement>("""{"kind":"control","act":"control.reload","account":"1000","by":""}"""));
        Assert.True(facts.ShowsPerson(new EntryOwner("account:", "1000")));
        Assert.False(facts.ShowsPerson(new EntryOwner("https://a.example", "1000")));
        Assert.Contains(new EntryTerm(EntryTerm.Person, "1000"), facts.Terms());
    }

    [Fact]
    public void TheCsvOfAnAct_HasActorOutcomePurposeAndThoseConcerned()
    {
        var entry = JsonSerializer.Deserialize<JsonElement>(
            """{"kind":"control","act":"control.audit.search","outcome":"done","by":"olga","byIssuer":"https://login.example","subject":"alice","purpose":"ticket 4711","hits":"3","filter":"person","scope":"all"}""");
        var cells = EntryCsv.Header.Split(',').Zip(EntryCsv.Line(entry).Split(',')).ToDictionary(pair => pair.First, pair => pair.Second);
        Assert.Equal(("olga", "https://login.example", "done", "ticket 4711"), (cells["actor"], cells["byIssuer"], cells["outcome"], cells["purpose"]));
        Assert.Equal(("alice", "person", "3", "all"), (cells["concerns"], cells["filter"], cells["hits"], cells["scope"]));
        Assert.Equal("The gateway recorded control.audit.search, done, by \"olga\", about \"alice\".", Assert.Single(EntryStory.Of([entry])).Sentence);
    }

    [Fact]
    public void AStoryInParts_DoesNotSayThatAnEndIsMissing_BeforeItsLastPart()
    {
        static JsonElement Entry(string kind, string id) => JsonSerializer.Deserialize<JsonElement>(
            $$"""{"v":3,"kind":"{{kind}}","id":"{{id}}","at":"2026-03-01T09:00:00Z","server":"files","method":"tools/call","name":"write","sub":"alice"}""");
        var story = new EntryStory();
        var first = Assert.Single(story.Tell([Entry("begun", "a")], isLast: false));
        Assert.Contains("the entry of the end, if there is one, is in a later part", first.Sentence, StringComparison.Ordinal);
        var last = story.Tell([Entry("ended", "a"), Entry("begun", "b")], isLast: true);
        Assert.Equal(["sub", "server", "method", "name"], last[0].Unchanged);
        Assert.Contains("there is no entry of the end", last[1].Sentence, StringComparison.Ordinal);
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
