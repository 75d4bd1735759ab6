using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>The store in SQLite, and what a test makes of it.</summary>
internal sealed class SqliteUnderTest : StoreUnderTest
{
    private TemporaryStore place = new();

    /// <summary>Puts a faulty store in the place of a good one.</summary>
    public Func<IStore, IStore> Spoil { get; init; } = static store => store;

    public bool ForgetsRows { get; init; }

    public bool HasNoBound { get; init; }

    public override Task<IStore> OpenAsync(int rowLimit, int sessionRowLimit, int credentialRowLimit)
    {
        if (ForgetsRows) place = new();
        return Task.FromResult(Spoil(place.Open(
            Time,
            new() { RowLimit = Bound(rowLimit), SessionRowLimit = Bound(sessionRowLimit), CredentialRowLimit = Bound(credentialRowLimit) })));
    }

    public override ValueTask DisposeAsync()
    {
        place.Delete();
        return ValueTask.CompletedTask;
    }

    private int Bound(int limit) => HasNoBound ? int.MaxValue : limit;
}
