using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>The kit finds implementations that break a promise; one that nothing fails would show nothing.</summary>
public sealed class FaultyStoreTests
{
    private static readonly Dictionary<string, Func<SqliteUnderTest>> Faults = new()
    {
        ["uniqueness"] = () => Spoiled(store => new FaultyStore(store) { Sessions = new FaultySessions(store.Sessions) { ComeTwice = true } }),
        ["ordering"] = () => Spoiled(store => new FaultyStore(store) { Revocations = new UnorderedRevocations(store.Revocations) }),
        ["bound"] = () => new SqliteUnderTest { HasNoBound = true },
        ["expiry"] = () => Spoiled(store => new FaultyStore(store) { Sessions = new FaultySessions(store.Sessions) { NeverExpire = true } }),
        ["text"] = () => Spoiled(store => new FaultyStore(store) { Sessions = new FaultySessions(store.Sessions) { ChangeTexts = true } }),
        ["removal"] = () => Spoiled(store => new FaultyStore(store) { Sessions = new FaultySessions(store.Sessions) { ComeBack = true } }),
        ["claims at once"] = () => Spoiled(store => new FaultyStore(store) { TaskOwners = new LateTaskOwners(store.TaskOwners) }),
        ["lost update"] = () => Spoiled(store => new FaultyStore(store) { Quotas = new ForgetfulQuotas() }),
        ["shortening"] = () => Spoiled(store => new FaultyStore(store) { Revocations = new ShortenedRevocations(store.Revocations) }),
        ["cancellation"] = () => Spoiled(store => new FaultyStore(store) { CommandApprovals = new RestlessCommandApprovals(store.CommandApprovals) }),
        ["durability"] = () => new SqliteUnderTest { ForgetsRows = true },
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
        ["approvals spent twice"] = () => Approvals(inner => new FaultyApprovals(inner) { SpendsTwice = true }),
        ["approvals decided twice"] = () => Approvals(inner => new FaultyApprovals(inner) { DecidesTwice = true }),
        ["one person counted twice"] = () => Approvals(inner => new FaultyApprovals(inner) { CountsTwice = true }),
        ["approvals without bound"] = () => Approvals(inner => new FaultyApprovals(inner) { HasNoBound = true }),
        ["approvals without bound of bytes"] = () => Approvals(inner => new FaultyApprovals(inner) { HasNoBoundOfBytes = true }),
        ["approvals without end"] = () => Approvals(inner => new FaultyApprovals(inner) { HasNoEnd = true }),
        ["approvals expired twice"] = () => Approvals(inner => new FaultyApprovals(inner) { ExpiresTwice = true }),
        ["approvals noted at once"] = () => Approvals(inner => new FaultyApprovals(inner) { NotesAtOnce = true }),
        ["approvals noted in any state"] = () => Approvals(inner => new FaultyApprovals(inner) { NotesAnyState = true }),
        ["approver not erased"] = () => Approvals(inner => new FaultyApprovals(inner) { ErasesNothing = true }),
        ["withdrawals without the act"] = () => Approvals(inner => new FaultyApprovals(inner) { ForgetsActs = true }),
        ["approvals of any kind"] = () => Approvals(inner => new FaultyApprovals(inner) { ListsAnyKind = true }),
        ["one page again and again"] = () => Approvals(inner => new FaultyApprovals(inner) { RepeatsPages = true }),
        ["any digest"] = () => Approvals(inner => new FaultyApprovals(inner) { TakesAnyDigest = true }),
        ["remembered again"] = () => Remembered(inner => new FaultyRememberedApprovals(inner) { ComeBack = true }),
        ["remembered without bound"] = () => Remembered(inner => new FaultyRememberedApprovals(inner) { HasNoBound = true }),
        ["remembered of approvers"] = () => Remembered(inner => new FaultyRememberedApprovals(inner) { ForgetsOfCallersOnly = true }),
        ["delivered twice"] = () => Quarantine(inner => new FaultyQuarantine(inner) { DeliversTwice = true }),
        ["quarantine without bound"] = () => Quarantine(inner => new FaultyQuarantine(inner) { HasNoBound = true }),
        ["contents kept"] = () => Quarantine(inner => new FaultyQuarantine(inner) { KeepsContents = true }),
        ["caller not erased"] = () => Quarantine(inner => new FaultyQuarantine(inner) { ErasesNothing = true }),
        ["results noted at once"] = () => Quarantine(inner => new FaultyQuarantine(inner) { NotesAtOnce = true }),
        ["containment forgotten"] = () => Containments(inner => new FaultyContainments(inner) { EndWhenNoted = true }),
        ["containment gave way"] = () => Containments(inner => new FaultyContainments(inner) { GiveWay = true }),
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
    [InlineData("approvals spent twice", "approvals: of many who spend one grant at once one has it")]
    [InlineData("approvals spent twice", "approvals: of a spend and a withdrawal at once one is done")]
    [InlineData("approvals decided twice", "answers: of many at once one decides")]
    [InlineData("one person counted twice", "answers: four eyes are two people")]
    [InlineData("approvals without bound", "approvals: open ones have a bound of a party and of all")]
    [InlineData("approvals without bound", "approvals: of many who ask at once no more are open than the most")]
    [InlineData("approvals without end", "approvals: at its very tick a question is over")]
    [InlineData("approvals expired twice", "approvals: what is over expires once")]
    [InlineData("approvals noted at once", "approvals: what is not noted is found again, over a restart")]
    [InlineData("approvals noted at once", "answers: what is not noted is found again, over a restart")]
    [InlineData("approvals noted in any state", "approvals: each change needs an entry of its own")]
    [InlineData("approver not erased", "approvals: what was sealed about an erased person is gone")]
    [InlineData("any digest", "approvals: an open or granted one keeps its digest")]
    [InlineData("durability", "approvals: what is not noted is found again, over a restart")]
    [InlineData("durability", "containments: it holds until it is released, over a restart")]
    [InlineData("durability", "quarantine: a result comes back as it went in")]
    [InlineData("bound", "answers: a full table decides nothing")]
    [InlineData("remembered again", "remembered approvals: of many who forget one at once one does")]
    [InlineData("remembered without bound", "remembered approvals: kept ones have a bound of a party and of all")]
    [InlineData("remembered of approvers", "remembered approvals: all of a party and of a person are forgotten")]
    [InlineData("remembered of approvers", "remembered approvals: what was sealed about an erased person is gone")]
    [InlineData("delivered twice", "quarantine: of many calls that take one result one gets it")]
    [InlineData("quarantine without bound", "quarantine: results have a bound of all, of a party and of a server")]
    [InlineData("quarantine without bound", "quarantine: bytes have a bound of all, of a party and of a server")]
    [InlineData("contents kept", "quarantine: what is over expires once, and its content is gone")]
    [InlineData("contents kept", "quarantine: a deleted content is gone")]
    [InlineData("caller not erased", "quarantine: what was sealed about an erased person is gone")]
    [InlineData("results noted at once", "quarantine: what is not noted is found again, and is not deleted")]
    [InlineData("containment forgotten", "containments: it holds until it is released, over a restart")]
    [InlineData("containment gave way", "containments: those in force have a bound, and none goes for another")]
    [InlineData("opposite words", "definition approvals: a word ends the opposite ones")]
    [InlineData("room for people", "definition approvals: what was seen leaves room for people")]
    [InlineData("renamed source", "definition approvals: a source is renamed")]
    public async Task ABrokenPromise_IsFound(string fault, string check)
    {
        await using var under = Faults[fault]();
        await Assert.ThrowsAsync<ContractViolationException>(() => StoreContract.Checks.Single(one => one.Name == check).RunAsync(under));
    }

    private static SqliteUnderTest Spoiled(Func<IStore, IStore> spoil) => new() { Spoil = spoil };

    private static SqliteUnderTest Grants(Func<IGrantStore, IGrantStore> spoil) =>
        Spoiled(store => new FaultyStore(store) { Grants = spoil(store.Grants) });

    private static SqliteUnderTest Clients(Func<IClientStore, IClientStore> spoil) =>
        Spoiled(store => new FaultyStore(store) { Clients = spoil(store.Clients) });

    private static SqliteUnderTest Approvals(Func<IApprovalStore, IApprovalStore> spoil) =>
        Spoiled(store => new FaultyStore(store) { Approvals = spoil(store.Approvals) });

    private static SqliteUnderTest Remembered(Func<IRememberedApprovalStore, IRememberedApprovalStore> spoil) =>
        Spoiled(store => new FaultyStore(store) { RememberedApprovals = spoil(store.RememberedApprovals) });

    private static SqliteUnderTest Quarantine(Func<IQuarantineStore, IQuarantineStore> spoil) =>
        Spoiled(store => new FaultyStore(store) { Quarantine = spoil(store.Quarantine) });

    private static SqliteUnderTest Containments(Func<IContainmentStore, IContainmentStore> spoil) =>
        Spoiled(store => new FaultyStore(store) { Containments = spoil(store.Containments) });

    private static SqliteUnderTest Contradictory() => Spoiled(store => new FaultyStore(store)
    {
        DefinitionApprovals =
            new ContradictoryApprovals(store.DefinitionApprovals,
                new TemporaryStore().Open(TimeProvider.System).DefinitionApprovals),
    });
}
