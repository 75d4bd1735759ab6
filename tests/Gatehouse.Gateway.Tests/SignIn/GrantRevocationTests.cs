using Gatehouse.Gateway.Hosting;
using Gatehouse.Identity.Revocations;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.SignIn;

/// <summary>The ends of grants, which people and clients cause, do not take the list from administrators.</summary>
public sealed class GrantRevocationTests
{
    private const string Issuer = "https://gateway.example";

    private readonly ManualTimeProvider clock = new();

    [Fact]
    public async Task EndsOfGrants_LeaveRoomForAdministrators_AndAreForgottenWithTheirTokens()
    {
        var revocations = await PersistentRevocations.LoadAsync(new EndlessRevocations(), clock);
        var ended = 0;
        while (await TryEndAsync(revocations, $"grant-{ended}")) ended++;
        Assert.Equal(InMemoryRevocationList.DefaultCapacity / 10 * 9, ended);
        await revocations.RevokeAsync(RevocationKind.Subject, Issuer, "corp:alice", "laptop stolen");
        Assert.False(await TryEndAsync(revocations, "one-more"));
        Assert.True(await TryEndAsync(revocations, "one-more", isByAdministrator: true));
        Assert.True(await TryEndAsync(revocations, "grant-0"));
        clock.Advance(TimeSpan.FromMinutes(71));
        Assert.True(await TryEndAsync(revocations, "another"));
        await revocations.RevokeAsync(RevocationKind.Subject, Issuer, "corp:bob", "left");
    }

    /// <summary>A store that is never full: the bound is that of the list in memory.</summary>
    private sealed class EndlessRevocations : IRevocationStore
    {
        public ValueTask AddAsync(RevocationRow row, CancellationToken cancellation) => ValueTask.CompletedTask;

        public ValueTask<IReadOnlyList<RevocationRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation) => new([]);
    }

    private static async Task<bool> TryEndAsync(PersistentRevocations revocations, string grant, bool isByAdministrator = false)
    {
        try
        {
            await revocations.RevokeGrantAsync(Issuer, grant, "revoked-by-client", isByAdministrator);
            return true;
        }
        catch (StoreException)
        {
            return false;
        }
    }
}
