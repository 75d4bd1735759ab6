using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Administration.Control;
using Gatehouse.Audit.Search;
using Gatehouse.Gateway.Administration;
using Gatehouse.Ipc;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>A person, or an administrator for a person, gets everything that the log says about the person, and the export is in the log.</summary>
[Trait("Requirement", "DP-03")]
[Trait("NoRetry", "yes")]
public sealed class PersonExportTests
{
    private const string Alice = "alice-canary-7391";
    private const string Bob = "bob-canary-2846";

    private static readonly PeerAccount Peer = new(7, PeerAccount.OwnUserId());

    private static WhoClause Names(params string[] subjects) => new() { Subjects = new NameSet(subjects) };

    // olga reads all entries, paula kept requests too and erases, alice her own; carol is an administrator without a right to read.
    private static GatewaySettings WithReaders(GatewaySettings settings) => settings with
    {
        Audit = settings.Audit with { KeepPayloads = true },
        Administration = new AdministrationSettings
        {
            Who = Names("olga", "paula", "carol", Alice),
            Reading = new ReadingSettings { Own = Names(Alice), All = Names("olga", "paula"), Payloads = Names("paula"), Erase = Names("paula") },
        },
    };

    private static async Task<TestGateway> WithCallsAsync(int calls)
    {
        var gateway = await TestGateway.StartAsync(WithReaders,
            rules: [new PolicyRule { Id = "people", Who = Names(Alice, Bob), Directions = TestGateway.EveryDirection }]);
        for (var call = 0; call < calls; call++)
            await CallAsync(gateway, Alice, $"argument {call}");
        await CallAsync(gateway, Bob, "of bob");
        gateway.EntriesWithEnded(calls + 1);
        return gateway;
    }

    private static async Task CallAsync(TestGateway gateway, string who, string argument) => await gateway.CallAsync(
        gateway.Modern("tools/call", $"\"name\":\"echo\",\"arguments\":{{\"a\":\"{argument}\"}}", "echo", gateway.Token(who)));

    private static string IssuerOf(TestGateway gateway) =>
        gateway.Entries().First(entry => entry.TryGetProperty("sub", out _)).GetProperty("iss").GetString()!;

    private static Task<ControlReply> AskAsync(TestGateway gateway, string by, AdministrativeAction act) =>
        GatewayAdministration.ControlOf(gateway.Host).HandleAsync(
            act, Peer, gateway.Token(by, gateway.Host.Snapshots.Current.Settings.AdministrationResource));

    private static async Task<(List<JsonElement> Entries, List<KeptRequest> Requests, int Pages)> ExportAsync(
        TestGateway gateway, string by, bool payload)
    {
        List<JsonElement> entries = [];
        List<KeptRequest> requests = [];
        var pages = 0;
        for (string? after = null; pages < 100;)
        {
            var reply = await AskAsync(gateway, by, new ExportPerson(IssuerOf(gateway), Alice, "request 4711", after, payload));
            Assert.True(reply.Ok, reply.Message);
            pages++;
            entries.AddRange(reply.As<LogPage>().Page.Entries);
            requests.AddRange(reply.As<LogPage>().Requests ?? []);
            if ((after = reply.As<LogPage>().Page.Next) is null) break;
        }

        return (entries, requests, pages);
    }

