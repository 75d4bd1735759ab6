using Gatehouse.Administration;
using Gatehouse.Audit;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Search;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Settings;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>An erasure that fails leaves nothing readable that it says is gone, and nothing that the next one does not find (DP-03).</summary>
[Trait("Requirement", "DP-03")]
[Trait("NoRetry", "yes")]
public sealed class ErasureFaultTests
{
    private const string Alice = "alice-canary-7391";
    private const string Bob = "bob-canary-2846";

    private static async Task<(TestGateway Gateway, EntryOwner Alice)> StartAsync(string? state = null, bool keepState = false)
    {
        var gateway = await PersonalFactsTests.StartAsync(
            settings => state is null ? settings : settings with { StateDirectory = state }, keepState: keepState);
        foreach (var who in (string[])[Alice, Bob])
            await gateway.CallAsync(gateway.Modern("tools/call", $"\"name\":\"echo\",\"arguments\":{{\"a\":\"{who}\"}}", "echo", gateway.Token(who)));
        var issuer = gateway.EntriesWithEnded(2).First(static entry => entry.TryGetProperty("sub", out _)).GetProperty("iss").GetString()!;
        return (gateway, new EntryOwner(issuer, Alice));
    }

    private static Task<ControlReply> EraseAsync(TestGateway gateway, EntryOwner person, string purpose = "request 4711",
        string by = "erik") => PersonalFactsTests.AskAsync(gateway, by, new ErasePerson(person.Issuer, person.Subject, purpose));

    private static Task<ControlReply> ReadAsync(TestGateway gateway, LogReading kind, EntryFilter filter) =>
        PersonalFactsTests.AskAsync(gateway, "olga", new ReadLog(kind, filter with { Limit = 100 }, "a test", false));

