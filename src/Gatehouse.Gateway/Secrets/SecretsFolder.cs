using Gatehouse.Files;
using Gatehouse.Outbound;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Secrets;

/// <summary>The sealed secrets of a state folder, for commands beside the gateway. It may run meanwhile.</summary>
public sealed class SecretsFolder : IAsyncDisposable
{
    private readonly IStore store;

    private SecretsFolder(string storePath, IStore store, KeyRing keys, TimeProvider time)
    {
        this.store = store;
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
        var store = Store.Open(StateFiles.Store(path), time);
        try
        {
            _ = StoreAlarm.Of(path, store.IsNew, time); // raises it for a new store beside a log
            return new SecretsFolder(store.Path, store, KeyRing.OpenOrCreate(StateFiles.KeyRing(path), time), time);
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => store.DisposeAsync();

    // A file that root makes in the folder of a service is a file that the service cannot read: it would not start again.
    private static void RequireOwn(string path)
    {
        if (Directory.Exists(path) && PosixFile.UserOf(path) is { } owner && owner != PosixFile.CurrentUser)
            throw new IOException($"the state folder {path} belongs to another account; run the command as the account of the gateway");
    }
}
