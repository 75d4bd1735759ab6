using System.Net;
using Gatehouse.Gateway.Tests.SignIn;
using Gatehouse.Peers.Events;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.ProviderEvents;

/// <summary>An event about a person who signed in at the gateway's own authorization server ends the grants of that person (AZ-05).</summary>
[Trait("Requirement", "AZ-05")]
[Trait("Requirement", "ST-01")]
public sealed class OwnPeopleEventTests
{
    [Fact]
    public async Task AnEvent_EndsTheGrantsOfPeopleOfThatProvider()
    {
        await using var people = await PeopleProvider.StartAsync();
        await using var transmitter = await EventTransmitter.StartAsync(EventGateway.Audience);
        var token = Path.GetTempFileName();
        await File.WriteAllTextAsync(token, EventTransmitter.ReceiverToken, TestContext.Current.CancellationToken);
        await using var gateway = await TestGateway.StartAsync(
            settings => settings with
            {
                AuthorizationServer = people.Section,
                Issuers =
                [
                    new IssuerSettings
                    {
                        Issuer = people.Origin,
                        Events = new IssuerEventsSettings
                        {
                            Poll = new Uri(transmitter.PollEndpoint),
                            Transmitter = transmitter.Issuer,
                            Audience = EventGateway.Audience,
                            Token = new SecretReference("file", token),
                        },
                    },
                ],
            },
            rules:
            [
                new PolicyRule
                {
                    Id = "all", Who = new WhoClause { Subjects = new NameSet(["corp:alice", "corp:bob"]) }, Directions = TestGateway.EveryDirection,
                },
            ]);
        var alice = await SignedInClient.CreateAsync(gateway, "alice");
        var bob = await SignedInClient.CreateAsync(gateway, "bob", clientId: alice.ClientId);
        await using var hers = await OpenExchanges.OpenAsync(gateway, alice.AccessToken);
        await using var his = await OpenExchanges.OpenAsync(gateway, bob.AccessToken);
        transmitter.Send(SecurityEvents.AccountDisabled, EventTransmitter.Person(people.Origin, "alice"));
        await hers.EndAsync();
        await Eventually.TrueAsync(() => transmitter.Pending.Count == 0, "the event is acknowledged");
        Assert.Equal(HttpStatusCode.BadRequest, await alice.RefreshAsync());
        Assert.True(his.AreOpen);
        var entry = Assert.Single(gateway.Entries(), static one => one.TryGetProperty("act", out var act) && act.GetString() == "provider.event");
        Assert.Equal("1", entry.GetProperty("grants").GetString());
        var end = Assert.Single(gateway.Entries(), static one => one.TryGetProperty("act", out var act) && act.GetString() == "oauth.grant.end");
        Assert.Equal("provider-event", end.GetProperty("cause").GetString());
        File.Delete(token);
    }
}
