using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing.StoreContracts;
using Gatehouse.Testing.Stores;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>The kit finds implementations that break a promise; one that nothing fails would show nothing.</summary>
public sealed class FaultyStoreTests
{
    private static readonly Dictionary<string, Func<MemoryUnderTest>> Faults = new()
    {
        ["uniqueness"] = () => Spoiled(store => new FaultyStore(store) { Sessions = new FaultySessions(store.Sessions) { ComeTwice = true } }),
        ["ordering"] = () => Spoiled(store => new FaultyStore(store) { Revocations = new UnorderedRevocations(store.Revocations) }),
        ["bound"] = () => new MemoryUnderTest { HasNoBound = true },
        ["expiry"] = () => Spoiled(store => new FaultyStore(store) { Sessions = new FaultySessions(store.Sessions) { NeverExpire = true } }),
        ["text"] = () => Spoiled(store => new FaultyStore(store) { Sessions = new FaultySessions(store.Sessions) { ChangeTexts = true } }),
        ["removal"] = () => Spoiled(store => new FaultyStore(store) { Sessions = new FaultySessions(store.Sessions) { ComeBack = true } }),
        ["claims at once"] = () => Spoiled(store => new FaultyStore(store) { TaskOwners = new LateTaskOwners(store.TaskOwners) }),
        ["lost update"] = () => Spoiled(store => new FaultyStore(store) { Quotas = new ForgetfulQuotas() }),
        ["shortening"] = () => Spoiled(store => new FaultyStore(store) { Revocations = new ShortenedRevocations(store.Revocations) }),
        ["cancellation"] = () => Spoiled(store => new FaultyStore(store) { CommandApprovals = new RestlessCommandApprovals(store.CommandApprovals) }),
        ["durability"] = () => new MemoryUnderTest { ForgetsRows = true },
        ["end"] = () => Spoiled(store => new FaultyStore(store) { StaysOpen = true }),
        ["blind replacement"] = () => Spoiled(store => new FaultyStore(store) { Secrets = new BlindSecrets(store.Secrets) }),
        ["opposite words"] = Contradictory,
        ["room for people"] = Contradictory,
        ["renamed source"] = Contradictory,
    };

    [Theory]
    [InlineData("uniqueness", "sessions: a row that is added again is one row")]
    [InlineData("ordering", "revocations: oldest first")]
    [InlineData("bound", "revocations: a full table refuses, and changes nothing")]
    [InlineData("bound", "sessions: a full table refuses, and changes nothing")]
    [InlineData("bound", "task owners: one caller leaves others their rows")]
    [InlineData("expiry", "sessions: a row whose time is over is not returned")]
    [InlineData("text", "sessions: a text that would not come back the same is refused")]
    [InlineData("removal", "sessions: what was removed is gone for good")]
    [InlineData("removal", "sessions: removing needs no room, and makes some")]
    [InlineData("claims at once", "task owners: of many who claim one task at once one has it")]
    [InlineData("claims at once", "task owners: a task is never given to another owner")]
    [InlineData("lost update", "quotas: of two counts of one day the larger holds")]
    [InlineData("lost update", "quotas: of two days the later holds")]
    [InlineData("lost update", "quotas: a full table refuses, and changes nothing")]
    [InlineData("lost update", "quotas: an awaited write is read, and survives reopening")]
    [InlineData("shortening", "revocations: of two the later and longer counts")]
    [InlineData("cancellation", "commands asked for: a cancelled write is not done")]
    [InlineData("cancellation", "commands approved: a cancelled read ends")]
    [InlineData("durability", "definition approvals: an awaited write is read, and survives reopening")]
    [InlineData("durability", "commands: approval and its end are durable")]
    [InlineData("end", "revocations: a closed store says so, and is closed again")]
    [InlineData("blind replacement", "secrets: a key is replaced only as it was listed")]
    [InlineData("blind replacement", "secrets: of many who replace one key at once one has it")]
    [InlineData("blind replacement", "secrets: one owner has a bound, and what is there needs no place")]
    [InlineData("opposite words", "definition approvals: a word ends the opposite ones")]
    [InlineData("room for people", "definition approvals: what was seen leaves room for people")]
    [InlineData("renamed source", "definition approvals: a source is renamed")]
    public async Task ABrokenPromise_IsFound(string fault, string check)
    {
        await using var under = Faults[fault]();
        await Assert.ThrowsAsync<ContractViolationException>(() => StoreContract.Checks.Single(one => one.Name == check).RunAsync(under));
    }

    private static MemoryUnderTest Spoiled(Func<IStore, IStore> spoil) => new() { Spoil = spoil };

    private static MemoryUnderTest Contradictory() => Spoiled(store => new FaultyStore(store)
    {
        DefinitionApprovals =
            new ContradictoryApprovals(store.DefinitionApprovals,
                new InMemoryStore(new InMemoryStoreData(), TimeProvider.System).DefinitionApprovals),
    });
}
