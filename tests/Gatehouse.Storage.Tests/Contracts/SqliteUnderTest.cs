using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.Support;
using Gatehouse.Testing.StoreContracts;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>The store of the product, in a folder of its own.</summary>
internal sealed class SqliteUnderTest : StoreUnderTest
{
    private readonly TemporaryFolder folder = new();

    public override Task<IStore> OpenAsync(int rowLimit, int sessionRowLimit, int credentialRowLimit) => Task.FromResult<IStore>(Store.Open(
        folder.File("store.db"), Time,
        new StoreOptions { RowLimit = rowLimit, SessionRowLimit = sessionRowLimit, CredentialRowLimit = credentialRowLimit }));

    public override ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
