using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Support;

/// <summary>Secrets whose process is killed around a replacement of a key: before it, or after it is on the disk.</summary>
internal sealed class InterruptedSecrets(ISecretStore inner) : ISecretStore
{
    private int replaced;

    /// <summary>The number of replacements that are done before the end.</summary>
    public int DoneBefore { get; init; } = int.MaxValue;

    /// <summary>Called before each replacement, such as by a writer that is faster.</summary>
    public Func<SecretHead, Task> BeforeReplacement { get; init; } = static _ => Task.CompletedTask;

    public ValueTask<bool> PutAsync(SecretRow row, int mostOfOwner, CancellationToken cancellation = default) =>
        inner.PutAsync(row, mostOfOwner, cancellation);

    public async ValueTask<bool> ReplaceKeyAsync(SecretHead head, ReadOnlyMemory<byte> sealedKey, CancellationToken cancellation = default)
    {
        if (replaced >= DoneBefore) throw new KilledException();
        await BeforeReplacement(head).ConfigureAwait(false);
        var isDone = await inner.ReplaceKeyAsync(head, sealedKey, cancellation).ConfigureAwait(false);
        replaced++;
        return isDone;
    }

    public ValueTask<bool> RemoveAsync(string purpose, string owner, string name, CancellationToken cancellation = default) =>
        inner.RemoveAsync(purpose, owner, name, cancellation);

    public ValueTask<SecretRow?> FindAsync(string purpose, string owner, string name, CancellationToken cancellation = default) =>
        inner.FindAsync(purpose, owner, name, cancellation);

    public ValueTask<IReadOnlyList<SecretHead>> ListAsync(CancellationToken cancellation = default) => inner.ListAsync(cancellation);
}
