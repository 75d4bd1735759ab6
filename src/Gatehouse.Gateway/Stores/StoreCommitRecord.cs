using System.Globalization;
using System.Text;
using Gatehouse.Audit.Log;
using Gatehouse.Files;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Stores;

/// <summary>
/// The record of how many commits the store had last, in a file beside it. The threat: an attacker, or an operator by mistake, puts an older copy of
/// the store back. This lifts every containment and revocation since then without an act, and grants that calls have used let calls pass again
/// (IR-01).
/// </summary>
/// <remarks>
/// <para>The store counts its commits in itself. The record is written after them, so it is never ahead of its store: after a crash it is behind by
/// the commits of the last second, and a lower count in the store shows another file.</para>
/// <para>It is sealed under the key ring, and bound to the store. An older copy of both files, and a write into the store, are not noticed.</para>
/// </remarks>
internal sealed class StoreCommitRecord : IAsyncDisposable
{
    /// <summary>The purpose that the record is sealed for.</summary>
    public const string Purpose = "store-commits/v1";

    // One sync for all commits of this time: sessions and counts of quotas are commits too.
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    private const string Version = "1";
    private const int MostBytes = 512;

    private readonly ICountedStore store;
    private readonly string path;
    private readonly KeyRing ring;
    private readonly ITimer timer;
    private readonly Lock gate = new(); // over the file
    private (string Store, long Number)? written;
    private int isDue;
    private bool isFollowing;

    /// <summary>Begins without writing anything.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">The file of the record.</param>
    /// <param name="ring">The key ring.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Receives a fault of the code.</param>
    public StoreCommitRecord(ICountedStore store, string path, KeyRing ring, TimeProvider time, ILogger log)
    {
        (this.store, this.path, this.ring) = (store, path, ring);
        timer = GuardedTimer.Start(time, "record of commits", WriteDue, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan, log);
    }

    /// <summary>Compares the store with the record. Asked for before <see cref="Follow"/>.</summary>
    /// <param name="hasLog">True where a gateway has written a log with this state folder. Before, no record need be there.</param>
    /// <returns>The difference; null where the store is as it was left, and at the first start after the update to a store that counts.</returns>
    public StoreDifference? Compare(bool hasLog)
    {
        var (isThere, recorded) = Read();
        if (recorded is { } last)
        {
            if (last.Store != store.Identity) return new StoreDifference(StoreAlarmKind.Replaced, store.CommitNumber, last.Number);
            return store.CommitNumber < last.Number ? new StoreDifference(StoreAlarmKind.RolledBack, store.CommitNumber, last.Number) : null;
        }

        return hasLog && (isThere || store.WasCounted) ? new StoreDifference(StoreAlarmKind.RecordMissing, store.CommitNumber, null) : null;
    }

    /// <summary>Writes the record, and from now on after each change of the store.</summary>
    public void Follow()
    {
        lock (gate)
        {
            if (isFollowing) return;
            isFollowing = true;
        }

        store.Committed += OnCommitted;
        Write();
    }

    /// <summary>Writes the record a last time. The store is closed before, where it can be.</summary>
    public async ValueTask DisposeAsync()
    {
        store.Committed -= OnCommitted;
        await timer.DisposeAsync().ConfigureAwait(false);
        Write();
    }

    private void OnCommitted()
    {
        if (Interlocked.Exchange(ref isDue, 1) == 0) Schedule();
    }

    private void Schedule()
    {
        try
        {
            timer.Change(Delay, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The end writes it.
        }
    }

    private void WriteDue()
    {
        Volatile.Write(ref isDue, 0); // before the count is read: a commit after that is due again
        Write();
    }

    // A record that cannot be written stays behind the store.
    private void Write()
    {
        lock (gate)
        {
            if (!isFollowing) return;
            var now = (store.Identity, store.CommitNumber);
            if (now == written) return;
            var text = string.Create(CultureInfo.InvariantCulture, $"{Version} {now.Identity} {now.CommitNumber}");
            try
            {
                using var folder = new LogFolder(Path.GetDirectoryName(path)!);
                folder.Put(Path.GetFileName(path), ring.Seal(Purpose, [], Encoding.ASCII.GetBytes(text)), isDurable: true);
                written = now;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Schedule(); // a full disk, for example: otherwise it would stay behind until the next commit
            }
        }
    }

    private (bool IsThere, (string Store, long Number)? Recorded) Read()
    {
        byte[] box;
        try
        {
            box = RegularFile.ReadBytes(path, MostBytes);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return (false, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (true, null);
        }

        if (!ring.TryOpen(Purpose, [], box, out var plain)) return (true, null);
        var words = Encoding.ASCII.GetString(plain).Split(' ');
        return words.Length == 3 && words[0] == Version && long.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (true, (words[1], number)) : (true, null);
    }
}

/// <summary>The difference between a store and the record of its commits.</summary>
/// <param name="Kind">The kind of the difference.</param>
/// <param name="Commits">The commits of the store.</param>
/// <param name="Recorded">The commits that the record has; null where there is none that can be read.</param>
internal sealed record StoreDifference(StoreAlarmKind Kind, long Commits, long? Recorded);
