using Gatehouse.Administration;
using Gatehouse.Audit;
using Gatehouse.Configuration.Texts;
using Gatehouse.Gateway.Configurations;
using Gatehouse.Gateway.Tests.Local;
using Gatehouse.Identity.Partitions;
using Gatehouse.Ipc;
using Gatehouse.Local;
using Gatehouse.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Gateway.Tests.Configurations;

/// <summary>The configuration of the start is the first in the log and in force, and a start that fails leaves nothing open.</summary>
[Trait("Requirement", "CO-02")]
public sealed class RecordedStartTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gh-started-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task AReloadDuringTheStart_ComesAfterIt_InTheLogAndInForce()
    {
        var journal = new HeldJournal();
        var store = new ConfigurationStore(Path.Combine(folder.FullName, "configurations"), KeyRing.CreateInMemory(TimeProvider.System),
            TimeProvider.System);
        var recorder = new ConfigurationRecorder(journal, store, TimeProvider.System, NullLogger.Instance);
        var (first, second) = (Snapshot("first"), Snapshot("second"));
        recorder.Begin(first);
        var starting = recorder.RecordStartAsync();
        var changing = ChangeAsync(recorder, second);
        var again = recorder.RecordStartAsync();
        // Both calls have run to their first wait. Only the start has written.
        Assert.Equal([first.Digest], journal.Digests);
        Assert.False(again.IsCompleted);
        journal.Hold.SetResult();
        await Task.WhenAll(starting, changing, again).WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal([first.Digest, second.Digest], journal.Digests);
        Assert.Equal(second.Digest, recorder.InForce?.Digest);
        Assert.Equal((second.Digest, first.Digest), (store.Order().InForce, store.Order().Previous));
    }

    // A caller that comes while the log or the disk is slow waits for the entry, and not for a lock.
    [Fact]
    public async Task TheEntryOfTheStart_IsWrittenUnderNoLock()
    {
        using var journal = new BlockingJournal();
        var store = new ConfigurationStore(Path.Combine(folder.FullName, "configurations"), KeyRing.CreateInMemory(TimeProvider.System),
            TimeProvider.System);
        var recorder = new ConfigurationRecorder(journal, store, TimeProvider.System, NullLogger.Instance);
        recorder.Begin(Snapshot("first"));
        var starting = Task.Run(recorder.RecordStartAsync, TestContext.Current.CancellationToken);
        await journal.Asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        var again = await Task.Run(() => (Of: recorder.RecordStartAsync(), 0), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.False(again.Of.IsCompleted);
        journal.Release.Set();
        await Task.WhenAll(starting, again.Of).WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, journal.Entries);
    }

    [Fact]
    public async Task ALocalStartThatFailsAtItsEntry_LeavesNothingOpen_AndTheNextOneStarts()
    {
        var places = LocalHostFixture.NewPlaces(folder.FullName);
        LocalHostFixture.Write(places, "version: 1\n");
        var open = new List<bool>();
        var log = new ObservedLog
        {
            OnDurable = entry =>
            {
                if (ObservedLog.Fact(entry, "act") != EntryActs.Applied) return Task.CompletedTask;
                open.AddRange([File.Exists(places.ControlSocket), File.Exists(places.Socket)]);
                throw new InvalidOperationException("the log failed for the test");
            },
        };
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => LocalHost.StartAsync(new LocalHostOptions
        {
            Places = places,
            Host = new GatewayHostOptions { AuditLog = log },
        }));
        Assert.Equal("the log failed for the test", fault.Message);
        Assert.Equal([true, true], open);
        Assert.False(File.Exists(places.ControlSocket));
        Assert.False(File.Exists(places.Socket));
        Assert.True(log.IsClosed);
        Assert.Single(log.Of("host.stop"));
        await using var host = await LocalHostFixture.StartHostAsync(places);
        Assert.NotNull(host);
    }

    [Fact]
    public async Task ALocalStartWhoseControlSocketCannotBeOpened_LeavesNothingOpen()
    {
        var places = LocalHostFixture.NewPlaces(folder.FullName);
        RuntimePaths.MakePrivate(places.Runtime);
        Directory.CreateDirectory(Path.Combine(places.ControlSocket, "in the way"));
        var log = new ObservedLog();
        await Assert.ThrowsAnyAsync<Exception>(() => LocalHost.StartAsync(new LocalHostOptions
        {
            Places = places,
            Host = new GatewayHostOptions { AuditLog = log },
        }));
        Assert.False(File.Exists(places.Socket));
        Assert.True(log.IsClosed);
        Directory.Delete(places.ControlSocket, recursive: true);
        await using var host = await LocalHostFixture.StartHostAsync(places);
        Assert.NotNull(host);
    }

    private static async Task ChangeAsync(ConfigurationRecorder recorder, ConfigurationTexts next)
    {
        Assert.True(await recorder.RecordAppliedAsync(next, 2, ConfigurationOrigin.Reload, []));
        recorder.KeepOrder(next, recorder.PutInForce(next));
    }

    private static ConfigurationTexts Snapshot(string text) =>
        new([new SnapshotFile(SnapshotPart.Main, "/m", System.Text.Encoding.UTF8.GetBytes(text))]);

    /// <summary>A journal that holds the thread of whoever writes an entry until the test lets it.</summary>
    private sealed class BlockingJournal : IAdministrationJournal, IDisposable
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim Release { get; } = new();

        public int Entries { get; private set; }

        public bool IsAvailable => true;

        public Task<bool> NoteDurableOfAsync(CallerPartition person, bool isFollowing, string act, params (string Name, string Value)[] facts) =>
            NoteDurableAsync(act, facts);

        public Task<bool> NoteDurableAsync(string act, params (string Name, string Value)[] facts)
        {
            Entries++;
            Asked.TrySetResult();
            Release.Wait(TestContext.Current.CancellationToken);
            return Task.FromResult(true);
        }

        public void NoteRefused(RequestSource who, string act, AuditAttempt? attempt, params (string Name, string Value)[] facts)
        {
            // Not of interest here.
        }

        public void Count(RequestSource who, AuditAttempt attempt)
        {
            // Not of interest here.
        }

        public void Dispose() => Release.Dispose();
    }

    /// <summary>A journal that acknowledges no entry before the test lets it.</summary>
    private sealed class HeldJournal : IAdministrationJournal
    {
        public TaskCompletionSource Hold { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<string> Digests { get; } = [];

        public bool IsAvailable => true;

        public Task<bool> NoteDurableOfAsync(CallerPartition person, bool isFollowing, string act, params (string Name, string Value)[] facts) =>
            NoteDurableAsync(act, facts);

        public async Task<bool> NoteDurableAsync(string act, params (string Name, string Value)[] facts)
        {
            Digests.Add(facts[0].Value);
            await Hold.Task;
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
