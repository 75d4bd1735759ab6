using Gatehouse.Files;
using Gatehouse.Gateway.Stores;
using Gatehouse.Outbound;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Gateway.Secrets;

/// <summary>The sealed secrets of a state folder, for commands beside the gateway. It may run meanwhile.</summary>
public sealed class SecretsFolder : IAsyncDisposable
{
    private readonly IStore store;
    private readonly StoreCommitRecord record;

    private SecretsFolder(string storePath, IStore store, StoreCommitRecord record, KeyRing keys, TimeProvider time)
    {
        (this.store, this.record) = (store, record);
        StorePath = storePath;
        Secrets = new SealedSecrets(store.Secrets, keys, time);
        Vault = new StoredVault(Secrets, keys);
    }

    /// <summary>The file of the store.</summary>
    public string StorePath { get; }

    /// <summary>The secrets.</summary>
    public SealedSecrets Secrets { get; }

    /// <summary>The same, as references name them.</summary>
    public ISecretVault Vault { get; }

    /// <summary>Returns whether a state folder has a store.</summary>
    public static bool Exists(string path) => File.Exists(StateFiles.Store(path));

    /// <summary>Opens the secrets of a state folder. Makes folder, store and key ring where they are missing.</summary>
    /// <exception cref="IOException">The folder cannot be made, is open to other accounts, or belongs to one.</exception>
    /// <exception cref="StoreException">The store cannot be opened.</exception>
    /// <exception cref="KeyRingException">The key ring cannot be read or made.</exception>
    public static async Task<SecretsFolder> OpenAsync(string path, TimeProvider time)
    {
        RequireOwn(path);
        _ = StoreAlarm.Before(path, time);
        var hasLog = StateFiles.HasLog(path);
        var store = Store.Open(StateFiles.Store(path), time);
        StoreCommitRecord? record = null;
        try
        {
            var alarm = StoreAlarm.Of(path, store.IsNew, time);
            var ring = KeyRing.OpenOrCreate(StateFiles.KeyRing(path), time);
            record = new StoreCommitRecord(store, StateFiles.StoreCommits(path), ring, time, NullLogger.Instance);
            Check(alarm, record, hasLog, time);
            return new SecretsFolder(store.Path, store, record, ring, time);
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            if (record is not null) await record.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync().ConfigureAwait(false);
        await record.DisposeAsync().ConfigureAwait(false);
    }

    // Threat: an older copy is put back, and commands write as many commits as it lacks before the gateway starts and compares (IR-01). The alarm
    // waits in its file for the start, which reports it.
    private static void Check(StoreAlarm alarm, StoreCommitRecord record, bool hasLog, TimeProvider time)
    {
        if (alarm.Current is { IsReported: false }) return;
        if (record.Compare(hasLog) is { } difference) alarm.Raise(difference.Kind, time);
        else record.Follow();
    }

    // A file that root makes in the folder of a service is a file that the service cannot read: it would not start again.
    private static void RequireOwn(string path)
    {
        if (Directory.Exists(path) && PosixFile.UserOf(path) is { } owner && owner != PosixFile.CurrentUser)
            throw new IOException($"the state folder {path} belongs to another account; run the command as the account of the gateway");
    }
}
