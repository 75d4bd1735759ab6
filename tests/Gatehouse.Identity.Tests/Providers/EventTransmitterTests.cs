using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Peers.Events;
using Gatehouse.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Identity.Tests.Providers;

/// <summary>The transmitter delivers an event by poll until it is acknowledged (RFC 8936), to the receiver only.</summary>
public sealed class EventTransmitterTests : IAsyncLifetime
{
    private const string Receiver = "https://gateway.example";

    private static readonly JsonObject Alice = EventTransmitter.Person("https://corp.example", "alice");

    private readonly HttpClient http = new();
    private EventTransmitter transmitter = null!;

    public async ValueTask InitializeAsync()
    {
        transmitter = await EventTransmitter.StartAsync(Receiver);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", EventTransmitter.ReceiverToken);
    }

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return transmitter.DisposeAsync();
    }

    [Fact]
    public async Task AnEvent_IsDelivered_UntilItIsAcknowledged()
    {
        var (first, second) = (transmitter.Send(SecurityEvents.SessionRevoked, Alice), transmitter.Send(SecurityEvents.AccountDisabled, Alice));
        var answer = await PollAsync(new() { ["returnImmediately"] = true, ["maxEvents"] = 1 });
        Assert.Equal([first], answer["sets"]!.AsObject().Select(static pair => pair.Key));
        Assert.True((bool)answer["moreAvailable"]!);
        answer = await PollAsync(new() { ["ack"] = new JsonArray(first), ["returnImmediately"] = true });
        Assert.Equal([second], answer["sets"]!.AsObject().Select(static pair => pair.Key));
        await PollAsync(new() { ["setErrs"] = new JsonObject { [second] = new JsonObject { ["err"] = "invalid_key" } }, ["maxEvents"] = 0 });
        Assert.Empty(transmitter.Pending);
        Assert.Equal("invalid_key", transmitter.Polls[2].Errors[second]);
    }

    [Fact]
    public async Task APoll_WaitsForAnEvent()
    {
        var poll = PollAsync([]);
        await Eventually.TrueAsync(() => transmitter.Waiting == 1, "the poll waits");
        var id = transmitter.Send(SecurityEvents.SessionRevoked, Alice);
        Assert.Equal([id], (await poll)["sets"]!.AsObject().Select(static pair => pair.Key));
    }

    [Fact]
    public async Task AnEvent_IsSignedWithThePublishedKey_AndAForgedOneIsNot()
    {
        var metadata = JsonElement.Parse(await http.GetStringAsync(new Uri(transmitter.Issuer + "/.well-known/ssf-configuration"), Cancel));
        var keys = new JsonWebKeySet(await http.GetStringAsync(new Uri(metadata.GetProperty("jwks_uri").GetString()!), Cancel)).GetSigningKeys();
        Assert.True(await IsValidAsync(transmitter.Make(SecurityEvents.SessionRevoked, Alice)));
        Assert.True(await IsValidAsync(transmitter.MakeLogoutToken("alice", "s-1")));
        Assert.False(await IsValidAsync(transmitter.Make(SecurityEvents.SessionRevoked, Alice, isForged: true)));
        Assert.False(await IsValidAsync(transmitter.Make(SecurityEvents.SessionRevoked, Alice, static claims => claims["aud"] = "other")));
        Assert.False(await IsValidAsync(transmitter.Make(SecurityEvents.SessionRevoked, Alice, tokenType: "JWT")));

        async Task<bool> IsValidAsync(string text) => (await new JsonWebTokenHandler().ValidateTokenAsync(text, new TokenValidationParameters
        {
            ValidIssuer = transmitter.Issuer,
            ValidAudience = Receiver,
            ValidTypes = ["secevent+jwt", "logout+jwt"],
            IssuerSigningKeys = keys,
            RequireExpirationTime = false,
        })).IsValid;
    }

    [Fact]
    public async Task AVerification_ComesInTheStream_AndStrangersGetNothing()
    {
        using var created = await http.PostAsJsonAsync(new Uri(transmitter.Issuer + "/ssf/streams"),
            new JsonObject { ["delivery"] = new JsonObject { ["method"] = EventTransmitter.Poll } }, Cancel);
        var stream = await created.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal((201, transmitter.PollEndpoint), ((int)created.StatusCode, stream.GetProperty("delivery").GetProperty("endpoint_url").GetString()));
        using var asked = await http.PostAsJsonAsync(new Uri(transmitter.Issuer + "/ssf/verify"),
            new JsonObject { ["stream_id"] = stream.GetProperty("stream_id").GetString(), ["state"] = "s" }, Cancel);
        Assert.Equal(204, (int)asked.StatusCode);
        var set = (string)(await PollAsync(new() { ["returnImmediately"] = true }))["sets"]!.AsObject().Single().Value!;
        var events = JsonElement.Parse(Base64Url.DecodeFromChars(set.Split('.')[1])).GetProperty("events");
        Assert.Equal("s", events.GetProperty(SecurityEvents.Verification).GetProperty("state").GetString());
        http.DefaultRequestHeaders.Authorization = null;
        using var refused = await http.PostAsJsonAsync(new Uri(transmitter.PollEndpoint), new JsonObject(), Cancel);
        Assert.Equal(401, (int)refused.StatusCode);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<JsonObject> PollAsync(JsonObject body)
    {
        using var response = await http.PostAsJsonAsync(new Uri(transmitter.PollEndpoint), body, Cancel);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!.AsObject();
    }
}