    [Fact]
    public async Task TheExport_HasEveryEntryAboutThePerson_OverAllPages_WithOpenedFactsAndRequests_AndNobodyElses()
    {
        await using var gateway = await WithCallsAsync(15);
        await AskAsync(gateway, "olga", new ReadLog(LogReading.Search, new EntryFilter { Person = Alice }, "an earlier search", false));
        await AskAsync(gateway, "olga", new ReadLog(LogReading.Search, new EntryFilter { Person = Bob }, "of another person", false));
        var before = gateway.Entries().Where(entry => entry.GetRawText().Contains(Alice, StringComparison.Ordinal)).Select(IdAndKind).ToList();
        var (entries, requests, pages) = await ExportAsync(gateway, "paula", payload: true);
        Assert.True(pages > 1);
        Assert.Subset(entries.Select(IdAndKind).ToHashSet(), before.ToHashSet());
        Assert.Equal(31, before.Count); // 15 calls with two entries each, and the search
        Assert.All(entries, entry => Assert.Contains(Alice, entry.GetRawText(), StringComparison.Ordinal));
        Assert.Equal(entries.Count, entries.Select(IdAndKind).Distinct().Count());
        Assert.DoesNotContain(entries, entry => entry.GetRawText().Contains(Bob, StringComparison.Ordinal));
        Assert.Equal(15, requests.Count);
        Assert.All(requests, request => Assert.Contains("argument ", request.Text, StringComparison.Ordinal));
        var notes = gateway.Entries().Where(entry => PersonalFactsTests.Act(entry) == "control.audit.person").ToList();
        Assert.Equal(pages, notes.Count);
        Assert.All(notes, note => Assert.Equal((Alice, "paula", "request 4711", "all"), (note.GetProperty("subject").GetString(), note.GetProperty("by").GetString(),
            note.GetProperty("purpose").GetString(), note.GetProperty("scope").GetString())));
    }

    [Fact]
    public async Task APersonWithTheRightOwn_ExportsTheOwnEntriesOnly()
    {
        await using var gateway = await WithCallsAsync(2);
        var (entries, requests, _) = await ExportAsync(gateway, Alice, payload: false);
        Assert.Equal((4, 0), (entries.Count, requests.Count));
        Assert.All(entries, entry => Assert.Equal(Alice, entry.GetProperty("sub").GetString()));
        var issuer = IssuerOf(gateway);
        foreach (var (by, act, why) in ((string, ExportPerson, string)[])
        [
            (Alice, new ExportPerson(issuer, Bob, "curious", null, false), "own-reading-only"),
            (Alice, new ExportPerson("https://other.example", Alice, "curious", null, false), "own-reading-only"),
            (Alice, new ExportPerson(issuer, Alice, "mine", null, true), "no-payload-right"), ("olga", new ExportPerson(issuer, Alice, "x", null, true), "no-payload-right"),
            ("carol", new ExportPerson(issuer, Alice, "x", null, false), "no-reading-right"), ("olga", new ExportPerson(issuer, Alice, "", null, false), "no-purpose"),
            ("olga", new ExportPerson("", Alice, "x", null, false), "no-person"), ("olga", new ExportPerson(issuer, Alice, "x", "nowhere", false), "filter"),
        ])
        {
            var reply = await AskAsync(gateway, by, act);
            Assert.False(reply.Ok);
            Assert.Null(reply.Value);
            Assert.Equal(why, gateway.Entries().Last(entry => PersonalFactsTests.Act(entry) == "control.audit.person").GetProperty("why").GetString());
        }
    }

    // Threat: the same name at another issuer is another person.
    [Fact]
    public async Task TheSameSubjectOfAnotherIssuer_IsNotInTheExport()
    {
        await using var gateway = await WithCallsAsync(1);
        // The second time the log has the first act, which names the same person.
        for (var time = 0; time < 2; time++)
        {
            var reply = await AskAsync(gateway, "olga", new ExportPerson("https://other.example", Alice, "request 4711", null, false));
            Assert.False(reply.Ok);
            Assert.Null(reply.Value);
            Assert.Contains("no audit entry names this person", reply.Words(), StringComparison.Ordinal);
            Assert.Contains($"It knows {IssuerOf(gateway)}. Compare both", reply.Remedy, StringComparison.Ordinal);
        }

        Assert.Equal("unknown-person", gateway.Entries().Last(entry => PersonalFactsTests.Act(entry) == "control.audit.person").GetProperty("why").GetString());
    }

