using System.Globalization;
using System.Text;
using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Audit;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Search;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Ipc;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>What the log says about a person is sealed under that person's key, and gone with it; the proofs stay.</summary>
[Trait("Requirement", "DP-03")]
[Trait("NoRetry", "yes")]
public sealed class PersonalFactsTests
{
    private const string Alice = "alice-canary-7391";
    private const string Bob = "bob-canary-2846";

    private static readonly PeerAccount Peer = new(7, PeerAccount.OwnUserId());

    private static WhoClause Names(params string[] subjects) => new() { Subjects = new NameSet(subjects) };

    private static GatewaySettings WithErasers(GatewaySettings settings) => settings with
    {
        Audit = settings.Audit with { KeepPayloads = true },
        Administration = new AdministrationSettings
        {
            Who = Names("olga", "erik"),
            Reading = new ReadingSettings { All = Names("olga", "erik"), Payloads = Names("erik"), Erase = Names("erik") },
        },
    };

    private static PolicyRule Everybody => new()
    {
        Id = "all",
        Who = new WhoClause { Subjects = new NameSet([Alice, Bob]), Scopes = new NameSet(["scope-canary-11"]) },
        Directions = TestGateway.EveryDirection,
    };

    internal static Task<TestGateway> StartAsync(Func<GatewaySettings, GatewaySettings>? change = null, bool keepState = false) =>
        TestGateway.StartAsync(settings => (change ?? (static one => one))(WithErasers(settings)), keepState: keepState,
            rules: [Everybody, new PolicyRule { Id = "people", Who = Names(Alice, Bob), Directions = TestGateway.EveryDirection }]);

    internal static async Task CallAsync(TestGateway gateway, string who) => await gateway.CallAsync(
        gateway.Modern("tools/call", $"\"name\":\"echo\",\"arguments\":{{\"a\":\"argument of {who}\"}}", "echo", gateway.Token(who)));

    // To seal is most of what an entry costs. A box of another call would not open.
    [Fact]
    public async Task EntriesOfACall_HaveOneBox_AndEachCallItsOwn()
    {
        await using var gateway = await StartAsync();
        for (var call = 0; call < 2; call++) await CallAsync(gateway, Alice);
        gateway.EntriesWithEnded(2); // an entry follows its answer
        await gateway.Host.Core.Services.Audit.PublishAsync();
        var boxes = AuditLogReader.Read(gateway.Host.State.Audit).Where(static entry => entry.TryGetProperty("method", out _))
            .GroupBy(
                static entry => entry.GetProperty("id").GetString(),
                static entry => Assert.Single(entry.GetProperty("personal").EnumerateArray()).ToString())
            .Select(static call => call.ToList()).ToList();
        Assert.All(boxes, static call => Assert.Equal(2, call.Count));
        var ofCalls = boxes.Select(static call => Assert.Single(call.Distinct())).ToList();
        Assert.Equal(2, ofCalls.Count);
        Assert.Distinct(ofCalls);
    }

    internal static Task<ControlReply> AskAsync(TestGateway gateway, string by, AdministrativeAction act) =>
        GatewayAdministration.ControlOf(gateway.Host).HandleAsync(
            act, Peer, gateway.Token(by, gateway.Host.Snapshots.Current.Settings.AdministrationResource));

    internal static async Task<int> FoundAsync(TestGateway gateway, string person) =>
        (await AskAsync(gateway, "olga", new ReadLog(LogReading.Search, new EntryFilter { Person = person, Limit = 1000 }, "a test", false)))
            .As<LogPage>().Page.Entries.Count(entry => entry.GetProperty("kind").GetString() != "control");

    private static Task<ControlReply> EraseAsync(TestGateway gateway, string person, string by = "erik", string purpose = "request 4711") =>
        AskAsync(gateway, by, new ErasePerson(IssuerOf(gateway, person), person, purpose));

