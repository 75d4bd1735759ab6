using Gatehouse.AuthorizationServer.SignIn;
using static Gatehouse.AuthorizationServer.Tests.SignIn.SignInServer;

namespace Gatehouse.AuthorizationServer.Tests.SignIn;

/// <summary>The pages and sign-ins of one address block leave room for those of others (CWE-770).</summary>
public sealed class SignInRoomTests : IDisposable
{
    private readonly SignInServer server = new();

    public void Dispose() => server.Dispose();

    [Fact]
    public async Task PagesOfOneBlock_LeaveOthersTheirPart()
    {
        server.Share = 10;
        var (flood, other) = (server.Browser("198.51.100.1"), server.Browser("203.0.113.7"));
        var shown = 0;
        while ((await flood.GetAsync(Begin())).Status == 200) shown++;
        Assert.Equal(AuthorizationServerEndpoints.MostPagesPerMinute / 10, shown);
        var refused = await flood.GetAsync(Begin());
        Assert.Equal((429, "10"), (refused.Status, refused.Headers["Retry-After"]));
        Assert.NotEmpty(await CompleteAsync(other, Begin()));
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(200, (await flood.GetAsync(Begin())).Status);
    }

    [Fact]
    public async Task SignInsThatOneBlockAbandons_ForgetItsOwnOldest_AndNoneOfOthers()
    {
        var (flood, other) = (server.Browser("198.51.100.1"), server.Browser("203.0.113.7"));
        var othersState = await ConsentAsync(other, Begin());
        var first = await ConsentAsync(flood, Begin());
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        for (var count = 0; count < SignInStart.MostOfPeer; count++) await ConsentAsync(server.Browser("198.51.100.1"), Begin());
        Assert.Equal(400, (await flood.GetAsync($"/oauth/callback/corp?code=mallory&state={first}")).Status);
        Assert.Equal(303, (await other.GetAsync($"/oauth/callback/corp?code=alice&state={othersState}")).Status);
    }
}
