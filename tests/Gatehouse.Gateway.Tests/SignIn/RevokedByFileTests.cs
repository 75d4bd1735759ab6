using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.SignIn;

/// <summary>The gateway's own authorization server holds to the list of revocations that others write (CWE-613).</summary>
[Trait("Requirement", "ID-07")]
public sealed class RevokedByFileTests : IAsyncLifetime
{
    private const string Secret = "introspection-secret-1234";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-revocations-");
    private readonly ManualTimeProvider clock = new();
    private PeopleProvider people = null!;
    private int writes;

    private string ListFile => Path.Join(folder.FullName, "revocations.jsonl");

    private string SecretFile => Path.Join(folder.FullName, "secret");

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(SecretFile, Secret);
        File.SetUnixFileMode(SecretFile, UnixFileMode.UserRead);
        people = await PeopleProvider.StartAsync(clock);
        Write();
    }

    public async ValueTask DisposeAsync()
    {
        await people.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("subject")]
    [InlineData("client")]
    [InlineData("session")]
    public async Task EntryOfTheFile_EndsRefreshAndIntrospection_OneLookLater(string kind)
    {
        await using var gateway = await StartAsync();
        var (alice, bob) = (await SignedInClient.CreateAsync(gateway, "alice"), await SignedInClient.CreateAsync(gateway, "bob"));
        var before = await IntrospectAsync(gateway, alice);
        Assert.True(before.GetProperty("active").GetBoolean());
        var value = kind switch { "subject" => "corp:alice", "client" => alice.ClientId, _ => before.GetProperty("sid").GetString() };
        var origin = gateway.Host.Snapshots.Current.Settings.Origin;
        Write($$"""{"kind":"{{kind}}","issuer":"{{origin}}","value":"{{value}}"}""");
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.False((await IntrospectAsync(gateway, alice)).GetProperty("active").GetBoolean());
        var (status, body) = await alice.ExchangeAsync();
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (status, body.GetProperty("error").GetString()));
        Assert.True((await IntrospectAsync(gateway, bob)).GetProperty("active").GetBoolean());
        Assert.Equal(HttpStatusCode.OK, await bob.RefreshAsync());
    }

    // Without a moment in it, the entry is also about what comes later: there is no new right while it is in the list.
    [Theory]
    [InlineData("subject")]
    [InlineData("client")]
    public async Task NewSignIn_GetsNoCode_WhileTheEntryIsInTheFile(string kind)
    {
        await using var gateway = await StartAsync();
        var alice = await SignedInClient.CreateAsync(gateway, "alice");
        var origin = gateway.Host.Snapshots.Current.Settings.Origin;
        Write($$"""{"kind":"{{kind}}","issuer":"{{origin}}","value":"{{(kind == "subject" ? "corp:alice" : alice.ClientId)}}"}""");
        clock.Advance(TimeSpan.FromSeconds(5));
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => SignedInClient.CreateAsync(gateway, "alice", clientId: alice.ClientId));
        // The person is known once the provider has answered; the client before anyone signs in.
        Assert.Contains(kind == "subject" ? "/oauth/callback/corp?" : "/oauth/authorize?", refused.Message, StringComparison.Ordinal);
        Assert.Contains("answered Forbidden", refused.Message, StringComparison.Ordinal);
        Write();
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.OK, await (await SignedInClient.CreateAsync(gateway, "alice", clientId: alice.ClientId)).RefreshAsync());
    }

    private Task<TestGateway> StartAsync() => TestGateway.StartAsync(
        settings => settings with
        {
            AuthorizationServer = people.Section with
            {
                Clients =
                [
                    new OAuthClientSettings
                    {
                        Id = "files-server", Name = "Files", RedirectUris = [], Secret = new SecretReference("file", SecretFile), MayIntrospect = true,
                    },
                ],
            },
            Revocations = new RevocationSettings { File = ListFile },
        },
        clock,
        rules: [new PolicyRule { Id = "all", Who = new WhoClause { Subjects = new NameSet(["corp:alice", "corp:bob"]) } }]);

    private static async Task<JsonElement> IntrospectAsync(TestGateway gateway, SignedInClient of)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, gateway.Url.GetLeftPart(UriPartial.Authority) + "/oauth/introspect")
        { Content = new FormUrlEncodedContent([KeyValuePair.Create("token", of.AccessToken)]) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("files-server:" + Secret)));
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
    }

    // Each write differs in its time, also where the clock of the disk is coarse.
    private void Write(params string[] lines)
    {
        File.WriteAllText(ListFile, "{\"version\":1}\n" + string.Join('\n', lines));
        File.SetUnixFileMode(ListFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetLastWriteTimeUtc(ListFile, DateTime.UnixEpoch.AddDays(20_000).AddSeconds(writes++));
    }
}
