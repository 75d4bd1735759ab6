using System.Net;
using Gatehouse.Peers.Events;
using Gatehouse.Refusals;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.ProviderEvents;

/// <summary>The provider says that a person's access ended, and the person's sessions, streams and credentials end (AZ-05, ST-01).</summary>
/// <param name="shared">One gateway for all, with people for each event.</param>
[Trait("Requirement", "AZ-05")]
[Trait("Requirement", "ST-01")]
[Trait("NoRetry", "yes")]
public sealed class EndingEventTests(SharedEventGateway shared) : IClassFixture<SharedEventGateway>
{
    private const string Caep = "https://schemas.openid.net/secevent/caep/event-type/";
    private const string Risc = "https://schemas.openid.net/secevent/risc/event-type/";

    [Theory]
    [InlineData(SecurityEvents.AccountDisabled)]
    [InlineData(Risc + "account-purged")]
    [InlineData(Risc + "sessions-revoked")]
    [InlineData(SecurityEvents.SessionRevoked)]
    [InlineData(SecurityEvents.CredentialChange)]
    [InlineData(SecurityEvents.TokenClaimsChange)]
    [InlineData(Caep + "assurance-level-change")]
    [InlineData(Caep + "device-compliance-change")]
    public async Task AnEventAboutAPerson_EndsSessionStreamAndCredential_AndThoseOfNoOtherPerson(string type)
    {
        var site = shared.Site;
        var word = type[(type.LastIndexOf('/') + 1)..];
        var (person, other) = ("alice-" + word, "bob-" + word);
        var (alice, bob) = (await site.TokenAsync(person), await site.TokenAsync(other));
        await using var hers = await site.OpenAsync(alice);
        await using var his = await site.OpenAsync(bob);
        Assert.True(site.HasCredential(person));
        var caller = site.Gateway.Host.Registry.OfCallers.First(exchange => exchange.Subject?.Subject == person).Subject!;
        var id = site.Transmitter.Send(type, site.Person(person));
        await hers.EndAsync();
        await Eventually.TrueAsync(() => !site.Has(person), "nothing of the person is left");
        await Eventually.TrueAsync(() => site.Transmitter.Pending.Count == 0, "the event is acknowledged");
        Assert.Equal(HttpStatusCode.Unauthorized, await site.PingAsync(alice));
        Assert.True(his.AreOpen && site.HasCredential(other));
        Assert.Equal(HttpStatusCode.OK, await site.PingAsync(bob));
        // CWE-613: what the gateway still does for the person, such as the end of the session at the server, obtains no credential again.
        await Assert.ThrowsAsync<RefusalException>(() => site.CredentialAsync(caller));
        var entry = Assert.Single(await site.EntriesAboutAsync(person, 1));
        string Fact(string name) => entry.TryGetProperty(name, out var fact) ? fact.GetString()! : $"{name} is missing in {entry}";
        Assert.Equal((word, "poll", id, "ended"), (Fact("event"), Fact("delivery"), Fact("jti"), Fact("effect")));
        Assert.Equal(("1", "2", "1"), (Fact("sessions"), Fact("exchanges"), Fact("credentials")));
    }
}