    [Theory]
    [InlineData("payload.erased")]
    [InlineData("audit.keys.destroyed")]
    public async Task ErasureThatTheLogEnds_LeavesNoIndex_AndTheNextOneStillKnowsThePerson(string act)
    {
        var (gateway, alice) = await StartAsync();
        await using var disposed = gateway;
        var services = gateway.Host.Core.Services;
        Assert.Equal(2, await PersonalFactsTests.FoundAsync(gateway, Alice)); // makes the index
        var journal = new ControlJournal(new FullLog(services.Audit, act), services.Snapshots, TimeProvider.System);
        using (var erasure = new PersonErasure(services.AuditIndex, services.SubjectKeys, journal, services.KeptConfigurations,
            gateway.Host.State.Audit, TimeProvider.System))
            await Assert.ThrowsAsync<AuditUnavailableException>(() => erasure.EraseAsync(alice, new PersonLookup(true, true)));
        Assert.False(File.Exists(gateway.Host.State.AuditIndex));
        var reply = await EraseAsync(gateway, alice);
        Assert.True(reply.Ok, reply.Message);
        Assert.DoesNotContain(gateway.Entries(), static entry => entry.GetRawText().Contains(Alice, StringComparison.Ordinal));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(gateway.Host.State.Audit, "log-0001", "payloads"), "*", SearchOption.AllDirectories));
    }

    // The list of destroyed keys is written, and the table cannot be: the keys open nothing any more, so the index must not either.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task KeysThatCannotBeTakenOutOfTheirTable_LeaveNoIndex_AndTheOpenQuestionsEnd(bool byErasure)
    {
        var (gateway, alice) = await StartAsync();
        await using var disposed = gateway;
        var (services, state) = (gateway.Host.Core.Services, gateway.Host.State);
        using var keys = SubjectKeys.TryOpen(
            new UnwritableTable(SubjectKeyFile.Open(StoredSubjectKeys.Table(state.Root))), services.Keys, StoredSubjectKeys.List(state.Root))!;
        var file = Path.Combine(state.Root, "another-index.db");
        await using var index = AuditIndex.InFile(file, services.Keys, new LogSource(state.Audit, new EntryOpener(keys)), static _ => { });
        Assert.NotEqual(0, await index.CatchUpAsync(default));
        Assert.True(File.Exists(file));
        List<SubjectOwner> erased = [];
        if (byErasure)
        {
            using var erasure = new PersonErasure(
                index, keys, services.Journal, services.KeptConfigurations, state.Audit, TimeProvider.System);
            erasure.Erased += erased.Add;
            await Assert.ThrowsAsync<StoreException>(() => erasure.EraseAsync(alice, new PersonLookup(true, true)));
            Assert.Equal([new SubjectOwner(alice.Issuer, Alice)], erased);
        }
        else
        {
            // The first run of the watch is its own, by its timer.
            using var watch = new RetentionWatch(keys, index, services.Journal, services.KeptConfigurations,
                static () => new RetentionSettings { Calls = TimeSpan.FromDays(30) },
                new ManualTimeProvider(DateTimeOffset.UtcNow.AddDays(100)), services.Log);
            await watch.DestroyAsync(); // the failure is an entry and an event
        }

        Assert.False(File.Exists(file));
    }

    // Threat: a backup has the table open while a person is erased, and takes the page with the key after the erasure said that it is destroyed.
    [Fact]
    public async Task ErasureWhileAnotherProgramReadsTheKeys_IsUnfinished_AndRetentionOverwritesThem()
    {
        var (gateway, alice) = await StartAsync();
        await using var disposed = gateway;
        var services = gateway.Host.Core.Services;
        using var watch = new RetentionWatch(services.SubjectKeys, services.AuditIndex, services.Journal, services.KeptConfigurations,
            static () => new RetentionSettings(), new ManualTimeProvider(DateTimeOffset.UtcNow), services.Log);
        using (var reader = new SqliteConnection($"Data Source={StoredSubjectKeys.Table(gateway.Host.State.Root)};Pooling=False"))
        {
            reader.Open();
            using var transaction = reader.BeginTransaction(deferred: true);
            using var command = reader.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = "SELECT COUNT(*) FROM subject_keys";
            Assert.NotEqual(0L, command.ExecuteScalar());
            var reply = await EraseAsync(gateway, alice);
            Assert.Contains("the file still has the destroyed keys", reply.Words(), StringComparison.Ordinal);
            Assert.Contains("end that program", reply.Remedy, StringComparison.Ordinal);
            var entry = gateway.Entries().Single(static one => PersonalFactsTests.Act(one) == "control.audit.erase");
            Assert.Equal(("done", "unfinished"), (entry.GetProperty("outcome").GetString(), entry.GetProperty("fault").GetString()));
            await watch.DestroyAsync();
            await watch.DestroyAsync();
            Assert.Equal(1, gateway.Diagnostics.Split('\n').Count(static line => line.Contains("destroyed keys are still in the file", StringComparison.Ordinal)));
        }

        await watch.DestroyAsync();
        Assert.Equal(0, new FileInfo(StoredSubjectKeys.Table(gateway.Host.State.Root) + "-wal").Length);
    }

    // The process ended between the destruction of the keys and that of the index.
    [Fact]
    public async Task IndexOfKeysThatAreDestroyed_IsDeletedAtTheNextStart_BeforeAnyQuestion()
    {
        var (first, alice) = await StartAsync(keepState: true);
        var (root, file) = (first.Host.State.Root, first.Host.State.AuditIndex);
        await using (first)
        {
            Assert.Equal(2, await PersonalFactsTests.FoundAsync(first, Alice));
            var keys = first.Host.Core.Services.SubjectKeys;
            keys.Destroy(keys.PseudonymsOf(new SubjectOwner(alice.Issuer, alice.Subject), withoutIssuer: true));
        }

        Assert.True(File.Exists(file));
        await using var second = await PersonalFactsTests.StartAsync(settings => settings with { StateDirectory = root });
        await Eventually.TrueAsync(() => !File.Exists(file), "the index is deleted");
    }

    [Fact]
    public async Task ErasureWithoutRoomForItsKeys_SaysSo_WithTheRemedy_AndErasesNothing()
    {
        var (gateway, alice) = await StartAsync();
        await using var disposed = gateway;
        await File.WriteAllTextAsync(StoredSubjectKeys.List(gateway.Host.State.Root), $"before 9 {new string('0', 63 << 20)}1\n");
        var reply = await EraseAsync(gateway, alice);
        Assert.False(reply.Ok);
        Assert.Contains("has no room for more keys", reply.Words(), StringComparison.Ordinal);
        Assert.Contains("lines that begin with 'key'", reply.Remedy, StringComparison.Ordinal);
        var entry = gateway.Entries().Single(static one => PersonalFactsTests.Act(one) == "control.audit.erase");
        Assert.Equal(("refused", "not-begun"), (entry.GetProperty("outcome").GetString(), entry.GetProperty("why").GetString()));
        Assert.Equal(2, await PersonalFactsTests.FoundAsync(gateway, Alice));
    }

    // Threat: an erasure that deletes requests and ends calls, then finds no room for a key of the last minute, and says that it erased nothing.
    [Fact]
    public async Task ErasureThatHadRoomWhenItBegan_IsCarriedOutWhole_AlsoForKeysThatThePersonGotSince()
    {
        var (gateway, alice) = await StartAsync();
        await using var disposed = gateway;
        var (services, person) = (gateway.Host.Core.Services, new SubjectOwner(alice.Issuer, Alice));
        var keys = services.SubjectKeys;
        var before = keys.PseudonymsOf(person, withoutIssuer: true);
        var (begin, end) = ("before 9 ", "1\n");
        var room = (27 * before.Count) + 29; // a line a key, and one of the table
        await File.WriteAllTextAsync(StoredSubjectKeys.List(gateway.Host.State.Root),
            begin + new string('0', (63 << 20) - room - begin.Length - end.Length) + end);
        var log = new ActingLog(services.Audit, "audit.keys.destroyed", () => services.EntryProtector.Protect(new AuditEntry
        {
            Kind = AuditEntryKind.Control,
            ExchangeId = "01kaf6",
            At = DateTimeOffset.UtcNow,
            Facts = [new("act", "control.status"), new("byIssuer", alice.Issuer), new("by", Alice)],
        }));
        using (var erasure = new PersonErasure(services.AuditIndex, keys, new ControlJournal(log, services.Snapshots, TimeProvider.System),
            services.KeptConfigurations, gateway.Host.State.Audit, TimeProvider.System))
        {
            var erased = await erasure.EraseAsync(alice, new PersonLookup(true, true));
            Assert.Equal((before.Count + 1, 1), (erased.Keys, erased.Payloads));
            // From now on there is no room for the next one.
            await Assert.ThrowsAsync<DestroyedKeysFullException>(() => erasure.EraseAsync(alice, new PersonLookup(true, true)));
        }

        Assert.Empty(keys.PseudonymsOf(person, withoutIssuer: true));
        Assert.DoesNotContain(gateway.Entries(), static entry => entry.GetRawText().Contains(Alice, StringComparison.Ordinal));
    }

    // Threat: the entry of the refusal names the person, under a key that the erasure of the person does not destroy.
    [Fact]
    public async Task RefusedErasure_KeepsNoPurpose()
    {
        var (gateway, alice) = await StartAsync();
        await using var disposed = gateway;
        Assert.False((await EraseAsync(gateway, alice, $"{Alice} left")).Ok);
        Assert.False((await EraseAsync(gateway, alice, "a purpose of olga", by: "olga")).Ok);
        Assert.True((await EraseAsync(gateway, alice)).Ok);
        var entries = gateway.Entries();
        Assert.Equal(["refused", "refused", "done"], entries.Where(static one => PersonalFactsTests.Act(one) == "control.audit.erase")
            .Select(static one => one.GetProperty("outcome").GetString()));
        Assert.Equal("request 4711", Assert.Single(entries, static one => PersonalFactsTests.Act(one) == "control.audit.erase"
            && one.TryGetProperty("purpose", out _)).GetProperty("purpose").GetString());
        Assert.DoesNotContain(entries, static one => one.GetRawText().Contains(Alice, StringComparison.Ordinal));
    }

    // What the asking program calls its reading says nothing about what it wrote down.
    [Fact]
    public async Task AnswerOfAnErasure_NamesEveryReadingThatMayHaveShownThePerson_AndNoOther()
    {
        var (gateway, alice) = await StartAsync();
        await using var disposed = gateway;
        await ReadAsync(gateway, LogReading.Export, new EntryFilter());
        await ReadAsync(gateway, LogReading.Export, new EntryFilter { Server = "up" });
        await ReadAsync(gateway, LogReading.Export, new EntryFilter { Person = Alice });
        await ReadAsync(gateway, LogReading.Search, new EntryFilter());
        await ReadAsync(gateway, LogReading.Search, new EntryFilter { Person = Alice });
        await ReadAsync(gateway, LogReading.Tail, new EntryFilter());
        await ReadAsync(gateway, LogReading.Export, new EntryFilter { Person = Bob }); // about another person
        await ReadAsync(gateway, LogReading.Export, new EntryFilter { Server = "nothing" }); // without a hit
        await PersonalFactsTests.AskAsync(gateway, "mallory", new ReadLog(LogReading.Export, new EntryFilter(), "a test", false)); // refused
        var reply = await EraseAsync(gateway, alice);
        Assert.True(reply.Ok, reply.Message);
        Assert.Contains("; 1 export named this person and is not reached (20", reply.Words(), StringComparison.Ordinal);
        Assert.Contains("2 exports without a person since 20", reply.Words(), StringComparison.Ordinal);
        Assert.Contains("2 other readings since 20", reply.Words(), StringComparison.Ordinal);
        Assert.Contains("(search 2)", reply.Words(), StringComparison.Ordinal);
    }

    // A log that is full from the first entry of an act on.
    private sealed class FullLog(IAuditLog inner, string act) : IAuditLog
    {
        public bool IsAvailable => inner.IsAvailable;

        public AuditLogStatistics Statistics => inner.Statistics;

        public ValueTask AppendDurableAsync(AuditEntry entry) =>
            entry.Facts.Any(fact => fact.Key == "act" && fact.Value == act) ? throw new AuditUnavailableException("no room") : inner.AppendDurableAsync(entry);

        public bool TryAppend(AuditEntry entry) => inner.TryAppend(entry);

        public ValueTask FlushAsync() => inner.FlushAsync();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    // A log in which something happens directly after the first entry of an act.
    private sealed class ActingLog(IAuditLog inner, string act, Action then) : IAuditLog
    {
        private bool hasActed;

        public bool IsAvailable => inner.IsAvailable;

        public AuditLogStatistics Statistics => inner.Statistics;

        public async ValueTask AppendDurableAsync(AuditEntry entry)
        {
            await inner.AppendDurableAsync(entry);
            if (hasActed || !entry.Facts.Any(fact => fact.Key == "act" && fact.Value == act)) return;
            hasActed = true;
            then();
        }

        public bool TryAppend(AuditEntry entry) => inner.TryAppend(entry);

        public ValueTask FlushAsync() => inner.FlushAsync();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class UnwritableTable(ISubjectKeyStore inner) : ISubjectKeyStore
    {
        public ReadOnlyMemory<byte>? TableKey() => inner.TableKey();

        public void SetTableKey(ReadOnlyMemory<byte> sealedKey) => inner.SetTableKey(sealedKey);

        public SubjectKeyRow? Find(ReadOnlyMemory<byte> id) => inner.Find(id);

        public SubjectKeyRow? FindPseudonym(ReadOnlyMemory<byte> pseudonym) => inner.FindPseudonym(pseudonym);

        public IReadOnlyList<ReadOnlyMemory<byte>> Pseudonyms(ReadOnlyMemory<byte> owner) => inner.Pseudonyms(owner);

        public bool Add(SubjectKeyRow row) => inner.Add(row);

        public int Remove(IReadOnlyCollection<ReadOnlyMemory<byte>> pseudonyms) => throw new StoreException("the volume is full");

        public int RemoveBefore(int @class, int month) => throw new StoreException("the volume is full");

        public bool TryOverwrite() => inner.TryOverwrite();

        public long CountBefore(int @class, int month) => inner.CountBefore(@class, month);

        public long Count() => inner.Count();

        public void Dispose() => inner.Dispose();
    }
}
