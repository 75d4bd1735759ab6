using Gatehouse.Connections;
using Gatehouse.Peers.ThirdParties;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Connections;

/// <summary>Services with the documented quirks of GitHub and of Google are connected, refreshed and revoked (OB-05).</summary>
[Trait("Requirement", "OB-05")]
public sealed class ConnectionPeerTests : IDisposable
{
    private const string Mail = "https://www.googleapis.com/auth/gmail.readonly";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-peers-");

    [Fact]
    public async Task AnOAuthAppOfGitHub_WhoseTokensDoNotEnd_IsConnectedAndRevoked()
    {
        await using var github = await ThirdPartyProvider.StartAsync(ThirdPartyMode.GitHub);
        await using var connecting = await StartAsync(github, TimeProvider.System, GitHub(github), "repo", "gist");
        var token = (await connecting.SignInAsync("alice")).AccessToken;
        await connecting.ConnectAsync(await connecting.LinkAsync(token), "alice");
        await connecting.CallAsync(token);
        var sent = Assert.Single(connecting.Credentials())["Bearer ".Length..];
        Assert.Equal("alice-at-service", github.Find(sent)!.Person);
        Assert.Equal((true, true), await DisconnectAsync(connecting));
        Assert.Null(github.Find(sent));
    }

    [Fact]
    public async Task AGitHubApp_WhoseTokensHaveNoScopes_IsRefreshedWithRotation()
    {
        var clock = new ManualTimeProvider();
        await using var github = await ThirdPartyProvider.StartAsync(ThirdPartyMode.GitHub, clock);
        github.HasExpiringTokens = true;
        await using var connecting = await StartAsync(github, clock, GitHub(github));
        await connecting.ConnectAsync(await connecting.LinkAsync((await connecting.SignInAsync("alice")).AccessToken), "alice");
        for (var day = 0; day < 2; day++)
        {
            clock.Advance(TimeSpan.FromHours(8));
            await connecting.CallAsync((await connecting.SignInAsync("alice")).AccessToken);
        }

        Assert.Equal(2, connecting.Credentials().Distinct().Count());
        Assert.NotNull(github.Find(connecting.Credentials()[^1]["Bearer ".Length..]));
        github.Withdraw("alice-at-service");
        clock.Advance(TimeSpan.FromHours(8));
        await connecting.LinkAsync((await connecting.SignInAsync("alice")).AccessToken);
    }

    [Fact]
    public async Task Google_IsFoundByItsMetadata_RefreshedAndRevoked()
    {
        var clock = new ManualTimeProvider();
        await using var google = await ThirdPartyProvider.StartAsync(ThirdPartyMode.Google, clock);
        var service = new ConnectionProviderSettings
        {
            Name = "google",
            Issuer = google.Origin,
            ClientId = ThirdPartyProvider.ClientId,
            ClientSecret = Secret(),
            Parameters = new Dictionary<string, string> { ["access_type"] = "offline", ["prompt"] = "consent" },
        };
        await using var connecting = await StartAsync(google, clock, service, Mail);
        await connecting.ConnectAsync(await connecting.LinkAsync((await connecting.SignInAsync("alice")).AccessToken), "alice");
        await connecting.CallAsync((await connecting.SignInAsync("alice")).AccessToken);
        clock.Advance(TimeSpan.FromHours(1));
        await connecting.CallAsync((await connecting.SignInAsync("alice")).AccessToken);
        Assert.Equal(2, connecting.Credentials().Distinct().Count());
        Assert.Equal((true, true), await DisconnectAsync(connecting));
        Assert.All(connecting.Credentials(), sent => Assert.Null(google.Find(sent["Bearer ".Length..])));
    }

    [Fact]
    public async Task APersonWhoGrantsFewerScopes_ConnectsNothing()
    {
        await using var github = await ThirdPartyProvider.StartAsync(ThirdPartyMode.GitHub);
        github.Granted = static (_, asked) => asked.Take(1);
        await using var connecting = await StartAsync(github, TimeProvider.System, GitHub(github), "repo", "gist");
        var link = await connecting.LinkAsync((await connecting.SignInAsync("alice")).AccessToken);
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => connecting.ConnectAsync(link, "alice"));
        Assert.Contains("did not give every right", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static Task<(bool IsFound, bool IsRevoked)> DisconnectAsync(ConnectingGateway connecting) =>
        connecting.Gateway.Host.Core.Services.Get<ConnectionRegister>()
            .DisconnectAsync(connecting.Origin, "corp:alice", "up", ConnectionCauses.Administrator);

    private static async Task<ConnectingGateway> StartAsync(
        ThirdPartyProvider provider, TimeProvider time, ConnectionProviderSettings service, params string[] scopes)
    {
        var connecting = await ConnectingGateway.StartAsync(time);
        provider.ApprovedBy = "alice-at-service";
        provider.Register($"{connecting.Origin}/connect/callback/{service.Name}");
        connecting.Change(settings => settings with
        {
            ConnectionProviders = [service],
            Servers = [ConnectingGateway.With(settings.Servers[0], service.Name, scopes)],
        });
        return connecting;
    }

    private ConnectionProviderSettings GitHub(ThirdPartyProvider provider) => new()
    {
        Name = "github",
        AuthorizationEndpoint = new Uri(provider.AuthorizationEndpoint),
        TokenEndpoint = new Uri(provider.TokenEndpoint),
        RevocationEndpoint = new Uri(provider.RevocationEndpoint),
        Revocation = ConnectionRevocation.Delete,
        ClientId = ThirdPartyProvider.ClientId,
        ClientSecret = Secret(),
    };

    private SecretReference Secret()
    {
        var file = Path.Join(folder.FullName, "secret");
        File.WriteAllText(file, ThirdPartyProvider.ClientSecret);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return new SecretReference("file", file);
    }
}
