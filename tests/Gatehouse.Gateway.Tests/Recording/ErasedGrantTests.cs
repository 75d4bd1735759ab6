using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.AuthorizationServer.SignIn;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Gateway.Tests.SignIn;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Microsoft.AspNetCore.WebUtilities;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>
/// An erasure ends the grants of the person: no entry after it has the identifier of a grant from before, and a fact about the person (DP-03).
/// </summary>
[Trait("Requirement", "DP-03")]
[Trait("NoRetry", "yes")]
public sealed class ErasedGrantTests
{
    private const string Alice = "corp:alice";
    private const string Secret = "introspection-secret-1234";

    private static WhoClause Names(params string[] subjects) => new() { Subjects = new NameSet(subjects) };

    private static async Task<TestGateway> StartAsync(PeopleProvider provider, string? secret = null) => await TestGateway.StartAsync(
        settings => settings with
        {
            AuthorizationServer = provider.Section with
            {
                Clients = secret is null ? []
                    : [new OAuthClientSettings
                    {
                        Id = "files-server",
                        Name = "Files",
                        RedirectUris = [],
                        Secret = new SecretReference("file", secret),
                        MayIntrospect = true,
                    }],
            },
            Administration = new AdministrationSettings { Who = Names("erik"), Reading = new ReadingSettings { Erase = Names("erik"), All = Names("erik") } },
        },
        rules: [new PolicyRule { Id = "all", Who = Names(Alice, "corp:bob"), Directions = TestGateway.EveryDirection }]);

    private static Task<ControlReply> EraseAsync(TestGateway gateway) => PersonalFactsTests.AskAsync(
        gateway, "erik", new ErasePerson(gateway.Host.Snapshots.Current.Settings.Origin, Alice, "request 4711"));

    private static string? Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.ToString() : null;

    private static bool Names(JsonElement entry, SignedInClient client) =>
        entry.GetRawText() is var text
        && (text.Contains(Alice, StringComparison.Ordinal) || text.Contains(client.ClientId, StringComparison.Ordinal));

    private static async Task<HttpStatusCode> CallAsync(TestGateway gateway, SignedInClient client) =>
        (await gateway.CallAsync(gateway.Modern("tools/list", token: client.AccessToken))).Status;

