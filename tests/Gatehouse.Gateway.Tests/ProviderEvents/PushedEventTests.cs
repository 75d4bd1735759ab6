using Gatehouse.Peers.Events;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.ProviderEvents;

/// <summary>A transmitter pushes events (RFC 8935). Rate, size and the token of the transmitter come before any verification.</summary>
[Trait("Requirement", "AZ-05")]
[Trait("NoRetry", "yes")]
public sealed class PushedEventTests
{
    private static readonly string LongToken = new('x', 30_000);

    [Fact]
    public async Task APushedEvent_EndsWhatThePersonHas_AndARepeatedOneNothing()
    {
        await using var site = await EventGateway.StartAsync(polls: false);
        await using var hers = await site.OpenAsync(await site.TokenAsync("alice"));
        var set = site.Transmitter.Make(SecurityEvents.SessionRevoked, site.Person("alice"));
        Assert.Equal((202, ""), await PushAsync(site, set, EventGateway.PushToken));
        await hers.EndAsync();
        Assert.False(site.Has("alice"));
        Assert.Equal((202, ""), await PushAsync(site, set, EventGateway.PushToken));
        var other = site.Transmitter.Make(SecurityEvents.SessionRevoked, site.Person("bob"));
        Assert.Equal((202, ""), await PushAsync(site, other, EventGateway.PushToken));
        Assert.Equal(["alice", "bob"], (await site.EntriesAsync("provider.event", 2)).Select(static one => one.GetProperty("subject").GetString()));
    }

    [Fact]
    public async Task AStranger_AForgedEventAndALargeBody_EndNothing()
    {
        await using var site = await EventGateway.StartAsync(polls: false);
        await using var hers = await site.OpenAsync(await site.TokenAsync("alice"));
        var good = site.Transmitter.Make(SecurityEvents.SessionRevoked, site.Person("alice"));
        foreach (var token in new[] { null, "", "wrong", EventTransmitter.ReceiverToken })
            Assert.Equal((401, """{"err":"authentication_failed"}"""), await PushAsync(site, good, token));
        var forged = site.Transmitter.Make(SecurityEvents.SessionRevoked, site.Person("alice"), isForged: true);
        Assert.Equal((400, """{"err":"invalid_key"}"""), await PushAsync(site, forged, EventGateway.PushToken));
        Assert.Equal((413, """{"err":"invalid_request"}"""), await PushAsync(site, LongToken, EventGateway.PushToken));
        Assert.True(hers.AreOpen);
        var causes = (await site.EntriesAsync("provider.event.refused", 5)).Select(static one => one.GetProperty("cause").GetString());
        Assert.Equal(["push-token", "push-token", "push-token", "push-token", "signature"], causes);
        Assert.Empty(site.Entries("provider.event"));
    }

    // Threat: a stranger keeps the gateway busy, or guesses the token, or silences the transmitter (CWE-307, CWE-770).
    [Fact]
    public async Task AboveARateOfRefusals_NothingOfStrangersIsRead_AndTheTransmitterIsHeard()
    {
        await using var site = await EventGateway.StartAsync(polls: false);
        var statuses = new List<int>();
        while (statuses.Count < 700 && !statuses.Contains(429)) statuses.Add((await PushAsync(site, "x", "wrong")).Status);
        Assert.Equal([401, 429], statuses.Distinct());
        var good = site.Transmitter.Make(SecurityEvents.SessionRevoked, site.Person("alice"));
        Assert.Equal(202, (await PushAsync(site, good, EventGateway.PushToken)).Status);
        statuses.Clear();
        while (statuses.Count < 700 && !statuses.Contains(429)) statuses.Add((await PushAsync(site, "x", EventGateway.PushToken)).Status);
        Assert.Equal([400, 429], statuses.Distinct());
    }

    private static Task<(int Status, string Text)> PushAsync(EventGateway site, string set, string? token) =>
        site.Transmitter.PushAsync(new Uri(site.Origin + "/events/push/corp"), set, token);
}