    // A typo must not look like an erasure: the person is in the log under the right name.
    [Fact]
    public async Task AnErasureOfANameThatTheLogDoesNotKnow_IsNoSuccess_AndNamesTheIssuers()
    {
        await using var gateway = await WithCallsAsync(1);
        var issuer = IssuerOf(gateway);
        var typo = await AskAsync(gateway, "paula", new ErasePerson("https://tpyo.example", Alice, "request 4712"));
        Assert.False(typo.Ok);
        Assert.Equal("no person was erased: the audit log does not know this issuer. No text of an earlier configuration was destroyed", typo.Message);
        Assert.StartsWith("nothing was erased from the audit log", Assert.Single(typo.Faults!), StringComparison.Ordinal);
        Assert.Contains($"the log does not know this issuer. It knows {issuer}.", typo.Remedy, StringComparison.Ordinal);
        // An export with the same typo has made a key of that name, which is no call of the person.
        await AskAsync(gateway, "olga", new ExportPerson("https://tpyo.example", Alice, "request 4711", null, false));
        typo = await AskAsync(gateway, "paula", new ErasePerson("https://tpyo.example", Alice, "request 4712"));
        Assert.False(typo.Ok);
        Assert.Equal(["the audit log names this issuer and subject only where it was asked for them; 1 key of that name destroyed"], typo.Faults);
        var other = await AskAsync(gateway, "paula", new ErasePerson(issuer, "alise", "request 4712"));
        Assert.False(other.Ok);
        Assert.Contains("the log knows the issuer; compare the subject", other.Remedy, StringComparison.Ordinal);
        Assert.Contains(gateway.Entries(), entry => entry.GetRawText().Contains(Alice, StringComparison.Ordinal));
        Assert.True((await AskAsync(gateway, "paula", new ErasePerson(issuer, Alice, "request 4712"))).Ok);
        var again = await AskAsync(gateway, "paula", new ErasePerson(issuer, Alice, "request 4712"));
        Assert.Contains("or the person was erased before", again.Words(), StringComparison.Ordinal);
    }

    // Threat: a misspelt issuer destroys what the log says without an issuer about the person, and the right erasure names no export any more.
    [Fact]
    public async Task AMisspeltIssuer_DestroysNoKeyOfActsWithoutAnIssuer()
    {
        await using var gateway = await WithCallsAsync(1);
        await AskAsync(gateway, "olga", new ReadLog(LogReading.Export, new EntryFilter { Person = Alice }, "for a lawyer", false));
        var typo = await AskAsync(gateway, "paula", new ErasePerson("https://tpyo.example", Alice, "request 4712"));
        Assert.False(typo.Ok);
        Assert.Contains("1 key of acts that name the subject without an issuer stays, because they may be about this subject at another issuer", typo.Faults!);
        var erased = await AskAsync(gateway, "paula", new ErasePerson(IssuerOf(gateway), Alice, "request 4712"));
        Assert.True(erased.Ok, erased.Message);
        Assert.Contains("; 1 export named this person and is not reached (20", erased.Words(), StringComparison.Ordinal);
        Assert.DoesNotContain("stays, because", erased.Words(), StringComparison.Ordinal);
        Assert.DoesNotContain(gateway.Entries(), entry => entry.GetRawText().Contains(Alice, StringComparison.Ordinal));
    }

    // Threat: an act that names only the subject is about the person of the right issuer. It must not make a misspelt one known, whose erasure would
    // then take keys and texts, and whose export would look like an answer.
    [Theory]
    [InlineData(Alice)]
    [InlineData("carol")] // no call at any issuer
    public async Task AnActWithoutAnIssuer_DoesNotMakeAMisspeltIssuerKnown(string subject)
    {
        const string typo = "https://tpyo.example";
        await using var gateway = await WithCallsAsync(1);
        var revoked = await AskAsync(gateway, "carol", new RevokeSubject(subject, "a lost laptop"));
        Assert.True(revoked.Ok, revoked.Message);
        var export = await AskAsync(gateway, "olga", new ExportPerson(typo, subject, "request 4711", null, false));
        Assert.Equal((false, (object?)null), (export.Ok, export.Value));
        Assert.Contains($"the log does not know this issuer. It knows {IssuerOf(gateway)}.", export.Remedy, StringComparison.Ordinal);
        var erasure = await AskAsync(gateway, "paula", new ErasePerson(typo, subject, "request 4712"));
        Assert.False(erasure.Ok);
        Assert.StartsWith("no person was erased: the audit log does not know this issuer", erasure.Message, StringComparison.Ordinal);
        Assert.Contains("of acts that name the subject without an issuer", erasure.Words(), StringComparison.Ordinal);
        Assert.Contains(gateway.Entries(), entry => entry.TryGetProperty("act", out var act) && act.GetString() == "control.session.revoke"
            && entry.GetRawText().Contains(subject, StringComparison.Ordinal));
        var right = await AskAsync(gateway, "paula", new ErasePerson(IssuerOf(gateway), subject, "request 4712"));
        Assert.True(right.Ok, right.Message);
    }

