using System.Text;
using Gatehouse.Administration;
using Gatehouse.Audit;
using Gatehouse.Configuration.Texts;
using Gatehouse.Gateway.Configurations;
using Gatehouse.Identity.Partitions;
using Gatehouse.Storage;
using Gatehouse.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Gateway.Tests.Configurations;

/// <summary>No entry about a configuration is lost, and none that may be in the log is believed, however writing it ends (CO-02).</summary>
[Trait("Requirement", "CO-02")]
[Trait("NoRetry", "yes")]
public sealed class UnconfirmedEntryTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gh-unconfirmed-");

    public void Dispose() => folder.Delete(recursive: true);

    // The log says that the entry is not durable. After the end of the process it may be there (GroupCommitLog, JournalRecovery).
    [Fact]
    public async Task AnEntryThatMayBeInTheLog_IsUndone_AndItsRecordStaysUntilThen()
    {
        var isBroken = true;
        var store = Store();
        var journal = new Journal { OnNote = act => Task.FromResult(!isBroken || act is not (EntryActs.Applied or EntryActs.Refused)) };
        var recorder = Recorder(journal, store);
        var second = Texts("second");
        Assert.False(await recorder.RecordAppliedAsync(second, 2, ConfigurationOrigin.Reload, []));
        Assert.NotNull(store.Change.Read());
        Assert.False(await recorder.RecordRefusedAsync(second, 1, 1, ConfigurationOrigin.Reload)); // as the reloader does
        // If the process ends here, the next one finds the record.
        var record = store.Change.Read()!.Facts;
        Assert.Contains((EntryActs.UndoneFact, "yes"), record);
        Assert.Contains(("digest", second.Digest), record);
        Assert.False(await recorder.RecordAppliedAsync(Texts("third"), 2, ConfigurationOrigin.Reload, []));
        Assert.Equal(record, store.Change.Read()!.Facts);
        isBroken = false;
        Assert.True(await recorder.RetryAsync());
        Assert.Null(store.Change.Read());
        var (act, facts) = Assert.Single(journal.Entries);
        Assert.Equal(EntryActs.Refused, act);
        Assert.Contains(("digest", second.Digest), facts);
        Assert.Contains((EntryActs.FaultFact, PendingChange.NotConfirmed), facts);
        Assert.Equal(record.Single(fact => fact.Name == EntryActs.ChangeFact), facts.Single(fact => fact.Name == EntryActs.ChangeFact));
    }

    [Fact]
    public async Task AChangeThatWasNotReported_IsUndoneBeforeTheNextOne()
    {
        var isBroken = true;
        var journal = new Journal { OnNote = act => Task.FromResult(!isBroken || act != EntryActs.Applied) };
        var recorder = Recorder(journal, Store());
        var (second, third) = (Texts("second"), Texts("third"));
        Assert.False(await recorder.RecordAppliedAsync(second, 2, ConfigurationOrigin.Reload, []));
        isBroken = false;
        Assert.True(await recorder.RecordAppliedAsync(third, 2, ConfigurationOrigin.Reload, []));
        Assert.Equal([(EntryActs.Refused, second.Digest), (EntryActs.Applied, third.Digest)],
            journal.Entries.Select(entry => (entry.Act, entry.Facts.Single(fact => fact.Name == "digest").Value)));
    }

    // By whatever fault the log fails, the entry waits.
    [Fact]
    public async Task AnEntryThatTakesAnotherBack_IsNotLost_WhenTheLogFailsByAFaultThatNoPartExpects()
    {
        var isFaulty = true;
        var journal = new Journal
        {
            OnNote = act => isFaulty && act is EntryActs.Refused
                ? throw new InvalidOperationException("a fault for the test") : Task.FromResult(true),
        };
        var recorder = Recorder(journal, Store());
        var (second, third) = (Texts("second"), Texts("third"));
        Assert.True(await recorder.RecordAppliedAsync(second, 2, ConfigurationOrigin.Reload, []));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => recorder.RecordRefusedAsync(second, 1, 1, ConfigurationOrigin.Reload, isUndone: true));
        isFaulty = false;
        Assert.True(await recorder.RecordAppliedAsync(third, 2, ConfigurationOrigin.Reload, []));
        Assert.Equal([(EntryActs.Applied, second.Digest), (EntryActs.Refused, second.Digest), (EntryActs.Applied, third.Digest)],
            journal.Entries.Select(entry => (entry.Act, entry.Facts.Single(fact => fact.Name == "digest").Value)));
    }

    [Fact]
    public async Task AnEntryAboutStepsThatFailed_IsNotLost_WhenTheLogFailsByAFaultThatNoPartExpects()
    {
        var isFaulty = true;
        var journal = new Journal { OnNote = _ => isFaulty ? throw new InvalidOperationException("a fault for the test") : Task.FromResult(true) };
        var recorder = Recorder(journal, Store());
        await Assert.ThrowsAsync<InvalidOperationException>(() => recorder.RecordIncompleteAsync(Texts("second"), 2, ["announcement"]));
        isFaulty = false;
        Assert.True(await recorder.RetryAsync());
        Assert.Equal(EntryActs.Incomplete, Assert.Single(journal.Entries).Act);
    }

    // A watch writes what waits, and removes a record that could not be removed before, while the next change writes its own.
    [Fact]
    public async Task TheWatch_RemovesNoRecordOfAChangeUnderWay()
    {
        var store = Store();
        var journal = new Journal();
        var recorder = Recorder(journal, store);
        // The entry that undoes an earlier change waits for the log.
        journal.OnNote = act => Task.FromResult(act != EntryActs.Refused);
        Assert.True(await recorder.RecordAppliedAsync(Texts("first"), 2, ConfigurationOrigin.Reload, []));
        Assert.False(await recorder.RecordRefusedAsync(Texts("first"), 1, 1, ConfigurationOrigin.Reload, isUndone: true));
        var (watched, changed) = (new HeldEntry(), new HeldEntry());
        journal.OnNote = act => act == EntryActs.Refused ? watched.Write() : changed.Write();
        var watch = recorder.RetryAsync();
        await watched.Reached;
        var change = recorder.RecordAppliedAsync(Texts("second"), 2, ConfigurationOrigin.Reload, []);
        watched.Release();
        Assert.True(await watch);
        await changed.Reached;
        Assert.Contains(("digest", Texts("second").Digest), store.Change.Read()!.Facts);
        Assert.True(await recorder.RetryAsync());
        Assert.Contains(("digest", Texts("second").Digest), store.Change.Read()!.Facts);
        changed.Release();
        Assert.True(await change);
        Assert.True(await recorder.RetryAsync());
        Assert.Contains(("digest", Texts("second").Digest), store.Change.Read()!.Facts);
    }

    // Each of many refusals and retries at the same time is in the log once.
    [Fact]
    public async Task EntriesThatWait_AreWrittenOnce_WhoeverAsks()
    {
        var isBroken = true;
        var journal = new Journal
        {
            OnNote = async _ =>
            {
                await Task.Yield();
                return !isBroken;
            },
        };
        var recorder = Recorder(journal, Store());
        for (var i = 0; i < 30; i++) await recorder.RecordRefusedAsync(null, i, 1, ConfigurationOrigin.Reload);
        isBroken = false;
        journal.Clear();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() =>
            i % 2 == 0 ? recorder.RetryAsync() : recorder.RecordRefusedAsync(null, 1000 + i, 1, ConfigurationOrigin.Reload))));
        Assert.True(await recorder.RetryAsync());
        var faults = journal.Entries.Select(entry => entry.Facts.Single(fact => fact.Name == "faults").Value).ToList();
        Assert.Equal(50, faults.Count);
        Assert.Equal(50, faults.Distinct().Count());
    }

    private static ConfigurationRecorder Recorder(Journal journal, ConfigurationStore store) =>
        new(journal, store, TimeProvider.System, NullLogger.Instance);

    private ConfigurationStore Store() =>
        new(Path.Combine(folder.FullName, "configurations"), KeyRing.CreateInMemory(TimeProvider.System), TimeProvider.System);

    private static ConfigurationTexts Texts(string text) => new([new SnapshotFile(SnapshotPart.Main, "/m", Encoding.UTF8.GetBytes(text))]);

    /// <summary>An entry whose writing waits until it is released.</summary>
    private sealed class HeldEntry
    {
        private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<bool> written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => reached.Task;

        public Task<bool> Write()
        {
            reached.TrySetResult();
            return written.Task;
        }

        public void Release() => written.SetResult(true);
    }

    private sealed class Journal : IAdministrationJournal
    {
        private readonly Lock gate = new();
        private readonly List<(string Act, IReadOnlyList<(string Name, string Value)> Facts)> entries = [];

        public Func<string, Task<bool>> OnNote { get; set; } = static _ => Task.FromResult(true);

        public IReadOnlyList<(string Act, IReadOnlyList<(string Name, string Value)> Facts)> Entries
        {
            get
            {
                lock (gate) return [.. entries];
            }
        }

        public bool IsAvailable => true;

        public void Clear()
        {
            lock (gate) entries.Clear();
        }

        public Task<bool> NoteDurableOfAsync(CallerPartition person, bool isFollowing, string act, params (string Name, string Value)[] facts) =>
            NoteDurableAsync(act, facts);

        public async Task<bool> NoteDurableAsync(string act, params (string Name, string Value)[] facts)
        {
            var isDurable = await OnNote(act);
            if (!isDurable) return false;
            lock (gate) entries.Add((act, facts));
            return true;
        }

        public void NoteRefused(RequestSource who, string act, AuditAttempt? attempt, params (string Name, string Value)[] facts)
        {
            // Not of interest here.
        }

        public void Count(RequestSource who, AuditAttempt attempt)
        {
            // Not of interest here.
        }
    }
}
