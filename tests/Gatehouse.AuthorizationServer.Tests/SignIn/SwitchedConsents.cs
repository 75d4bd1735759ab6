using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tests.SignIn;

/// <summary>Consents of a store that can be made to refuse new ones.</summary>
internal sealed class SwitchedConsents(IConsentStore consents) : IConsentStore
{
    public bool IsFull { get; set; }

    /// <summary>True when no consent can be read.</summary>
    public bool IsBroken { get; set; }

    public ValueTask PutAsync(ConsentRow row, int mostOfSubject, CancellationToken cancellation = default) =>
        IsFull ? throw new StoreException("The table is full.") : consents.PutAsync(row, mostOfSubject, cancellation);

    public ValueTask<ConsentRow?> FindAsync(
        string subject, string clientId, string resource, DateTimeOffset now, CancellationToken cancellation = default) =>
        IsBroken ? throw new StoreException("The disk refused.") : consents.FindAsync(subject, clientId, resource, now, cancellation);

    public ValueTask<IReadOnlyList<ConsentRow>> ListAsync(string? subject, int most, DateTimeOffset now, CancellationToken cancellation = default) =>
        consents.ListAsync(subject, most, now, cancellation);

    public ValueTask<bool> RemoveAsync(string subject, string clientId, string resource, CancellationToken cancellation = default) =>
        IsBroken ? throw new StoreException("The disk refused.") : consents.RemoveAsync(subject, clientId, resource, cancellation);
}