    // A search for the name of an erased person is a new entry with that name. No other issuer has the subject, so it is about that person.
    [Fact]
    public async Task ASearchForAnErasedPerson_IsErasedByTheNextErasure()
    {
        await using var gateway = await WithCallsAsync(1);
        Assert.True((await AskAsync(gateway, "paula", new ErasePerson(IssuerOf(gateway), Alice, "request 4712"))).Ok);
        await AskAsync(gateway, "olga", new ReadLog(LogReading.Search, new EntryFilter { Person = Alice }, "is it gone", false));
        Assert.Contains(gateway.Entries(), entry => entry.GetRawText().Contains(Alice, StringComparison.Ordinal));
        await AskAsync(gateway, "paula", new ErasePerson(IssuerOf(gateway), Alice, "request 4712"));
        Assert.DoesNotContain(gateway.Entries(), entry => entry.GetRawText().Contains(Alice, StringComparison.Ordinal));
    }

    // A search and an export with the misspelt subject name it: they make keys and entries of that name, and nothing of the person.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ASubjectWithATypo_IsUnknown_AfterASearchAndAnExportForIt(bool isExport)
    {
        const string typo = "alise-canary-7391";
        await using var gateway = await WithCallsAsync(1);
        var issuer = IssuerOf(gateway);
        for (var time = 0; time < 2; time++)
        {
            await AskAsync(gateway, "olga", isExport ? new ExportPerson(issuer, typo, "request 4711", null, false)
                : new ReadLog(LogReading.Search, new EntryFilter { Person = typo }, "request 4711", false));
            var export = await AskAsync(gateway, "olga", new ExportPerson(issuer, typo, "request 4711", null, false));
            Assert.Equal((false, (object?)null), (export.Ok, export.Value));
            Assert.Contains("no audit entry names this person, except earlier searches for them", export.Words(), StringComparison.Ordinal);
            Assert.Contains("the log knows the issuer; compare the subject", export.Remedy, StringComparison.Ordinal);
            var erasure = await AskAsync(gateway, "paula", new ErasePerson(issuer, typo, "request 4712"));
            Assert.False(erasure.Ok);
            Assert.Contains("of that name destroyed", Assert.Single(erasure.Faults!), StringComparison.Ordinal);
            Assert.Contains("the log knows the issuer; compare the subject", erasure.Remedy, StringComparison.Ordinal);
        }

        Assert.Contains(gateway.Entries(), entry => entry.GetRawText().Contains(Alice, StringComparison.Ordinal));
    }

    // The export with a misspelt issuer has a key of that name. The erasure with the right one says so, and the one with the wrong one destroys it.
    [Fact]
    public async Task ANameUnderAMisspeltIssuer_IsReportedByTheErasure_AndDestroyedByTheNext()
    {
        const string nope = "https://nope.example";
        await using var gateway = await WithCallsAsync(1);
        var issuer = IssuerOf(gateway);
        Assert.False((await AskAsync(gateway, "olga", new ExportPerson(nope, Alice, "request 4711", null, false))).Ok);
        // Before the right one it may be a typo of it: it destroys the key, and is no erasure of a person.
        var early = await AskAsync(gateway, "olga", new ExportPerson("https://noope.example", Alice, "request 4711", null, false));
        Assert.False(early.Ok);
        Assert.False((await AskAsync(gateway, "paula", new ErasePerson("https://noope.example", Alice, "request 4712"))).Ok);
        var erased = await AskAsync(gateway, "paula", new ErasePerson(issuer, Alice, "request 4712"));
        Assert.True(erased.Ok, erased.Message);
        Assert.Contains($"1 key of this subject stays at 1 issuer for which the log was only asked (\"{nope}\"): if it was a typo", erased.Words(),
            StringComparison.Ordinal);
        Assert.Contains(gateway.Entries(), static entry => entry.GetRawText().Contains(Alice, StringComparison.Ordinal));
        var rest = await AskAsync(gateway, "paula", new ErasePerson(nope, Alice, "request 4712"));
        Assert.True(rest.Ok, rest.Message);
        Assert.StartsWith("the log had no entry of a call or of an act of this issuer and subject", rest.Message, StringComparison.Ordinal);
        Assert.Contains("1 key destroyed", rest.Words(), StringComparison.Ordinal);
        Assert.DoesNotContain(gateway.Entries(), static entry => entry.GetRawText().Contains(Alice, StringComparison.Ordinal));
        Assert.False((await AskAsync(gateway, "paula", new ErasePerson(nope, Alice, "request 4712"))).Ok); // nothing is left
    }

