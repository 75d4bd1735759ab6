using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EntraStandIn;

namespace Gatehouse.Samples.Tests.Remote;

/// <summary>Tokens of the sample: the access that they give, how they end, and the form in which they are stored.</summary>
[Trait("Requirement", "EN-02")]
public sealed class RemoteTokenTests(Chromium chromium)
{
    [Fact]
    public async Task RefreshToken_ThatComesTwice_EndsTheSignIn()
    {
        await using var site = await Site.StartAsync();
        await using var server = await RemoteServer.StartAsync(site);
        var first = await new RemotePerson(await chromium.OpenAsync()).SignInAsync(server);
        Assert.InRange(first.GetProperty("expires_in").GetInt32(), 590, 600);
        var second = await server.RefreshAsync(first);
        Assert.NotEqual(Refresh(first), Refresh(second));
        Assert.True(await server.OpensAsync(Access(second)));

        Assert.Equal("invalid_grant", Error(await server.RefreshAsync(first)));
        Assert.False(await server.OpensAsync(Access(second)));
        Assert.False(await server.OpensAsync(Access(first)));
        Assert.Equal("invalid_grant", Error(await server.RefreshAsync(second)));
    }

    [Fact]
    public async Task PersonWhomEntraRefuses_LosesTheAccess_AtTheRefresh()
    {
        await using var site = await Site.StartAsync();
        await using var server = await RemoteServer.StartAsync(site);
        var tokens = await new RemotePerson(await chromium.OpenAsync()).SignInAsync(server);
        await site.ChangeAsync(new JsonObject { ["revokeRefreshTokens"] = true });
        Assert.Equal("invalid_grant", Error(await server.RefreshAsync(tokens)));
        Assert.False(await server.OpensAsync(Access(tokens)));
    }

    // RFC 8707: the second server has the same store and the same keys, and another name.
    [Fact]
    public async Task TokenOfAnotherResource_IsRefused()
    {
        await using var site = await Site.StartAsync();
        await using var server = await RemoteServer.StartAsync(site);
        var tokens = await new RemotePerson(await chromium.OpenAsync()).SignInAsync(server);
        Assert.True(await server.OpensAsync(Access(tokens)));
        Assert.False(await server.OpensAsync(await File.ReadAllTextAsync(site.Entra.WorkloadTokenFile))); // a JWT of somebody else
        await server.RestartElsewhereAsync();
        Assert.False(await server.OpensAsync(Access(tokens)));
        Assert.Equal("invalid_grant", Error(await server.RefreshAsync(tokens)));
    }

    [Fact]
    public async Task TokenInTheQueryOrInArguments_IsRefused()
    {
        await using var site = await Site.StartAsync();
        await using var server = await RemoteServer.StartAsync(site);
        var token = Access(await new RemotePerson(await chromium.OpenAsync()).SignInAsync(server));
        var query = "access_token=" + token;
        foreach (var header in new[] { null, token })
        {
            using var answer = await server.PostAsync(header, "tools/list", [], request => request.RequestUri = new Uri($"{server.Url}?{query}"));
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }

        var refusal = (await server.CallAsync(token, new JsonObject { ["access_token"] = token })).GetProperty("error");
        Assert.Equal(-32602, refusal.GetProperty("code").GetInt32());
        Assert.Contains("Tokens belong in the header Authorization", refusal.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, await site.RequestsAsync("graph"));
        Assert.DoesNotContain(token, server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restart_KeepsPeopleSignedIn_AndNothingReadableIsOnDisk()
    {
        await using var site = await Site.StartAsync();
        await using var server = await RemoteServer.StartAsync(site);
        var tokens = await new RemotePerson(await chromium.OpenAsync()).SignInAsync(server);
        await server.CallAsync(Access(tokens));
        await server.RestartAsync();
        Assert.Equal("Alice Example", Name(await server.CallAsync(Access(tokens))));
        tokens = await server.RefreshAsync(tokens);
        Assert.True(await server.OpensAsync(Access(tokens)));
        Assert.Equal(1, await site.RequestsAsync("authorize")); // nobody was asked again

        var files = Directory.GetFiles(server.Store, "*", SearchOption.AllDirectories);
        Assert.Contains(files, file => file.EndsWith("tokens.db", StringComparison.Ordinal));
        Assert.Contains(files, file => file.EndsWith(".xml", StringComparison.Ordinal));
        var kept = string.Join('\n', files.Select(file => Encoding.Latin1.GetString(File.ReadAllBytes(file))));
        foreach (var secret in new[] { Access(tokens), Refresh(tokens), Tenant.RemoteSecret, "alice", "contoso", "masterKey", "Mcp.Operator" })
            Assert.DoesNotContain(secret, kept, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch(@"eyJ[\w-]+\.eyJ", kept); // a JWT
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(server.Store).UnixFileMode);
    }

    [Fact]
    public async Task ThrottledGraph_IsAskedAgain_AfterTheTimeItNames()
    {
        await using var site = await Site.StartAsync();
        await using var server = await RemoteServer.StartAsync(site);
        var tokens = await new RemotePerson(await chromium.OpenAsync()).SignInAsync(server);
        await site.ChangeAsync(new JsonObject { ["throttleGraph"] = new JsonObject { ["count"] = 2, ["retryAfter"] = 1 } });
        var watch = Stopwatch.StartNew();
        Assert.Equal("Alice Example", Name(await server.CallAsync(Access(tokens))));
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(30));
        Assert.Equal(3, await site.RequestsAsync("graph"));
    }

    [Fact]
    public async Task FailureOfGraph_IsAFixedText_WithTheIdOfTheLog()
    {
        await using var site = await Site.StartAsync();
        await using var server = await RemoteServer.StartAsync(site);
        var tokens = await new RemotePerson(await chromium.OpenAsync()).SignInAsync(server);
        await site.ChangeAsync(new JsonObject { ["throttleGraph"] = new JsonObject { ["count"] = 99, ["retryAfter"] = 0 } });
        var result = (await server.CallAsync(Access(tokens))).GetProperty("result");
        Assert.True(result.GetProperty("isError").GetBoolean());
        var text = result.GetProperty("content")[0].GetProperty("text").GetString()!;
        const string Fixed = "Microsoft Graph did not answer in time or refused. Try again later. Id for support:";
        Assert.Equal("An error occurred invoking 'getUserDetails': " + Fixed, text[..text.LastIndexOf(' ')]);
        Assert.Contains(text.Split(' ')[^1], server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PersonWithoutTheRole_SeesNoTool_AndCallsNone()
    {
        await using var site = await Site.StartAsync();
        await using var server = await RemoteServer.StartAsync(site);
        var token = Access(await new RemotePerson(await chromium.OpenAsync(), "#bob").SignInAsync(server));
        using var list = await server.PostAsync(token, "tools/list", []);
        Assert.Contains("\"tools\":[]", await list.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var refusal = (await server.CallAsync(token)).GetProperty("error").GetProperty("message").GetString();
        Assert.Contains("forbidden", refusal, StringComparison.Ordinal);
        Assert.Equal(0, await site.RequestsAsync("graph"));
    }

    private static string Access(JsonElement tokens) => tokens.GetProperty("access_token").GetString()!;

    private static string Refresh(JsonElement tokens) => tokens.GetProperty("refresh_token").GetString()!;

    private static string? Error(JsonElement answer) => answer.GetProperty("error").GetString();

    private static string? Name(JsonElement answer) =>
        answer.GetProperty("result").GetProperty("structuredContent").GetProperty("displayName").GetString();
}
