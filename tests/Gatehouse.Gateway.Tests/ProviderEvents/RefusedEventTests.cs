using System.Buffers.Text;
using System.Text.Json.Nodes;
using Gatehouse.Peers.Events;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.ProviderEvents;

/// <summary>Events that cannot be trusted end nothing (AZ-05).</summary>
/// <param name="shared">One gateway for all, with a person for each case.</param>
[Trait("Requirement", "AZ-05")]
public sealed class RefusedEventTests(SharedEventGateway shared) : IClassFixture<SharedEventGateway>
{
    public static TheoryData<string, string, string> Refusals => new()
    {
        { "forged", "invalid_key", "signature" },
        { "alg-none", "invalid_key", "algorithm" },
        { "other-type", "invalid_request", "type" },
        { "other-audience", "invalid_audience", "audience" },
        { "other-issuer", "invalid_issuer", "issuer" },
        { "too-old", "invalid_request", "time" },
        { "future", "invalid_request", "time" },
        { "expired", "invalid_request", "time" },
        { "no-time", "invalid_request", "time" },
        { "no-events", "invalid_request", "form" },
        { "other-id", "invalid_request", "id" },
        { "oversize", "invalid_request", "size" },
        { "html", "invalid_request", "form" },
        { "logout-event", "invalid_request", "type" },
        { "email", "invalid_request", "subject" },
        { "opaque", "invalid_request", "subject" },
        { "person-of-another-issuer", "invalid_request", "subject-issuer" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task AnEventThatCannotBeTrusted_IsRefusedWithItsCause_AndTheNextOneCounts(string fault, string error, string cause)
    {
        var (site, person) = (shared.Site, "alice-" + fault);
        await using var hers = await site.OpenAsync(await site.TokenAsync(person));
        var id = $"refused-{fault}";
        site.Transmitter.SendText(id, Bad(fault, id, person));
        await Eventually.TrueAsync(() => site.Transmitter.Polls.Any(poll => poll.Errors.GetValueOrDefault(id) == error), "the event is refused");
        Assert.True(hers.AreOpen);
        await Eventually.TrueAsync(
            () => site.Entries("provider.event.refused").Any(entry => entry.GetProperty("cause").GetString() == cause),
            $"an entry has the cause {cause}");
        site.Transmitter.Send(SecurityEvents.SessionRevoked, site.Person(person));
        await hers.EndAsync();
        Assert.Single(await site.EntriesAboutAsync(person, 1));
    }

    private string Bad(string fault, string id, string person)
    {
        var (transmitter, alice, now) = (shared.Site.Transmitter, shared.Site.Person(person), TimeProvider.System.GetUtcNow());
        string Changed(string claim, JsonNode? value) => transmitter.Make(SecurityEvents.SessionRevoked, alice, claims =>
        {
            claims["jti"] = id;
            if (value is null) claims.Remove(claim);
            else claims[claim] = value;
        });
        return fault switch
        {
            "forged" => transmitter.Make(SecurityEvents.SessionRevoked, alice, isForged: true),
            "alg-none" => $"{Base64Url.EncodeToString("""{"alg":"none","typ":"secevent+jwt"}"""u8)}.{Changed("jti", id).Split('.')[1]}.",
            "other-type" => transmitter.Make(SecurityEvents.SessionRevoked, alice, tokenType: "JWT"),
            "other-audience" => Changed("aud", "https://another.example"),
            "other-issuer" => Changed("iss", "https://another.example"),
            "too-old" => Changed("iat", now.AddDays(-8).ToUnixTimeSeconds()),
            "future" => Changed("iat", now.AddHours(1).ToUnixTimeSeconds()),
            "expired" => Changed("exp", now.AddHours(-1).ToUnixTimeSeconds()),
            "no-time" => Changed("iat", null),
            "no-events" => Changed("events", new JsonObject()),
            "other-id" => Changed("jti", "another"),
            "oversize" => Changed("txn", new string('x', 20_000)),
            "html" => "<html>Sign in</html>",
            "logout-event" => Changed("events", new JsonObject { ["http://schemas.openid.net/event/backchannel-logout"] = new JsonObject() }),
            "email" => Changed("sub_id", new JsonObject { ["format"] = "email", ["email"] = "alice@corp.example" }),
            "opaque" => Changed("sub_id", new JsonObject { ["format"] = "opaque", ["id"] = "alice" }),
            "person-of-another-issuer" => Changed("sub_id", EventTransmitter.Person("https://another.example", "alice")),
            _ => throw new ArgumentOutOfRangeException(nameof(fault)),
        };
    }
}