    // An administrator without a call is known by the own acts of reading.
    [Fact]
    public async Task AnAdministratorWithoutACall_IsKnownByTheOwnActs()
    {
        await using var gateway = await WithCallsAsync(1);
        var issuer = IssuerOf(gateway);
        await AskAsync(gateway, "olga", new ReadLog(LogReading.Search, new EntryFilter { Server = "files" }, "a review", false));
        Assert.True((await AskAsync(gateway, "paula", new ExportPerson(issuer, "olga", "request 4711", null, false))).Ok);
        var erased = await AskAsync(gateway, "paula", new ErasePerson(issuer, "olga", "request 4712"));
        Assert.True(erased.Ok, erased.Message);
        Assert.Contains("the log had no call of this person", erased.Words(), StringComparison.Ordinal);
    }

    // paula may erase; only a reader of the whole log sees its issuers.
    [Fact]
    public async Task AnErasureByWhoMayNotReadTheLog_NamesNoIssuer()
    {
        await using var gateway = await TestGateway.StartAsync(settings => WithReaders(settings) is var given ? given with
        {
            Administration = given.Administration! with { Reading = new ReadingSettings { Own = Names("paula"), Erase = Names("paula") } },
        } : settings, rules: [new PolicyRule { Id = "people", Who = Names(Alice), Directions = TestGateway.EveryDirection }]);
        await CallAsync(gateway, Alice, "one");
        gateway.EntriesWithEnded(1);
        var reply = await AskAsync(gateway, "paula", new ErasePerson("https://tpyo.example", Alice, "request 4712"));
        Assert.False(reply.Ok);
        Assert.Equal("compare the issuer and the subject with: gatehouse audit search --purpose TEXT", reply.Remedy);
    }

    // A run that was cut off after the keys is completed by a second one, which is no answer about nothing.
    [Fact]
    public void ASecondRunThatDestroysTexts_IsDone_AndSaysThatTheLogHasNothingElse()
    {
        var unknown = new PersonLookup(false, false) { HasIssuer = true };
        var completing = new PersonErased(0, 0, new EarlierReadings([])) { Configurations = 2, CompletesEarlier = true, Lookup = unknown };
        var reply = ControlReplies.Of([ActionOutcome(completing)], LogRows.Erase);
        Assert.True(reply.Ok);
        Assert.StartsWith("0 keys destroyed", reply.Message, StringComparison.Ordinal);
        Assert.Contains("; the kept texts of 2 earlier configurations that named this subject are destroyed", reply.Words(), StringComparison.Ordinal);
        Assert.EndsWith("; the audit log has nothing else of this issuer and subject, apart from searches for them: " + unknown.Remedy, reply.Words(), StringComparison.Ordinal);
        Assert.False(ControlReplies.Of([ActionOutcome(new PersonErased(3, 0, new EarlierReadings([])) { Lookup = unknown })], LogRows.Erase).Ok);
        // Texts that have the subject as a word are no sign that the log knew the person.
        reply = ControlReplies.Of([ActionOutcome(completing with { CompletesEarlier = false })], LogRows.Erase);
        Assert.Equal((false, "no person was erased: the audit log does not know this subject of this issuer, or the person was erased before"),
            (reply.Ok, reply.Message));
        Assert.Equal("the kept texts of 2 earlier configurations that named this subject are destroyed", reply.Faults![1]);
        Assert.False(ControlReplies.Of([ActionOutcome(new PersonErased(0, 1, new EarlierReadings([])) { Lookup = unknown })], LogRows.Erase).Ok);
    }

