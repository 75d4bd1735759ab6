using System.Text;
using Gatehouse.Administration;
using Gatehouse.Audit;
using Gatehouse.Configuration;
using Gatehouse.Configuration.Snapshots;
using Gatehouse.Gateway.Configurations;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Gateway.Tests.Configurations;
using Gatehouse.Storage;
using Gatehouse.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Gateway.Tests.Hostile;

/// <summary>Attacks on the history of configurations as evidence.</summary>
public sealed class HostileEvidenceTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gh-hostile-");

    public void Dispose() => folder.Delete(recursive: true);

    // The path of a file is part of the manifest that is kept. It is not part of the text that is searched.
    [Fact]
    public async Task APersonInThePathOfAFile_IsNotFoundInKeptConfigurations_AfterAnErasure()
    {
        await using var gateway = await FiledGateway.StartAsync();
        gateway.WritePolicy("bob");
        await gateway.ReloadAsync();
        var store = gateway.Recorder.Store;
        var old = new ConfigurationTexts([new SnapshotFile(SnapshotPart.Main, "/home/mallory/gatehouse.yaml", Encoding.UTF8.GetBytes("version: 1\n"))]);
        store.Keep(old);
        await gateway.Host.Core.Services.KeptConfigurations.ForgetPersonAsync("mallory");
        var paths = store.Kept().SelectMany(digest => store.Read(digest)!.Files).Select(file => file.Path);
        Assert.DoesNotContain(paths, path => path.Contains("mallory", StringComparison.Ordinal));
    }

    // The note about a change names the administrator, the account and the path.
    [Fact]
    public async Task APersonInALeftNoteAboutAChange_IsNotFound_AfterAnErasure()
    {
        await using var gateway = await FiledGateway.StartAsync();
        gateway.Recorder.Store.BeginChange(new PendingChange([("digest", ""), ("byIssuer", "https://login.example.com"), ("by", "mallory")]));
        await gateway.Host.Core.Services.KeptConfigurations.ForgetPersonAsync("mallory");
        Assert.DoesNotContain(gateway.Recorder.Store.ReadChange()?.Facts ?? [], fact => fact.Value == "mallory");
    }

    // One file that cannot be read (a bad sector, other rights) says nothing about the other configurations.
    [Fact]
    public async Task AFileThatCannotBeRead_KeepsNoOtherConfigurationFromItsErasure()
    {
        await using var gateway = await FiledGateway.StartAsync();
        gateway.WritePolicy("bob");
        await gateway.ReloadAsync();
        var bobs = gateway.Recorder.InForce!.Find(gateway.Policy)!.Digest;
        gateway.WritePolicy("alice");
        await File.AppendAllTextAsync(gateway.Main, "# another\n", TestContext.Current.CancellationToken);
        var alice = await gateway.ReloadAsync();
        gateway.WritePolicy("dora");
        await gateway.ReloadAsync();
        var path = Path.Combine(gateway.Texts, bobs + ".text");
        File.Delete(path);
        Directory.CreateDirectory(path); // unreadable for root too
        try
        {
            await gateway.Host.Core.Services.KeptConfigurations.ForgetPersonAsync("alice");
        }
        catch (AuditUnavailableException)
        {
            // An error is right. The others are to be destroyed nevertheless.
        }

        Assert.False(gateway.Recorder.Store.Has(alice));
    }

    // The log says that the entry is not durable. After the end of the process it may be there all the same (GroupCommitLog, JournalRecovery).
    [Fact]
    public async Task AnEntryThatMayBeInTheLog_IsTakenBackAtTheNextStart()
    {
        var store = Store();
        var journal = new Journal { OnNote = static act => act is EntryActs.Applied or EntryActs.Refused ? Task.FromResult(false) : Task.FromResult(true) };
        var recorder = new ConfigurationRecorder(journal, store, NullLogger.Instance);
        Assert.False(await recorder.NoteAppliedAsync(Texts("second"), 2, ConfigurationOrigin.Reload, []));
        await recorder.NoteRefusedAsync(Texts("second"), 1, 1, ConfigurationOrigin.Reload); // as the reloader does
        // The process ends here. What names the change for the next start?
        Assert.NotNull(store.ReadChange());
    }

    // "Whatever fails, and by whatever fault, has an entry."
    [Fact]
    public async Task AnEntryThatTakesAnotherBack_IsNotLost_WhenTheLogFailsByAFaultThatNobodyExpects()
    {
        var isFaulty = true;
        var journal = new Journal
        {
            OnNote = act => isFaulty && act == EntryActs.Refused ? throw new InvalidOperationException("a fault for the test") : Task.FromResult(true),
        };
        var recorder = new ConfigurationRecorder(journal, Store(), NullLogger.Instance);
        var (second, third) = (Texts("second"), Texts("third"));
        Assert.True(await recorder.NoteAppliedAsync(second, 2, ConfigurationOrigin.Reload, []));
        await Assert.ThrowsAnyAsync<Exception>(() => recorder.NoteRefusedAsync(second, 1, 1, ConfigurationOrigin.Reload, isUndone: true));
        isFaulty = false;
        if (await recorder.NoteAppliedAsync(third, 2, ConfigurationOrigin.Reload, []))
            Assert.Contains(journal.Notes, note => note.Act == EntryActs.Refused && note.Facts.Contains(("digest", second.Digest)));
    }

    // The newest entry of the digest in force is one that was taken back: the asterisk is at a change that never was.
    [Fact]
    public async Task TheMarkOfTheOneInForce_IsNotAtAnEntryThatWasTakenBack()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var first = gateway.InForce;
        Assert.True(await gateway.Recorder.NoteAppliedAsync(gateway.Recorder.InForce!, 2, ConfigurationOrigin.Reload, []));
        Assert.True(await gateway.Recorder.NoteRefusedAsync(gateway.Recorder.InForce!, 1, 1, ConfigurationOrigin.Reload, isUndone: true));
        var views = await gateway.HistoryAsync();
        Assert.Equal(1, views.Single(view => view.IsInForce).Generation);
        Assert.Equal(first, views.Single(view => view.IsInForce).Digest);
    }

    // The note is evidence: where it could not be written, the change goes on. Where it cannot be removed either, the change is refused.
    [Fact]
    public async Task AFolderThatCannotBeWritten_RefusesNoChange()
    {
        await using var gateway = await FiledGateway.StartAsync();
        gateway.WritePolicy("bob");
        var note = Path.Combine(gateway.Texts, "pending");
        Directory.CreateDirectory(note);
        try
        {
            Assert.Empty(await gateway.Host.ReloadAsync());
        }
        finally
        {
            Directory.Delete(note);
        }
    }

    // A watch writes what waits, and removes a note that could not be removed before, while the next change writes its own.
    [Fact]
    public async Task TheWatch_RemovesNoNoteOfAChangeUnderWay()
    {
        var store = Store();
        var journal = new Journal();
        var recorder = new ConfigurationRecorder(journal, store, NullLogger.Instance);
        var lost = 0;
        var note = Path.Combine(folder.FullName, "configurations", "pending");
        for (var i = 0; i < 400; i++)
        {
            // An undone change whose note cannot be removed.
            Assert.True(await recorder.NoteAppliedAsync(Texts($"a{i}"), 2, ConfigurationOrigin.Reload, []));
            File.Delete(note);
            Directory.CreateDirectory(Path.Combine(note, "x"));
            await recorder.NoteRefusedAsync(Texts($"a{i}"), 1, 1, ConfigurationOrigin.Reload, isUndone: true);
            Directory.Delete(note, recursive: true);
            using var start = new Barrier(2);
            var watch = Task.Run(async () =>
            {
                start.SignalAndWait();
                await recorder.RetryAsync();
            }, TestContext.Current.CancellationToken);
            var change = Task.Run(async () =>
            {
                start.SignalAndWait();
                Assert.True(await recorder.NoteAppliedAsync(Texts($"b{i}"), 2, ConfigurationOrigin.Reload, []));
            }, TestContext.Current.CancellationToken);
            await Task.WhenAll(watch, change);
            if (store.ReadChange() is null) lost++;
            await recorder.NoteRefusedAsync(Texts($"b{i}"), 1, 1, ConfigurationOrigin.Reload, isUndone: true);
        }

        Assert.Equal(0, lost);
    }

    // Each of many refusals and retries at once is in the log once.
    [Fact]
    public async Task EntriesThatWait_AreWrittenOnce_WhoeverAsks()
    {
        var isBroken = true;
        var journal = new Journal { OnNote = async _ => { await Task.Yield(); return !isBroken; } };
        var recorder = new ConfigurationRecorder(journal, Store(), NullLogger.Instance);
        for (var i = 0; i < 30; i++) await recorder.NoteRefusedAsync(null, i, 1, ConfigurationOrigin.Reload);
        isBroken = false;
        journal.Clear();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() =>
            i % 2 == 0 ? recorder.RetryAsync() : recorder.NoteRefusedAsync(null, 1000 + i, 1, ConfigurationOrigin.Reload))));
        Assert.True(await recorder.RetryAsync());
        var faults = journal.Notes.Select(note => note.Facts.Single(fact => fact.Name == "faults").Value).ToList();
        Assert.Equal(50, faults.Count);
        Assert.Equal(50, faults.Distinct().Count());
    }

    [Theory]
    [InlineData("jos\\xc3\\xa9", "jos\u00e9")] // bytes, as a program writes them
    [InlineData("jos\\303\\251", "jos\u00e9")] // as git writes paths (core.quotePath)
    [InlineData("jos%C3%A9%FF", "jos\u00e9")] // one byte that is no UTF-8 beside it
    [InlineData("Anna%20%20Schmidt", "Anna Schmidt")]
    [InlineData("?q=Anna+Schmidt", "Anna Schmidt")] // the form of a query
    [InlineData("\\141lice", "alice")]
    public void AName_IsFoundInThisFormToo(string comment, string subject) => Assert.True(NamedPerson.MayBeIn(
        new SnapshotFile(SnapshotPart.Policy, "/policy.yaml", Encoding.UTF8.GetBytes($"version: 1 # {comment}\n")), subject));

    private ConfigurationStore Store() => new(Path.Combine(folder.FullName, "configurations"), KeyRing.CreateInMemory(TimeProvider.System), TimeProvider.System);

    private static ConfigurationTexts Texts(string text) => new([new SnapshotFile(SnapshotPart.Main, "/m", Encoding.UTF8.GetBytes(text))]);

    private sealed class Journal : IAdministrationJournal
    {
        private readonly Lock gate = new();
        private readonly List<(string Act, IReadOnlyList<(string Name, string Value)> Facts)> notes = [];

        public Func<string, Task<bool>> OnNote { get; set; } = static _ => Task.FromResult(true);

        public IReadOnlyList<(string Act, IReadOnlyList<(string Name, string Value)> Facts)> Notes
        {
            get
            {
                lock (gate) return [.. notes];
            }
        }

        public bool IsAvailable => true;

        public void Clear()
        {
            lock (gate) notes.Clear();
        }

        public async Task<bool> NoteDurableAsync(string act, params (string Name, string Value)[] facts)
        {
            var isDurable = await OnNote(act);
            if (!isDurable) return false;
            lock (gate) notes.Add((act, facts));
            return true;
        }

        public void NoteRefused(string who, string act, AuditAttempt? attempt, params (string Name, string Value)[] facts)
        {
        }

        public void Count(string who, AuditAttempt attempt)
        {
        }
    }
}
