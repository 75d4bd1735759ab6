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
        ["spent twice"] = () => Grants(inner => new FaultyGrants(inner) { SpendsTwice = true }),
        ["added anyway"] = () => Grants(inner => new FaultyGrants(inner) { AddsAnyway = true }),
        ["added in parts"] = () => Grants(inner => new FaultyGrants(inner) { AddsInParts = true }),
        ["spent and forgotten"] = () => Grants(inner => new FaultyGrants(inner) { ForgetsSpent = true }),
        ["ended twice"] = () => Grants(inner => new FaultyGrants(inner) { EndsTwice = true }),
        ["outlived"] = () => Grants(inner => new FaultyGrants(inner) { EndsInNameOnly = true }),
        ["no bound of a party"] = () => Grants(inner => new FaultyGrants(inner) { HasNoPartyBound = true }),
        ["the place of others"] = () => Grants(inner => new FaultyGrants(inner) { HasOneParty = true }),
        ["no bound of a subject"] = () => Grants(inner => new FaultyGrants(inner) { HasNoSubjectBound = true }),
        ["common room"] = () => Grants(inner => new FaultyGrants(inner) { HasOneRoom = true }),
        ["restless spend"] = () => Grants(inner => new FaultyGrants(inner) { IsRestless = true }),
        ["any grant"] = () => Grants(inner => new FaultyGrants(inner) { TakesAnyGrant = true }),
        ["always added"] = () => Grants(inner => new FaultyGrants(inner) { SaysAdded = true }),
        ["newest first"] = () => Grants(inner => new FaultyGrants(inner) { IsUnordered = true }),
        ["never over"] = () => Grants(inner => new FaultyGrants(inner) { NeverOver = true }),
        ["changed facts"] = () => Grants(inner => new FaultyGrants(inner) { ChangesFacts = true }),
        ["consents without order or bound"] = () => Spoiled(store => new FaultyStore(store) { Consents = new FaultyConsents(store.Consents) }),
        ["clients without bound"] = () => Clients(inner => new FaultyClients(inner) { HasNoBound = true }),
        ["clients dropped"] = () => Clients(inner => new FaultyClients(inner) { DropsOldest = true }),
        ["clients shortened"] = () => Clients(inner => new FaultyClients(inner) { Shortens = true }),
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
    [InlineData("spent twice", "credentials: of a thousand who spend one at once one has it")]
    [InlineData("spent twice", "credentials: what is not spent adds nothing")]
    [InlineData("added anyway", "credentials: of a thousand who spend one at once one has it")]
    [InlineData("added anyway", "credentials: what is not spent adds nothing")]
    [InlineData("added in parts", "credentials: what a spend adds is there as a whole, or not at all")]
    [InlineData("spent and forgotten", "credentials: a spent one is noticed until its time is over")]
    [InlineData("spent and forgotten", "credentials: a spent one stays when it is to be removed")]
    [InlineData("spent and forgotten", "grants: at its most a subject's oldest ends for a new one")]
    [InlineData("spent and forgotten", "credentials: one party leaves others their room")]
    [InlineData("ended twice", "grants: of many who end one at once one gets it")]
    [InlineData("outlived", "grants: a credential ends with its grant")]
    [InlineData("outlived", "grants: of a spend and an end at once nothing outlives the grant")]
    [InlineData("outlived", "credentials: one needs its grant")]
    [InlineData("no bound of a party", "credentials: at its most a party's own oldest goes, never another's")]
    [InlineData("the place of others", "credentials: at its most a party's own oldest goes, never another's")]
    [InlineData("the place of others", "credentials: one party leaves others their room")]
    [InlineData("no bound of a subject", "grants: at its most a subject's oldest ends for a new one")]
    [InlineData("no bound of a subject", "grants: a full table refuses, and nothing is spent")]
    [InlineData("common room", "credentials: strangers without end leave grants their room")]
    [InlineData("bound", "credentials: strangers without end leave grants their room")]
    [InlineData("bound", "credentials: those of grants have a bound, over a restart")]
    [InlineData("bound", "credentials: one party leaves others their room")]
    [InlineData("bound", "grants: a full table refuses, and nothing is spent")]
    [InlineData("restless spend", "credentials: a cancelled spend is not done")]
    [InlineData("any grant", "credentials: an added one belongs to its own grant")]
    [InlineData("always added", "credentials: a digest is new for its kind")]
    [InlineData("always added", "credentials: one needs its grant")]
    [InlineData("newest first", "grants: oldest first, of a subject or of all")]
    [InlineData("never over", "grants: what is over is as if it had ended")]
    [InlineData("never over", "credentials: a row whose time is over is not returned")]
    [InlineData("changed facts", "credentials: a spend returns what there was")]
    [InlineData("changed facts", "credentials: a digest is new for its kind")]
    [InlineData("durability", "credentials: a spend returns what there was")]
    [InlineData("durability", "clients: a client that is used is kept longer")]
    [InlineData("consents without order or bound", "consents: subject, client and resource distinguish")]
    [InlineData("consents without order or bound", "consents: at its most a subject's own oldest goes, never another's")]
    [InlineData("consents without order or bound", "consents: a full table leaves a subject its own place")]
    [InlineData("consents without order or bound", "consents: what was removed is gone for good")]
    [InlineData("clients without bound", "clients: without room none is registered, and none that was kept is dropped")]
    [InlineData("clients without bound", "clients: of many who register at once no more are kept than the most")]
    [InlineData("clients dropped", "clients: without room none is registered, and none that was kept is dropped")]
    [InlineData("clients shortened", "clients: a client that is used is kept longer")]
    [InlineData("opposite words", "definition approvals: a word ends the opposite ones")]
    [InlineData("room for people", "definition approvals: what was seen leaves room for people")]
    [InlineData("renamed source", "definition approvals: a source is renamed")]
    public async Task ABrokenPromise_IsFound(string fault, string check)
    {
        await using var under = Faults[fault]();
        await Assert.ThrowsAsync<ContractViolationException>(() => StoreContract.Checks.Single(one => one.Name == check).RunAsync(under));
    }

    private static MemoryUnderTest Spoiled(Func<IStore, IStore> spoil) => new() { Spoil = spoil };

    private static MemoryUnderTest Grants(Func<IGrantStore, IGrantStore> spoil) =>
        Spoiled(store => new FaultyStore(store) { Grants = spoil(store.Grants) });

    private static MemoryUnderTest Clients(Func<IClientStore, IClientStore> spoil) =>
        Spoiled(store => new FaultyStore(store) { Clients = spoil(store.Clients) });

    private static MemoryUnderTest Contradictory() => Spoiled(store => new FaultyStore(store)
    {
        DefinitionApprovals =
            new ContradictoryApprovals(store.DefinitionApprovals,
                new InMemoryStore(new InMemoryStoreData(), TimeProvider.System).DefinitionApprovals),
    });
}