    // The entry is the evidence that keys were destroyed, and a second run does not find the exports any more.
    [Fact]
    public async Task AnErasureThatIsNotFinished_IsRecordedAsDone_WithItsCountsAndExports()
    {
        await using var gateway = await WithCallsAsync(1);
        Assert.True((await AskAsync(gateway, "paula", new ExportPerson(IssuerOf(gateway), Alice, "request 4711", null, false))).Ok);
        var inTheWay = Path.Combine(gateway.Host.Core.Services.Configurations.Store.Path, "pending", "in the way");
        Directory.CreateDirectory(inTheWay);
        var reply = await AskAsync(gateway, "paula", new ErasePerson(IssuerOf(gateway), Alice, "request 4712"));
        Assert.False(reply.Ok);
        Assert.StartsWith("the erasure is not finished: kept texts of configurations could not be searched", reply.Message, StringComparison.Ordinal);
        Assert.Contains("1 export named this person", reply.Words(), StringComparison.Ordinal);
        Assert.Contains("run the command again", reply.Remedy, StringComparison.Ordinal);
        var entry = Assert.Single(gateway.Entries(), one => PersonalFactsTests.Act(one) == "control.audit.erase");
        Assert.Equal(("done", UnfinishedErasure.Type), (entry.GetProperty("outcome").GetString(), entry.GetProperty("fault").GetString()));
        Assert.NotEqual("0", entry.GetProperty("keys").GetString());
        Directory.Delete(Path.GetDirectoryName(inTheWay)!, recursive: true);
        Assert.True((await AskAsync(gateway, "paula", new ErasePerson(IssuerOf(gateway), Bob, "request 4713"))).Ok);
        Assert.False(gateway.Host.Core.Services.Configurations.Store.Erasures.HasUnsearched);
    }

    private static ActionOutcome<PersonErased> ActionOutcome(PersonErased erased) => erased;

    [Fact]
    public void TheIssuersOfAHint_AreAtLeastThose() =>
        Assert.Equal("the log does not know this issuer. It knows i0, i1, i2, i3, i4, i5, i6, i7, i8, i9 and at least 90 more. Compare both with: gatehouse audit search --purpose TEXT",
            new PersonLookup(false, false) { Issuers = [.. Enumerable.Range(0, 100).Select(at => $"i{at}")] }.Remedy);

    // Threat: an answer to a request for access or erasure that speaks of the whole log where a part of it is archived.
    [Fact]
    public async Task WhereThePersonsCallsAreArchived_NoAnswerSaysThatThereAreNone()
    {
        await using var gateway = await WithCallsAsync(2);
        var issuer = IssuerOf(gateway);
        for (var call = 0; call < 130; call++) await CallAsync(gateway, Bob, "to fill a bundle");
        gateway.EntriesWithEnded(133);
        await ArchiveBundleAsync(gateway);
        Assert.True((await AskAsync(gateway, "paula", new RebuildLogIndex())).Ok);
        var export = await AskAsync(gateway, "olga", new ExportPerson(issuer, Alice, "request 4711", null, false));
        Assert.False(export.Ok);
        Assert.StartsWith("no audit entry in the folder names this person, except earlier searches for them; entries 0 to 255 of ",
            export.Message, StringComparison.Ordinal);
        // A search for a misspelt name has made a key. The archive may have more of that name.
        await AskAsync(gateway, "olga", new ExportPerson(issuer, "alise", "request 4711", null, false));
        var typo = await AskAsync(gateway, "paula", new ErasePerson(issuer, "alise", "request 4712"));
        Assert.False(typo.Ok);
        Assert.Equal("no person was erased: the entries in the folder of the audit log do not know this issuer and subject", typo.Message);
        Assert.Equal("1 key of this issuer and subject destroyed; the entries in the folder name them only where the log was asked for them", typo.Faults![0]);
        Assert.StartsWith("entries 0 to 255 of ", typo.Faults[1], StringComparison.Ordinal);
        // Keys of calls show that the log knew the person: with them the archived calls are erased too.
        var erased = await AskAsync(gateway, "paula", new ErasePerson(issuer, Alice, "request 4712"));
        Assert.True(erased.Ok, erased.Message);
        // What was erased, then what stays.
        Assert.Matches("^[0-9]+ keys? destroyed, .* and the index deleted: .*; the entries stay without the person: ", erased.Words());
        Assert.Contains("; entries 0 to 255 of ", erased.Words(), StringComparison.Ordinal);
        Assert.DoesNotContain("no call", erased.Words(), StringComparison.Ordinal);
        var again = await AskAsync(gateway, "paula", new ErasePerson(issuer, Alice, "request 4712"));
        Assert.False(again.Ok);
        Assert.StartsWith("nothing was erased from the audit log: its entries in the folder have nothing of this issuer and subject", again.Faults![0], StringComparison.Ordinal);
    }

