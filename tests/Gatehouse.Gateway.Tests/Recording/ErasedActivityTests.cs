using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.Administration;
using Gatehouse.Audit;
using Gatehouse.Audit.Privacy;
using Gatehouse.Configuration.Texts;
using Gatehouse.Gateway.Tests.Configuration;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>An erasure ends what the person has in progress, and no entry after it leads from an entry before it to the person (DP-03).</summary>
[Trait("Requirement", "DP-03")]
[Trait("NoRetry", "yes")]
public sealed class ErasedActivityTests
{
    private const string Alice = "alice-canary-7391";
    private const string Bob = "bob-canary-2846";
    private const string Echo = """{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","arguments":{}}}""";

    // The words of the page, with the members of an entry that they are about.
    private static readonly (string Word, string[] Members)[] Staying =
    [
        ("times", ["at", "us"]), ("issuers", ["iss"]), ("servers", ["server"]), ("methods", ["verb", "method", "revision"]), ("tools", ["name"]),
        ("decisions", ["checks", "parts"]), ("statuses", ["status"]), ("sizes", ["bytesIn", "bytesOut", "up", "out"]),
        ("digest of the names that rules ask for", ["asked"]), ("pseudonyms", ["who", "closed"]),
    ];

    // These say which entry it is, and nothing about the call.
    private static readonly string[] Frame = ["v", "seq", "kind", "id", "gen"];

    private static Task<ControlReply> EraseAsync(TestGateway gateway, string person) => PersonalFactsTests.AskAsync(
        gateway, "erik", new ErasePerson(gateway.Host.Development!.TrustedIssuer.Profile.Issuer, person, "request 4711"));

    private static string? Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.ToString() : null;

    private static (string, string)[] In(string session) => [("Mcp-Session-Id", session), ("MCP-Protocol-Version", "2025-11-25")];