    [Fact]
    public async Task GrantOfAnErasedPerson_HasEnded_WithItsCodeAndItsTokens_AndNoLaterEntryNamesBoth()
    {
        await using var provider = await PeopleProvider.StartAsync();
        await using var gateway = await StartAsync(provider);
        var (alice, bob) = (await SignedInClient.CreateAsync(gateway, "alice"), await SignedInClient.CreateAsync(gateway, "bob"));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(gateway, alice));
        var grant = gateway.EntriesWithEnded(1).Where(entry => Names(entry, alice)).Select(entry => Text(entry, "grant")).OfType<string>().First();
        var reply = await EraseAsync(gateway);
        Assert.True(reply.Ok, reply.Message);
        Assert.Contains("1 grant and 1 consent of the person ended", reply.Words(), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.BadRequest, await alice.RefreshAsync());
        await alice.RevokeAsync(alice.RefreshToken);
        await alice.RevokeAsync(alice.AccessToken);
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(gateway, alice));
        Assert.Equal(HttpStatusCode.BadRequest, await RedeemAgainAsync(gateway, alice));
        Assert.Equal(HttpStatusCode.OK, await bob.RefreshAsync());
        var again = await SignedInClient.CreateAsync(gateway, "alice", clientId: alice.ClientId);
        Assert.Equal(HttpStatusCode.OK, await again.RefreshAsync());

        await gateway.Host.Core.Services.Audit.FlushAsync();
        var entries = gateway.Entries();
        var ofGrant = entries.Where(entry => Text(entry, "grant") == grant).ToList();
        Assert.Equal("oauth.grant.end", Text(ofGrant[^1], "act"));
        Assert.Equal("erased", Text(ofGrant[^1], "cause"));
        Assert.DoesNotContain(ofGrant, entry => Names(entry, alice));
        Assert.Contains(entries, entry => Names(entry, alice) && Text(entry, "act") == "oauth.grant"); // the grant that began afterwards
        var act = entries.Single(entry => Text(entry, "act") == "control.audit.erase");
        Assert.Equal(("1", "1"), (Text(act, "grants"), Text(act, "consents")));
    }

    [Fact]
    public async Task AccessTokenOfAnErasedPerson_IsNotActive()
    {
        var secret = Path.GetTempFileName();
        await File.WriteAllTextAsync(secret, Secret, TestContext.Current.CancellationToken);
        await using var provider = await PeopleProvider.StartAsync();
        await using var gateway = await StartAsync(provider, secret);
        var alice = await SignedInClient.CreateAsync(gateway, "alice");
        Assert.True(await IsActiveAsync(gateway, alice));
        Assert.True((await EraseAsync(gateway)).Ok);
        Assert.False(await IsActiveAsync(gateway, alice));
        File.Delete(secret);
    }

    // Threat: the person has signed in before the erasure, and confirms after it.
    [Fact]
    public async Task SignInThatWaitsForItsConfirmation_IsOverAfterTheErasure_AndANewOneIsNot()
    {
        await using var provider = await PeopleProvider.StartAsync();
        await using var gateway = await StartAsync(provider);
        var first = await SignedInClient.CreateAsync(gateway, "alice");
        var origin = gateway.Url.GetLeftPart(UriPartial.Authority);
        using var browser = new SignInBrowser(origin, "alice");
        var consent = await browser.OpenAsync(QueryHelpers.AddQueryString("/oauth/authorize", new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = first.ClientId,
            ["redirect_uri"] = "http://127.0.0.1:7777/back",
            ["resource"] = gateway.Url.ToString(),
            ["state"] = new string('s', 32),
            ["code_challenge"] = new string('c', 43),
            ["code_challenge_method"] = "S256",
        }));
        var confirmation = await browser.SendAsync("/oauth/consent", consent, ("provider", "corp"));
        Assert.True((await EraseAsync(gateway)).Ok);
        var fault = await Assert.ThrowsAnyAsync<Exception>(() => browser.SendAsync("/oauth/confirm", confirmation, ("decision", "continue")));
        Assert.Contains("The%20time%20of%20the%20sign-in%20is%20over", fault.Message, StringComparison.Ordinal);
        var grants = gateway.Host.Core.Services.Store.Grants;
        Assert.Empty(await grants.ListGrantsAsync(Alice, 10, DateTimeOffset.UtcNow, TestContext.Current.CancellationToken));
        await SignedInClient.CreateAsync(gateway, "alice");
    }

    // A request that began before the erasure, and whose entry comes after it.
    [Theory]
    [InlineData("oauth.token")]
    [InlineData("oauth.refused")]
    [InlineData("alarm")]
    public async Task EntryOfARequestThatBeganBeforeTheErasure_HasTheGrantAndNotThePerson(string act)
    {
        await using var provider = await PeopleProvider.StartAsync();
        await using var gateway = await StartAsync(provider);
        await SignedInClient.CreateAsync(gateway, "alice");
        var services = gateway.Host.Core.Services;
        var journal = new AuthorizationJournal(services.Journal, services.Alarms, services.Log, services.CallerShare, services.Options.Time);
        journal.Begin();
        Assert.True((await EraseAsync(gateway)).Ok);
        (string, string)[] facts = [("grant", "grant-before"), ("subject", Alice), ("client", "desk-client")];
        if (act == "alarm") await journal.AlarmAsync(AlarmKinds.StateReuse, facts);
        else if (act == "oauth.refused") journal.NoteOf(Identity.Partitions.CallerPartition.Unknown, act, facts);
        else journal.Note(act, facts);
        await services.Audit.FlushAsync();
        var entry = gateway.Entries().Single(entry => Text(entry, "grant") == "grant-before");
        Assert.Equal(act, Text(entry, "act"));
        Assert.DoesNotContain(Alice, entry.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("desk-client", entry.GetRawText(), StringComparison.Ordinal);
        journal.Begin();
        journal.Note("oauth.token", ("grant", "grant-after"), ("subject", Alice));
        await services.Audit.FlushAsync();
        Assert.Contains(Alice, gateway.Entries().Single(one => Text(one, "grant") == "grant-after").GetRawText(), StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> RedeemAgainAsync(TestGateway gateway, SignedInClient client) => (await PostAsync(gateway, "/oauth/token", null,
        ("grant_type", "authorization_code"), ("code", client.OfSignIn[0]), ("code_verifier", client.OfSignIn[2]),
        ("redirect_uri", "http://127.0.0.1:7777/back"), ("client_id", client.ClientId))).Status;

    private static async Task<bool> IsActiveAsync(TestGateway gateway, SignedInClient client)
    {
        var (status, body) = await PostAsync(gateway, "/oauth/introspect", "files-server:" + Secret, ("token", client.AccessToken));
        Assert.True(status == HttpStatusCode.OK, body);
        return JsonDocument.Parse(body).RootElement.GetProperty("active").GetBoolean();
    }

    private static async Task<(HttpStatusCode Status, string Body)> PostAsync(
        TestGateway gateway, string path, string? basic, params (string Name, string Value)[] fields)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, gateway.Url.GetLeftPart(UriPartial.Authority) + path)
        { Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))) };
        if (basic is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(basic)));
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