    // The page of operators says which bundles to move: not the first one, which stays.
    [Fact]
    public async Task WhereBundlesBehindTheFirstAreArchived_EachAnswerNamesTheirEntries()
    {
        await using var gateway = await WithCallsAsync(2);
        for (var call = 0; call < 260; call++) await CallAsync(gateway, Bob, "to fill two bundles");
        gateway.EntriesWithEnded(263);
        await ArchiveBundleAsync(gateway, "001");
        Assert.True((await AskAsync(gateway, "paula", new RebuildLogIndex())).Ok);
        var export = await AskAsync(gateway, "olga", new ExportPerson(IssuerOf(gateway), Alice, "request 4711", null, false));
        Assert.True(export.Ok, export.Message);
        Assert.Contains("entries 256 to 511 of ", export.Message, StringComparison.Ordinal);
        var gaps = await AskAsync(gateway, "olga", new FindLogGaps(new EntryFilter(), "ticket 4711"));
        var absent = Assert.Single(gaps.As<LogGapsFound>().Report.Absent);
        Assert.Equal((256, 511L), (absent.First, absent.Last));
        var typo = await AskAsync(gateway, "paula", new ErasePerson(IssuerOf(gateway), "alise", "request 4712"));
        Assert.Contains(typo.Faults!, fault => fault.StartsWith("entries 256 to 511 of ", StringComparison.Ordinal));
        var erased = await AskAsync(gateway, "paula", new ErasePerson(IssuerOf(gateway), Alice, "request 4712"));
        Assert.Contains("; entries 256 to 511 of ", erased.Words(), StringComparison.Ordinal);
    }

    private static async Task ArchiveBundleAsync(TestGateway gateway, string name = "000")
    {
        await gateway.Host.Core.Services.Audit.PublishAsync(); // entries behind the newest checkpoint are read from the journal
        string? bundle = null;
        await Eventually.TrueAsync(() => (bundle = Directory.EnumerateFiles(gateway.Host.State.Audit, name, SearchOption.AllDirectories)
            .FirstOrDefault(file => file.EndsWith(Path.Join("tile", "entries", name), StringComparison.Ordinal))) is not null, "a full bundle");
        File.Delete(bundle!);
    }

    [Fact]
    public async Task AnErasure_NamesTheExportsThatItDoesNotReach()
    {
        await using var gateway = await WithCallsAsync(15);
        var (_, _, pages) = await ExportAsync(gateway, "paula", payload: true);
        Assert.True(pages > 1);
        await AskAsync(gateway, "olga", new ReadLog(LogReading.Export, new EntryFilter { Person = Alice }, "for a lawyer", false));
        await AskAsync(gateway, "olga", new ReadLog(LogReading.Export, new EntryFilter { Person = Bob }, "of another person", false));
        var reply = await AskAsync(gateway, "paula", new ErasePerson(IssuerOf(gateway), Alice, "request 4712"));
        Assert.True(reply.Ok, reply.Message);
        Assert.Contains("; 2 exports named this person and are not reached (20", reply.Words(), StringComparison.Ordinal);
        Assert.DoesNotContain(gateway.Entries(), entry => entry.GetRawText().Contains(Alice, StringComparison.Ordinal));
    }

    private static (string?, string?) IdAndKind(JsonElement entry) => (entry.GetProperty("id").GetString(), entry.GetProperty("kind").GetString());
}