    // The issuer of an earlier process had another port.
    private static string IssuerOf(TestGateway gateway, string person) => gateway.Entries()
        .First(entry => entry.TryGetProperty("sub", out var sub) && sub.GetString() == person).GetProperty("iss").GetString()!;

    // The bytes of every file of a folder. Text in base64 has three forms, by its place.
    internal static IEnumerable<(string File, string Form)> Hits(string folder, params string[] words)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock"))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            foreach (var word in words)
            {
                foreach (var form in Forms(word))
                {
                    if (bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(form)) >= 0) yield return (file, form);
                }
            }
        }
    }

    private static IEnumerable<string> Forms(string word)
    {
        yield return word;
        yield return Convert.ToHexStringLower(Encoding.UTF8.GetBytes(word));
        for (var shift = 0; shift < 3; shift++) yield return Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('x', shift) + word))[4..^4];
    }

    internal static async Task<bool> VerifiesAsync(TestGateway gateway, string outside)
    {
        await gateway.Host.Core.Services.Audit.PublishAsync();
        var log = Path.Combine(gateway.Host.State.Audit, "log-0001");
        var report = AuditLogVerifier.Verify(gateway.Host.State.Audit, new VerificationRequest
        {
            Keys = [.. File.ReadAllLines(Path.Combine(log, "log.vkeys"))
                .Select(line => NoteKey.TryParse(line, out var key, out _) ? key : null).OfType<NoteKey>()],
            Outside = [new OutsideCheckpoint("outside", File.ReadAllBytes(outside))],
        });
        Assert.True(report.Findings.Count == 0, string.Join("\n", report.Findings));
        return report.IsVouched;
    }

    [Fact]
    public async Task NoFactOfAPerson_IsReadableInAnyFile_AndAReaderWithTheKeysHasThemAll()
    {
        await using var gateway = await StartAsync();
        await CallAsync(gateway, Alice);
        await gateway.CallAsync(gateway.Modern("resources/read", "\"uri\":\"file:///uri-canary-55/report?who=query-canary-66\"", null, gateway.Token(Alice)));
        await FoundAsync(gateway, Alice); // makes the index
        var entries = gateway.EntriesWithEnded(2);
        await gateway.Host.Core.Services.Audit.PublishAsync();
        Assert.Contains(entries, entry => entry.TryGetProperty("sub", out var sub) && sub.GetString() == Alice);
        Assert.Contains(entries, entry => entry.TryGetProperty("uri", out var uri) && uri.GetString()!.Contains("uri-canary-55", StringComparison.Ordinal));
        Assert.Empty(Hits(gateway.Host.State.Root, Alice, "uri-canary-55", "query-canary-66", "argument of"));
        // The search finds what is there: a fact in clear.
        Assert.NotEmpty(Hits(gateway.Host.State.Root, "tools/call"));
        Assert.All(AuditLogReader.Read(gateway.Host.State.Audit), entry =>
            Assert.Empty(entry.EnumerateObject().Select(member => member.Name)
                .Intersect(["sub", "client", "uri", "roles", "groups", "scopes", "strengths"])));
    }

    [Fact]
    public async Task ErasedPerson_IsFoundNowhere_OthersAreFoundAsBefore_AndEveryProofStays()
    {
        await using var gateway = await StartAsync();
        foreach (var who in (string[])[Alice, Bob, Alice]) await CallAsync(gateway, who);
        gateway.EntriesWithEnded(3);
        await gateway.Host.Core.Services.Audit.PublishAsync();
        var outside = Path.GetTempFileName();
        File.Copy(Path.Combine(gateway.Host.State.Audit, "log-0001", "checkpoint"), outside, overwrite: true);
        Assert.Equal((4, 2), (await FoundAsync(gateway, Alice), await FoundAsync(gateway, Bob)));
        var reply = await EraseAsync(gateway, Alice);
        Assert.True(reply.Ok, reply.Message);
        var entries = gateway.Entries(); // a search for a name is a new entry with that name
        Assert.Equal((0, 2), (await FoundAsync(gateway, Alice), await FoundAsync(gateway, Bob)));
        Assert.DoesNotContain(entries, entry => entry.GetRawText().Contains(Alice, StringComparison.Ordinal));
        Assert.Equal(4, entries.Count(entry => entry.GetProperty("kind").GetString() != "control" && entry.TryGetProperty("closed", out _)));
        // The log has the number of keys. No entry puts together the pseudonyms of a class or month with those of another.
        Assert.Equal("3", entries.Single(entry => Act(entry) == "audit.keys.destroyed").GetProperty("keys").GetString());
        var closed = entries.Where(entry => entry.TryGetProperty("closed", out _))
            .SelectMany(entry => entry.GetProperty("closed").EnumerateArray().Select(one => one.GetString()!)).ToHashSet();
        Assert.All(AuditLogReader.Read(gateway.Host.State.Audit), entry =>
            Assert.True(closed.Count(one => entry.GetRawText().Contains(one, StringComparison.Ordinal)) <= 1, entry.GetRawText()));
        Assert.Equal(2, entries.Count(entry => Act(entry) == "payload.erased"));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(gateway.Host.State.Audit, "log-0001", "payloads"), "*", SearchOption.AllDirectories));
        Assert.True(await VerifiesAsync(gateway, outside));
    }

    [Fact]
    public async Task APersonWhoReturns_HasNewPseudonyms_AndTheErasedEntriesStayClosed()
    {
        await using var gateway = await StartAsync();
        await CallAsync(gateway, Alice);
        gateway.EntriesWithEnded(1);
        await EraseAsync(gateway, Alice);
        await CallAsync(gateway, Alice);
        var entries = gateway.EntriesWithEnded(2).Where(entry => entry.GetProperty("kind").GetString() == "ended").ToList();
        Assert.False(entries[0].TryGetProperty("sub", out _));
        Assert.Equal(Alice, entries[1].GetProperty("sub").GetString());
        Assert.NotEqual(entries[0].GetProperty("who")[0].GetString(), entries[1].GetProperty("who")[0].GetString());
    }

    // The threat: somebody restores the table of keys from a copy, by mistake or not.
    [Fact]
    public async Task RestoredTableOfKeys_OpensNothingThatWasErased()
    {
        string folder;
        var copy = Directory.CreateTempSubdirectory("gatehouse-copy-").FullName;
        await using (var first = await StartAsync(keepState: true))
        {
            folder = first.Host.State.Root;
            await CallAsync(first, Alice);
            await CallAsync(first, Bob);
            first.EntriesWithEnded(2);
        }

        foreach (var file in Directory.GetFiles(folder, "audit-subject-keys.db*")) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        await using (var second = await StartAsync(settings => settings with { StateDirectory = folder }, keepState: true))
            Assert.True((await EraseAsync(second, Alice)).Ok);
        foreach (var file in Directory.GetFiles(folder, "audit-subject-keys.db*")) File.Delete(file);
        foreach (var file in Directory.GetFiles(copy)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        Assert.DoesNotContain(OpenedLog.Read(Path.Combine(folder, "audit"), TimeProvider.System),
            entry => entry.GetRawText().Contains(Alice, StringComparison.Ordinal));
        await using var third = await StartAsync(settings => settings with { StateDirectory = folder });
        File.Delete(Path.Combine(folder, "audit-destroyed-keys")); // the rows themselves are gone again
        Assert.DoesNotContain(third.Entries(), entry => entry.GetRawText().Contains(Alice, StringComparison.Ordinal));
        Assert.Equal((0, 2), (await FoundAsync(third, Alice), await FoundAsync(third, Bob)));
    }

    // The threat: the table is lost, a person is erased who has no key in the new one, and the old table is found again.
    [Fact]
    public async Task AnEarlierTableOfKeys_IsNotOpened_AfterAnErasureInALaterOne()
    {
        string folder, issuer;
        var copy = Directory.CreateTempSubdirectory("gatehouse-copy-").FullName;
        await using (var first = await StartAsync(keepState: true))
        {
            folder = first.Host.State.Root;
            await CallAsync(first, Alice);
            first.EntriesWithEnded(1);
            issuer = IssuerOf(first, Alice);
        }

        foreach (var file in Directory.GetFiles(folder, "audit-subject-keys.db*")) File.Move(file, Path.Combine(copy, Path.GetFileName(file)));
        await using (var second = await StartAsync(settings => settings with { StateDirectory = folder }, keepState: true))
        {
            // The answer says that nothing was found here. The erasure holds for the other table nevertheless.
            var reply = await AskAsync(second, "erik", new ErasePerson(issuer, Alice, "request 4711"));
            Assert.False(reply.Ok);
            Assert.Contains("copies of the table of keys from before are refused from now on", string.Join(" ", reply.Faults!), StringComparison.Ordinal);
        }

        foreach (var file in Directory.GetFiles(folder, "audit-subject-keys.db*")) File.Delete(file);
        foreach (var file in Directory.GetFiles(copy)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        Assert.Throws<StoreException>(() => OpenedLog.Read(Path.Combine(folder, "audit"), TimeProvider.System).Count());
        var fault = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(settings => settings with { StateDirectory = folder }, keepState: true));
        Assert.Contains("a person was erased last", fault.ToString(), StringComparison.Ordinal);
        // The operator's decision, as the page describes it.
        var list = Path.Combine(folder, "audit-destroyed-keys");
        await File.WriteAllLinesAsync(list, (await File.ReadAllLinesAsync(list)).Where(line => !line.StartsWith("table ", StringComparison.Ordinal)));
        await using var third = await StartAsync(settings => settings with { StateDirectory = folder });
        Assert.True((await EraseAsync(third, Alice)).Ok);
        Assert.DoesNotContain(third.Entries(), entry => entry.GetRawText().Contains(Alice, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Erasure_NeedsItsRight_APurpose_AndAPurposeWithoutTheName()
    {
        await using var gateway = await StartAsync();
        await CallAsync(gateway, Alice);
        gateway.EntriesWithEnded(1);
        foreach (var (by, purpose, remedy) in ((string, string, string)[])
        [
            ("olga", "request 4711", "administration.reading.erase"), ("erik", "", "--purpose"), ("erik", $"because {Alice} asked", "ticket"),
            (Bob, "request 4711", "administration.who"),
        ])
        {
            var reply = await EraseAsync(gateway, Alice, by, purpose);
            Assert.False(reply.Ok);
            Assert.Contains(remedy, reply.Remedy, StringComparison.Ordinal);
        }

        Assert.Equal(2, await FoundAsync(gateway, Alice));
    }

    [Theory]
    [InlineData("1", "request 4711", false)]
    [InlineData("alice", "malice is not named", false)]
    [InlineData("alice", "because Alice asked", true)]
    [InlineData("a.b@example.com", "mail of a.b@example.com", true)]
    public void Purpose_NamesAPerson_AsAWordOfItsOwn(string subject, string purpose, bool isNamed) => Assert.Equal(
        isNamed ? "purpose-names-person" : null, new ErasePerson("https://login.example", subject, purpose).Fault(new AdministrationParts
        {
            Status = null!,
            Lifecycle = null!,
        })?.Why);

    [Fact]
    public async Task Retention_DestroysTheKeysOfWholeMonthsOnly_OfItsClassOnly()
    {
        await using var gateway = await StartAsync();
        await CallAsync(gateway, Alice);
        var month = gateway.EntriesWithEnded(1)[0].GetProperty("at").GetDateTimeOffset();
        var afterMonth = new DateTimeOffset(month.Year, month.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);
        await RetainAsync(gateway, afterMonth.AddDays(29));
        Assert.Equal(Alice, Ended(gateway)[0].GetProperty("sub").GetString());
        Assert.Equal(2, await FoundAsync(gateway, Alice));
        await RetainAsync(gateway, afterMonth.AddDays(30));
        Assert.False(Ended(gateway)[0].TryGetProperty("sub", out _));
        Assert.Equal(0, await FoundAsync(gateway, Alice));
        var retention = gateway.Entries().Single(entry => Act(entry) == "audit.retention");
        Assert.Equal(("calls", $"{afterMonth:yyyy-MM}"), (retention.GetProperty("class").GetString(), retention.GetProperty("until").GetString()));
        // The searches above are acts of administration, of another class: they are readable.
        Assert.Contains(gateway.Entries(), entry => Act(entry) == "control.audit.search" && entry.GetProperty("by").GetString() == "olga");
    }

    // Sign-ins, acts and calls of one person have keys of their own, so that each class can end by itself.
    [Fact]
    public async Task RetentionOfAClass_LeavesTheOtherClasses()
    {
        await using var gateway = await StartAsync();
        await CallAsync(gateway, Alice);
        gateway.EntriesWithEnded(1);
        Assert.Equal(2, await FoundAsync(gateway, Alice)); // an act of olga
        var later = gateway.EntriesWithEnded(1)[0].GetProperty("at").GetDateTimeOffset().AddDays(100);
        await RetainAsync(new RetentionSettings { SignIns = TimeSpan.FromDays(30) });
        Assert.Contains(Searches(), static entry => entry.TryGetProperty("by", out _));
        await RetainAsync(new RetentionSettings { Administration = TimeSpan.FromDays(30) });
        Assert.DoesNotContain(Searches(), static entry => entry.TryGetProperty("by", out _));
        Assert.Equal(Alice, Ended(gateway)[0].GetProperty("sub").GetString());

        IEnumerable<JsonElement> Searches() => gateway.Entries().Where(static entry => Act(entry) == "control.audit.search");

        async Task RetainAsync(RetentionSettings settings)
        {
            var services = gateway.Host.Core.Services;
            using var watch = new RetentionWatch(services.SubjectKeys, services.AuditIndex, services.Journal, services.KeptConfigurations,
                () => settings, new ManualTimeProvider(later), services.Log);
            await watch.DestroyAsync();
        }
    }

    // docs/auditors/event-model.md: an absent fact has no field. A search for a person names no session and no request.
    [Fact]
    public async Task AFactThatAnActDoesNotHave_HasNoField()
    {
        await using var gateway = await StartAsync();
        await FoundAsync(gateway, Alice);
        var entry = gateway.Entries().Single(entry => Act(entry) == "control.audit.search");
        Assert.Equal(Alice, entry.GetProperty("subject").GetString());
        Assert.DoesNotContain(entry.EnumerateObject(), member => member.Value.ValueKind == JsonValueKind.String && member.Value.GetString() == "");
        Assert.False(entry.TryGetProperty("session", out _));
    }

    // The entry is durable first: keys that are gone without it would look like a loss.
    [Fact]
    public async Task WithoutAnEntry_NoKeyIsDestroyed_ByRetentionOrErasure()
    {
        await using var gateway = await StartAsync();
        await CallAsync(gateway, Alice);
        var at = gateway.EntriesWithEnded(1)[0].GetProperty("at").GetDateTimeOffset();
        var services = gateway.Host.Core.Services;
        await using var log = new BrokenLog { Broken = true };
        var journal = new ControlJournal(log, services.Snapshots, TimeProvider.System);
        using (var watch = new RetentionWatch(services.SubjectKeys, services.AuditIndex, journal, services.KeptConfigurations,
            () => new RetentionSettings { Calls = TimeSpan.FromDays(30) }, new ManualTimeProvider(at.AddDays(100)), services.Log))
            await watch.DestroyAsync();
        using (var erasure = new PersonErasure(services.AuditIndex, services.SubjectKeys, journal, services.KeptConfigurations,
            gateway.Host.State.Audit, TimeProvider.System))
            await Assert.ThrowsAsync<AuditUnavailableException>(
                () => erasure.EraseAsync(new EntryOwner(IssuerOf(gateway, Alice), Alice), new PersonLookup(true, true)));
        Assert.Equal(Alice, Ended(gateway)[0].GetProperty("sub").GetString());
    }

    // A folder that cannot be written stays so for days. An entry at each attempt would fill the log with what did not happen.
    [Fact]
    public async Task RetentionThatFails_HasOneEntryForTheFailure_AndOneForTheSuccessAfterIt()
    {
        await using var gateway = await StartAsync();
        await CallAsync(gateway, Alice);
        var at = gateway.EntriesWithEnded(1)[0].GetProperty("at").GetDateTimeOffset();
        var services = gateway.Host.Core.Services;
        var clock = new ManualTimeProvider(new DateTimeOffset(at.Year, at.Month, 15, 0, 0, 0, TimeSpan.Zero).AddMonths(4));
        var life = TimeSpan.FromDays(80); // the month after the call
        using var watch = new RetentionWatch(services.SubjectKeys, services.AuditIndex, services.Journal, services.KeptConfigurations,
            () => new RetentionSettings { Calls = life }, clock, services.Log);
        var list = Path.Combine(gateway.Host.State.Root, "audit-destroyed-keys");
        await watch.DestroyAsync();
        Assert.Single(Retentions());
        await CallAsync(gateway, Alice);
        gateway.EntriesWithEnded(2);
        File.Delete(list);
        Directory.CreateDirectory(list); // cannot be written, for root too
        life = TimeSpan.FromDays(50); // another month, so that the list has to be written
        for (var hour = 0; hour < 3; hour++) await watch.DestroyAsync();
        Assert.Equal([null, null, "failed"], Retentions().Select(static entry => Fact(entry, "outcome")));
        Assert.Equal("calls", Fact(Retentions()[2], "class"));
        Assert.StartsWith("System.UnauthorizedAccessException", Fact(Retentions()[2], "fault"), StringComparison.Ordinal);

        // The keys of the first month are destroyed, and the failure is of a later one: a verifier excuses requests before the first month only.
        Assert.Equal((Fact(Retentions()[0], "until"), Fact(Retentions()[1], "until")), (Fact(Retentions()[2], "destroyed"), Fact(Retentions()[2], "until")));

        // The next month has its own entry ahead of its attempt, so its failure has one too.
        life = TimeSpan.FromDays(20);
        for (var hour = 0; hour < 3; hour++) await watch.DestroyAsync();
        Assert.Equal([null, null, "failed", null, "failed"], Retentions().Select(static entry => Fact(entry, "outcome")));

        Directory.Delete(list);
        await watch.DestroyAsync();
        await watch.DestroyAsync();
        var entries = Retentions();
        Assert.Equal([null, null, "failed", null, "failed", "done"], entries.Select(static entry => Fact(entry, "outcome")));
        Assert.Equal(("calls", Fact(entries[3], "until"), "6"), (Fact(entries[5], "class"), Fact(entries[5], "until"), Fact(entries[5], "count")));
        Assert.False(Ended(gateway)[1].TryGetProperty("sub", out _));
        Assert.Equal((1, 1), (Lines("(class calls) whose time is over cannot be destroyed"), Lines("are destroyed, after 6 attempts that failed")));

        // A reader of the log needs the list as well.
        List<JsonElement> Retentions()
        {
            var isBlocked = Directory.Exists(list);
            if (isBlocked) Directory.Delete(list);
            var found = gateway.Entries().Where(static entry => Act(entry) == "audit.retention").ToList();
            if (isBlocked) Directory.CreateDirectory(list);
            return found;
        }

        int Lines(string text) => gateway.Diagnostics.Split('\n').Count(line => line.Contains(text, StringComparison.Ordinal));

        static string? Fact(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    private static async Task RetainAsync(TestGateway gateway, DateTimeOffset now)
    {
        var services = gateway.Host.Core.Services;
        using var watch = new RetentionWatch(services.SubjectKeys, services.AuditIndex, services.Journal, services.KeptConfigurations,
            () => new RetentionSettings { Calls = TimeSpan.FromDays(30) }, new ManualTimeProvider(now), services.Log);
        await watch.DestroyAsync();
    }

    // A lost table, or a lost ring: proofs stand, and what entries say about persons is gone.
    [Theory]
    [InlineData("audit-subject-keys.db*", false)]
    [InlineData("audit-subject-keys.db*", true)]
    [InlineData("keyring.json", false)]
    [InlineData("keyring.json", true)]
    public async Task LostKeys_LeaveProofs_AndNobodysName(string lost, bool isPersonErasedBefore)
    {
        string folder;
        await using (var first = await StartAsync(keepState: true))
        {
            folder = first.Host.State.Root;
            Assert.DoesNotContain("is not there, although this gateway has written a log", first.Diagnostics, StringComparison.Ordinal); // it never had a table
            await CallAsync(first, Alice);
            first.EntriesWithEnded(1);
            if (isPersonErasedBefore)
            {
                await CallAsync(first, Bob);
                first.EntriesWithEnded(2);
                Assert.True((await EraseAsync(first, Bob)).Ok);
            }
        }

        foreach (var file in Directory.GetFiles(folder, lost)) File.Delete(file);
        await using var second = await StartAsync(settings => settings with { StateDirectory = folder });
        Assert.DoesNotContain(second.Entries(), entry => entry.GetRawText().Contains(Alice, StringComparison.Ordinal));
        await CallAsync(second, Alice);
        var entries = second.EntriesWithEnded(isPersonErasedBefore ? 3 : 2);
        Assert.Equal(Alice, entries.Last(entry => entry.GetProperty("kind").GetString() == "ended").GetProperty("sub").GetString());
        var report = AuditLogVerifier.Verify(second.Host.State.Audit);
        Assert.DoesNotContain(report.Findings, finding => finding.Kind is AuditFindingKind.EntryAltered or AuditFindingKind.RootMismatch);
        const string Missing = "is not there, although this gateway has written a log";
        if (lost != "keyring.json")
        {
            Assert.Contains(Missing, second.Diagnostics, StringComparison.Ordinal);
            Assert.Contains(second.Entries(), entry => entry.TryGetProperty("act", out var act) && act.GetString() == "audit.keys.lost");
            return;
        }

        Assert.DoesNotContain(Missing, second.Diagnostics, StringComparison.Ordinal);
        Assert.Contains("do not open under the key ring", second.Diagnostics, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFiles(folder, "audit-subject-keys.db.2*"));
    }

    // A key that a damaged line named would be opened again; what a process was writing when it ended named none yet.
    [Theory]
    [InlineData("key 0123456789abcdef01234A\n", true)]
    [InlineData("key 0123456789abcdef01234!\n", false)]
    [InlineData("key 0123456789abcdef0123456\n", false)]
    [InlineData("key 0123456789abcdef0\n", true)]
    [InlineData("table 0123456789abcdef01\n", true)]
    [InlineData("table 0123456789abcdef01234!\n", false)]
    [InlineData("before 1 2\nbefore 1 \n", true)]
    [InlineData("before 1 x\n", false)]
    [InlineData("words\n", false)]
    public void AListOfDestroyedKeys_IsReadWhole_OrNot(string text, bool isRead)
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-keys-").FullName;
        var list = Path.Combine(folder, "list");
        File.WriteAllText(list, text);
        var ring = KeyRing.CreateInMemory(TimeProvider.System);
        var open = () => SubjectKeys.TryOpen(SubjectKeyFile.Open(Path.Combine(folder, "keys.db")), ring, list)!.Dispose();
        if (isRead) open();
        else Assert.Contains("line 1", Assert.Throws<IOException>(open).Message, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    // A list that grew beyond what is read would stop the next start.
    [Fact]
    public async Task AListOfDestroyedKeysWithoutRoom_RefusesBeforeAKeyIsDestroyed_AndCanBeRead()
    {
        await using var gateway = await StartAsync();
        await CallAsync(gateway, Alice);
        gateway.EntriesWithEnded(1);
        var (keys, state) = (gateway.Host.Core.Services.SubjectKeys, gateway.Host.State.Root);
        var (list, owner) = (Path.Combine(state, "audit-destroyed-keys"), new SubjectOwner(IssuerOf(gateway, Alice), Alice));
        // One line, so that the test reads no millions of them: a month with zeros before it.
        await File.WriteAllTextAsync(list, $"before 9 {new string('0', 63 << 20)}1\n");
        var pseudonyms = keys.PseudonymsOf(owner, withoutIssuer: true);
        Assert.NotEmpty(pseudonyms);
        Assert.Contains("no room", Assert.ThrowsAny<IOException>(() => keys.Destroy(pseudonyms)).Message, StringComparison.Ordinal);
        // Threat: the log says that keys were destroyed, and the erasure was refused.
        var erasure = gateway.Host.Core.Services.Erasure;
        await Assert.ThrowsAnyAsync<IOException>(() => erasure.EraseAsync(new EntryOwner(owner.Issuer, owner.Subject), new PersonLookup(true, true)));
        Assert.DoesNotContain(gateway.Entries(), static entry =>
            entry.TryGetProperty("act", out var act) && act.GetString() == "audit.keys.destroyed");
        Assert.Equal(pseudonyms, keys.PseudonymsOf(owner, withoutIssuer: true));
        Assert.Equal(Alice, Ended(gateway)[0].GetProperty("sub").GetString());
        keys.Destroy([]); // the line of a table
        Assert.NotEqual(0, keys.DestroyBefore(EntryClass.Calls, SubjectKeys.MonthOf(DateTimeOffset.UtcNow) + 1));
        var table = SubjectKeyFile.OpenToRead(Path.Combine(state, "audit-subject-keys.db"));
        SubjectKeys.TryOpenToRead(table, gateway.Host.Core.Services.Keys, list)!.Dispose();
    }

    // Whoever reads the entry must see that it does not name everything.
    [Theory]
    [InlineData(256, 10, false)]
    [InlineData(257, 10, true)]
    [InlineData(100, 200, true)]
    public async Task FactsBeyondTheBounds_AreLeftOut_AndTheEntrySaysSo(int groups, int length, bool isCut)
    {
        await using var gateway = await StartAsync();
        var entry = new AuditEntry
        {
            Kind = AuditEntryKind.Begun,
            ExchangeId = "id",
            At = DateTimeOffset.UtcNow,
            Issuer = "https://issuer.example",
            Subject = Alice,
            Groups = [.. Enumerable.Range(0, groups).Select(i => i.ToString("D4", CultureInfo.InvariantCulture).PadLeft(length, 'g'))],
        };
        var written = AuditEntryFormat.Bytes(gateway.Host.Core.Services.EntryProtector.Protect(entry), 1);
        Assert.Equal(isCut, JsonDocument.Parse(written.ToArray()).RootElement.TryGetProperty("cut", out _));
    }

    [Fact]
    public async Task ATableThatCannotBeWritten_IsReported_AndOneThatCan_IsNot()
    {
        await using var gateway = await StartAsync();
        await CallAsync(gateway, Alice);
        var services = gateway.Host.Core.Services;
        Assert.Null(new EntryProtector(services.SubjectKeys).Fault());
        var state = gateway.Host.State.Root;
        using var reader = SubjectKeys.TryOpenToRead(
            SubjectKeyFile.OpenToRead(Path.Combine(state, "audit-subject-keys.db")), services.Keys, Path.Combine(state, "audit-destroyed-keys"));
        Assert.StartsWith("what entries say about persons cannot be sealed: ", new EntryProtector(reader!).Fault(), StringComparison.Ordinal);
    }

    private static IReadOnlyList<JsonElement> Ended(TestGateway gateway) =>
        [.. gateway.Entries().Where(entry => entry.GetProperty("kind").GetString() == "ended")];

    internal static string Act(JsonElement entry) => entry.TryGetProperty("act", out var act) ? act.GetString()! : "";
}