    [Fact]
    public async Task CallThatIsOpen_EndsBeforeTheErasure_AndItsLastEntryDoesNotNameThePerson()
    {
        await using var gateway = await PersonalFactsTests.StartAsync();
        var (arrived, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        gateway.Upstream.On("tools/call", async (_, _) =>
        {
            arrived.TrySetResult();
            await release.Task;
        });
        var open = gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\",\"arguments\":{}", "echo", gateway.Token(Alice)));
        await arrived.Task;
        var reply = await EraseAsync(gateway, Alice);
        Assert.True(reply.Ok, reply.Message);
        Assert.Contains("0 sessions and 1 open call or stream of the person ended", reply.Words(), StringComparison.Ordinal);
        Assert.Contains("GH9004", (await open).Body.GetRawText(), StringComparison.Ordinal);
        release.SetResult();
        var entries = gateway.EntriesWithEnded(1);
        var call = entries.Where(entry => Text(entry, "method") == "tools/call").ToList();
        Assert.Equal(["begun", "ended"], call.Select(entry => Text(entry, "kind")));
        Assert.Single(call.Select(entry => Text(entry, "id")).Distinct());
        Assert.All(call, entry => Assert.NotNull(Text(entry, "closed")));
        Assert.DoesNotContain(entries, static entry => entry.GetRawText().Contains(Alice, StringComparison.Ordinal));
        var act = entries.Single(entry => Text(entry, "act") == "control.audit.erase");
        Assert.Equal(("0", "1"), (Text(act, "sessions"), Text(act, "fact.cut")));
        Assert.Equal(0, await PersonalFactsTests.FoundAsync(gateway, Alice));
    }

    [Fact]
    public async Task SessionOfThePerson_Ends_SoThatNoLaterEntryOfItHasTheName()
    {
        await using var gateway = await PersonalFactsTests.StartAsync();
        var (alice, bob) = (await gateway.InitializeAsync(gateway.Token(Alice)), await gateway.InitializeAsync(gateway.Token(Bob)));
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Post(Echo, gateway.Token(Alice), In(alice)))).Status);
        gateway.EntriesWithEnded(3);
        var reply = await EraseAsync(gateway, Alice);
        Assert.Contains("1 session and 0 open calls or streams of the person ended", reply.Words(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.CallAsync(gateway.Post(Echo, gateway.Token(Alice), In(alice)))).Status);
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Post(Echo, gateway.Token(Bob), In(bob)))).Status);
        var again = await gateway.InitializeAsync(gateway.Token(Alice));
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Post(Echo, gateway.Token(Alice), In(again)))).Status);
        var entries = gateway.EntriesWithEnded(7);
        var erased = entries.Where(entry => Text(entry, "closed") is not null).Select(entry => Text(entry, "session")).OfType<string>().ToHashSet();
        Assert.NotEmpty(erased);
        Assert.DoesNotContain(entries, entry => Text(entry, "sub") == Alice && Text(entry, "session") is { } session && erased.Contains(session));
        Assert.Contains(entries, entry => Text(entry, "sub") == Alice && Text(entry, "session") is not null); // the session that began afterwards
    }

    // The entry of a containment of a session has the session. So no later entry with the name has the containment.
    [Fact]
    public async Task ContainedSessionOfThePerson_IsJoinedToTheNameByNoLaterEntry()
    {
        await using var gateway = await PersonalFactsTests.StartAsync();
        var handle = await gateway.InitializeAsync(gateway.Token(Alice));
        var uid = Assert.Single(gateway.Host.Sessions.Entries).Binding.Uid;
        var containment = await new Containment.ContainmentDesk(gateway, "erik").ContainAsync("session", uid);
        gateway.EntriesWithEnded(1);
        await EraseAsync(gateway, Alice);
        var (status, body, _) = await gateway.CallAsync(gateway.Post(Echo, gateway.Token(Alice), In(handle)));
        Assert.Equal((HttpStatusCode.Forbidden, true), (status, body.GetRawText().Contains("GH9010", StringComparison.Ordinal)));
        var later = gateway.EntriesWithEnded(2).Where(static entry => Text(entry, "sub") == Alice).ToList();
        Assert.Contains(later, static entry => Text(entry, "code") == "GH9010");
        Assert.DoesNotContain(later, entry => entry.GetRawText().Contains(uid, StringComparison.Ordinal)
            || entry.GetRawText().Contains(containment, StringComparison.Ordinal));
    }

    [Fact]
    public async Task SessionWhoseClientWasNotSeenSinceTheStart_EndsAsWell()
    {
        string folder;
        await using (var first = await PersonalFactsTests.StartAsync(keepState: true))
        {
            folder = first.Host.State.Root;
            foreach (var who in (string[])[Alice, Alice, Bob]) await first.InitializeAsync(first.Token(who));
            first.EntriesWithEnded(3);
        }

        await using var second = await PersonalFactsTests.StartAsync(settings => settings with { StateDirectory = folder });
        Assert.Equal(3, second.Host.Sessions.Count);
        var issuer = Text(second.Entries().First(entry => Text(entry, "sub") == Alice), "iss")!;
        var reply = await PersonalFactsTests.AskAsync(second, "erik", new ErasePerson(issuer, Alice, "request 4711"));
        Assert.Contains("2 sessions and 0 open calls or streams of the person ended", reply.Words(), StringComparison.Ordinal);
        Assert.Equal(1, second.Host.Sessions.Count);
    }

    // docs/auditors/event-model.md says in which order the entries come.
    [Fact]
    public async Task EntriesOfAnErasure_ComeInTheOrderOfThePage()
    {
        await using var gateway = await PersonalFactsTests.StartAsync();
        await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\",\"arguments\":{}", "echo", gateway.Token(Alice)));
        gateway.EntriesWithEnded(1);
        gateway.Host.Core.Services.Configurations.Store.Keep(new ConfigurationTexts(
            [new SnapshotFile(SnapshotPart.Main, "/etc/gatehouse.yaml", System.Text.Encoding.UTF8.GetBytes($"subjects: [{Alice}]\n"))]));
        Assert.True((await EraseAsync(gateway, Alice)).Ok);
        var page = (await File.ReadAllLinesAsync(Repository.File("docs", "auditors", "event-model.md"), TestContext.Current.CancellationToken))
            .Single(static line => line.Contains("An erasure writes them in this order:", StringComparison.Ordinal));
        var order = page[page.IndexOf("order:", StringComparison.Ordinal)..];
        var named = Regex.Matches(order, "`([a-z.]+)`").Select(static one => one.Groups[1].Value).ToList();
        Assert.Equal(4, named.Count);
        Assert.Equal(named, gateway.Entries().Select(entry => Text(entry, "act")).OfType<string>().Where(named.Contains));
    }

    // docs/operators/audit-search.md says what an entry still shows after the erasure of its caller.
    [Fact]
    public async Task EntryOfACall_ShowsExactlyWhatThePageNames_AfterTheErasureOfItsCaller()
    {
        await using var gateway = await PersonalFactsTests.StartAsync();
        await PersonalFactsTests.CallAsync(gateway, Alice);
        var before = gateway.EntriesWithEnded(1).Last(static entry => Text(entry, "kind") == "ended");
        Assert.Equal((Alice, "tests"), (Text(before, "sub"), Text(before, "client")));
        Assert.True((await EraseAsync(gateway, Alice)).Ok);
        var after = gateway.Entries().Single(entry => Text(entry, "kind") == "ended" && Text(entry, "id") == Text(before, "id"));
        var page = (await File.ReadAllLinesAsync(Repository.File("docs", "operators", "audit-search.md"), TestContext.Current.CancellationToken))
            .Single(static line => line.StartsWith("- **What stays:**", StringComparison.Ordinal));
        Assert.All(Staying, one => Assert.Contains(one.Word, page, StringComparison.Ordinal));
        Assert.Equal(Staying.SelectMany(static one => one.Members).Concat(Frame).Order(StringComparer.Ordinal),
            after.EnumerateObject().Select(static member => member.Name).Order(StringComparer.Ordinal));
        Assert.All(after.EnumerateObject().Where(static member => member.Name != "closed"),
            member => Assert.Equal(Text(before, member.Name), member.Value.ToString()));
    }

    // An exchange that does not end in time: its last entry comes after the destruction.
    [Fact]
    public async Task EntryOfAnExchangeThatBeganBeforeTheErasure_HasTheDestroyedPseudonymAndNothingElse()
    {
        await using var gateway = await PersonalFactsTests.StartAsync();
        var services = gateway.Host.Core.Services;
        var (protector, keys) = (services.EntryProtector, services.SubjectKeys);
        var owner = new SubjectOwner("https://login.example", Alice);
        var shared = new SealedFactsCache(); // with the box of the begun entry in it: nothing of it may come back
        var begun = protector.Protect(Entry(AuditEntryKind.Begun, began: 10));
        keys.Destroy(owner, keys.PseudonymsOf(owner, withoutIssuer: false), moment: 20, new Dictionary<SubjectOwner, long> { [owner] = 10 });
        Assert.Null(protector.PseudonymOf(owner, begun.At, began: 10)); // for the span of the exchange
        foreach (var began in (long[])[10, 20])
        {
            var ended = protector.Protect(Entry(AuditEntryKind.Ended, began));
            Assert.Equal(new SealedFacts(Assert.Single(begun.Personal).Pseudonym, ""), Assert.Single(ended.Personal));
            Assert.Null(ended.Subject ?? ended.ClientId ?? ended.Uri ?? ended.Name);
            Assert.Empty(ended.Roles);
            Assert.DoesNotContain(Alice, System.Text.Encoding.UTF8.GetString(AuditEntryFormat.Bytes(ended, 1)), StringComparison.Ordinal);
        }

        var later = Assert.Single(protector.Protect(Entry(AuditEntryKind.Ended, began: 21)).Personal);
        Assert.NotEqual(Assert.Single(begun.Personal).Pseudonym, later.Pseudonym);
        Assert.NotEqual("", later.Box);
        // The key that the later call made does not name the earlier one either.
        Assert.Equal("", Assert.Single(protector.Protect(Entry(AuditEntryKind.Ended, began: 10)).Personal).Box);

        AuditEntry Entry(AuditEntryKind kind, long began) => new()
        {
            SealedFactsCache = shared,
            Kind = kind,
            ExchangeId = "01kaf6",
            At = new DateTimeOffset(2026, 11, 20, 8, 0, 0, TimeSpan.Zero),
            Began = began,
            Issuer = "https://login.example",
            Subject = Alice,
            ClientId = "client",
            Uri = "file:///report",
            Name = "a name that the caller made up",
            CallerWords = CallerWords.Name,
            Roles = ["role"],
        };
    }

    // The one who acts and the one acted upon have a box each: the erasure of one takes nothing from the other.
    [Theory]
    [InlineData(Alice, Bob)]
    [InlineData(Bob, Alice)]
    public async Task EntryAboutTwoPersonsOfWhomOneWasErased_KeepsTheFactsOfTheOther(string erased, string kept)
    {
        await using var gateway = await PersonalFactsTests.StartAsync();
        var services = gateway.Host.Core.Services;
        var (protector, keys) = (services.EntryProtector, services.SubjectKeys);
        var owner = new SubjectOwner("https://login.example", erased);
        var before = protector.Protect(Entry());
        keys.Destroy(owner, keys.PseudonymsOf(owner, withoutIssuer: false), moment: 20, new Dictionary<SubjectOwner, long> { [owner] = 10 });
        var after = protector.Protect(Entry());
        Assert.Equal(before.Personal.Select(static one => one.Pseudonym), after.Personal.Select(static one => one.Pseudonym));
        Assert.Equal(erased == Alice ? [true, false] : [false, true], after.Personal.Select(static one => one.Box.Length == 0));
        var written = JsonDocument.Parse(AuditEntryFormat.Bytes(after, 1)).RootElement;
        Assert.DoesNotContain(Alice, written.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(Bob, written.GetRawText(), StringComparison.Ordinal);
        var opened = new EntryOpener(keys).Open(written);
        Assert.Equal(kept, kept == Alice ? Text(opened, "sub") : Text(opened, "about"));
        Assert.DoesNotContain(erased, opened.GetRawText(), StringComparison.Ordinal);

        static AuditEntry Entry() => new()
        {
            Kind = AuditEntryKind.Control,
            ExchangeId = "01kaf6",
            At = new DateTimeOffset(2026, 11, 20, 8, 0, 0, TimeSpan.Zero),
            Began = 10,
            Issuer = "https://login.example",
            Subject = Alice,
            Facts = [new("act", "decision.ask"), new("aboutIssuer", "https://login.example"), new("about", Bob)],
        };
    }

    // An erasure matters to the exchanges of its person, and to those whose person is not known yet. The stream of another person keeps its facts.
    [Fact]
    public async Task StreamThatIsOlderThanManyErasuresOfOthers_KeepsItsFacts()
    {
        await using var gateway = await PersonalFactsTests.StartAsync();
        gateway.Upstream.On("GET", async (context, _) =>
        {
            await RecordingUpstream.Events(context, ": open\n\n");
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
        });
        var session = await gateway.InitializeAsync(gateway.Token(Bob));
        var stream = gateway.CallAsync(gateway.Get(gateway.Token(Bob), In(session)));
        await Eventually.TrueAsync(() => gateway.Host.Registry.Streams().Count == 1, "the stream is open");
        var services = gateway.Host.Core.Services;
        for (var i = 0; i < 1_001; i++)
        {
            services.SubjectKeys.Destroy(new SubjectOwner("https://login.example", $"person-{i}"), [],
                TimeProvider.System.GetTimestamp(), services.Erasure.Activity!.InProgress());
        }

        gateway.Host.Registry.EndStreams(static _ => true);
        await stream;
        var ended = gateway.EntriesWithEnded(2).Last(static entry => Text(entry, "kind") == "ended");
        Assert.Equal(Bob, Text(ended, "sub"));
    }

    [Fact]
    public async Task Erasure_IsRememberedWhileAnExchangeThatItConcernsIsInProgress()
    {
        await using var gateway = await PersonalFactsTests.StartAsync();
        var services = gateway.Host.Core.Services;
        var (keys, protector) = (services.SubjectKeys, services.EntryProtector);
        var (alice, bob, at) = (new SubjectOwner("https://login.example", Alice), new SubjectOwner("https://login.example", Bob), DateTimeOffset.UnixEpoch);
        keys.Destroy(alice, [], moment: 20, new Dictionary<SubjectOwner, long> { [alice] = 10 });
        keys.Destroy(bob, [], moment: 30, new Dictionary<SubjectOwner, long> { [alice] = 10 });
        Assert.Null(protector.PseudonymOf(alice, at, began: 10));
        Assert.NotNull(protector.PseudonymOf(bob, at, began: 10)); // no exchange of that person was in progress
        keys.Destroy(bob, [], moment: 40, new Dictionary<SubjectOwner, long> { [SubjectOwner.Unknown] = 15 });
        Assert.Null(protector.PseudonymOf(alice, at, began: 15)); // it may turn out to be one of that person
        Assert.Null(protector.PseudonymOf(bob, at, began: 15));
        keys.Destroy(bob, [], moment: 50, new Dictionary<SubjectOwner, long> { [alice] = 21 });
        Assert.NotNull(protector.PseudonymOf(alice, at, began: 10)); // the exchange from before the erasure has left
    }

    // Bounded: what is not remembered any more counts as erased.
    [Fact]
    public async Task ExchangeThatIsOlderThanTheRememberedErasures_CountsAsOneOfAnErasedPerson()
    {
        await using var gateway = await PersonalFactsTests.StartAsync();
        var services = gateway.Host.Core.Services;
        var slow = Enumerable.Range(1, 1_001).ToDictionary(static i => new SubjectOwner("https://login.example", $"person-{i}"), static _ => 1L);
        for (var i = 1; i <= 1_001; i++)
            services.SubjectKeys.Destroy(new SubjectOwner("https://login.example", $"person-{i}"), [], moment: i, slow);
        var (bob, at) = (new SubjectOwner("https://login.example", Bob), DateTimeOffset.UnixEpoch);
        Assert.Null(services.EntryProtector.PseudonymOf(bob, at, began: 1));
        Assert.NotNull(services.EntryProtector.PseudonymOf(bob, at, began: 2));
    }
}
