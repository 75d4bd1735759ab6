using Gatehouse.AuthorizationServer.Signing;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tests.Signing;

/// <summary>Signing keys that the test can lose.</summary>
internal sealed class MemorySigningKeys : ISigningKeyStore
{
    public List<SigningKeyRecord> Keys { get; } = [];

    public bool IsBroken { get; set; }

    public int Reads { get; private set; }

    public ValueTask<IReadOnlyList<SigningKeyRecord>> ListAsync(CancellationToken cancellation)
    {
        Reads++;
        return IsBroken ? throw new StoreException("The disk refused.") : ValueTask.FromResult<IReadOnlyList<SigningKeyRecord>>([.. Keys]);
    }

    public ValueTask AddAsync(SigningKeyRecord key, CancellationToken cancellation)
    {
        Keys.Add(key);
        return ValueTask.CompletedTask;
    }

    public ValueTask RemoveAsync(string id, CancellationToken cancellation)
    {
        Keys.RemoveAll(key => key.Id == id);
        return ValueTask.CompletedTask;
    }
}
