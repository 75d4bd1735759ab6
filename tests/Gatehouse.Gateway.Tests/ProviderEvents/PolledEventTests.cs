using System.Text.Json.Nodes;
using Gatehouse.Peers.Events;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.ProviderEvents;

/// <summary>Polls of a stream of events: the order, repetitions and outages (RFC 8936).</summary>
[Trait("Requirement", "AZ-05")]
[Trait("NoRetry", "yes")]
public sealed class PolledEventTests
{
    private const string Caep = "https://schemas.openid.net/secevent/caep/event-type/";

    // Shown by order: the event about bob, which came last, had its effect.
    [Fact]
    public async Task EventsThatTakeNothingAway_AreAcknowledgedAndRecorded()
    {
        await using var site = await EventGateway.StartAsync();
        await using var hers = await site.OpenAsync(await site.TokenAsync("alice"));
        await using var his = await site.OpenAsync(await site.TokenAsync("bob"));
        var alice = site.Person("alice");
        site.Transmitter.Send(Caep + "assurance-level-change", alice, Only(Caep + "assurance-level-change", ("change_direction", "increase")));
        site.Transmitter.Send(Caep + "device-compliance-change", alice, Only(Caep + "device-compliance-change", ("current_status", "compliant")));
        site.Transmitter.Send("https://corp.example/own-event", alice);
        site.Transmitter.Send(SecurityEvents.Verification, new JsonObject { ["format"] = "opaque", ["id"] = "stream-1" });
        site.Transmitter.Send(SecurityEvents.SessionRevoked, new JsonObject { ["format"] = "complex", ["user"] = site.Person("bob") });
        await his.EndAsync();
        await Eventually.TrueAsync(() => site.Transmitter.Pending.Count == 0, "all are acknowledged");
        Assert.True(hers.AreOpen);
        var entries = await site.EntriesAsync("provider.event", 5);
        Assert.Equal(["assurance-level-change", "device-compliance-change", "other", "verification", "session-revoked"],
            entries.Select(static entry => entry.GetProperty("event").GetString()));
        Assert.Empty(site.Entries("provider.event.refused"));
    }

    [Fact]
    public async Task ARepeatedEvent_IsAcknowledged_AndHasNoSecondEffect()
    {
        await using var site = await EventGateway.StartAsync();
        var set = site.Transmitter.Make(SecurityEvents.SessionRevoked, site.Person("alice"), static claims => claims["jti"] = "once");
        for (var times = 1; times <= 3; times++)
        {
            site.Transmitter.SendText("once", set);
            await Eventually.TrueAsync(
                () => site.Transmitter.Polls.Count(static poll => poll.Acknowledged.Contains("once")) == times, "the event is acknowledged");
        }

        site.Transmitter.Send(SecurityEvents.SessionRevoked, site.Person("bob"));
        Assert.Equal(["alice", "bob"], (await site.EntriesAsync("provider.event", 2)).Select(static one => one.GetProperty("subject").GetString()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ATransmitterThatIsDownOrAnswersWithAPage_IsReported_AndItsEventsCountWhenItIsBack(bool isPage)
    {
        await using var site = await EventGateway.StartAsync();
        await using var hers = await site.OpenAsync(await site.TokenAsync("alice"));
        await Eventually.TrueAsync(() => site.Transmitter.Waiting == 1, "a poll waits");
        site.Transmitter.Page = isPage ? "<html>Sign in</html>" : null;
        site.Transmitter.IsDown = !isPage;
        site.Transmitter.Send("https://corp.example/own-event", site.Person("alice")); // ends the poll that waits
        await Eventually.TrueAsync(
            () => site.Gateway.Diagnostics.Contains("cannot poll its events", StringComparison.Ordinal), "the outage is reported");
        Assert.Contains(isPage ? "not JSON" : "status 503", site.Gateway.Diagnostics, StringComparison.Ordinal);
        Assert.True(hers.AreOpen);
        site.Transmitter.Send(SecurityEvents.SessionRevoked, site.Person("alice"));
        (site.Transmitter.Page, site.Transmitter.IsDown) = (null, false);
        await hers.EndAsync();
        await Eventually.TrueAsync(
            () => site.Gateway.Diagnostics.Contains("its events are polled again", StringComparison.Ordinal), "the end is reported");
    }

    private static Action<JsonObject> Only(string type, (string Name, string Value) member) =>
        claims => claims["events"] = new JsonObject { [type] = new JsonObject { [member.Name] = member.Value } };
}
