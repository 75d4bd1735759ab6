using System.Text.Json;
using Gatehouse.Storage.Abstractions;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Tests.Connections;

/// <summary>A person connects a third-party service once, and calls carry the person's own token (OB-05).</summary>
[Trait("Requirement", "OB-05")]
public sealed class ConnectionTests
{
    private const string Accept = ""","inputResponses":{"gatehouse-ID":{"action":"ANSWER"}},"requestState":"STATE" """;

    [Fact]
    public async Task ACallWithoutAConnection_NamesThePage_AndWithItCarriesThePersonsOwnToken()
    {
        await using var connecting = await ConnectingGateway.StartAsync();
        var alice = await connecting.SignInAsync("alice");
        var link = await connecting.LinkAsync(alice.AccessToken);
        Assert.Empty(connecting.Credentials());

        using var browser = connecting.Browser("alice");
        var page = await browser.OpenAsync(link);
        foreach (var text in new[] { "GitHub", "repo", "<bdi>up</bdi>", "alice", alice.ClientId })
            Assert.Contains(text, page, StringComparison.Ordinal);
        Assert.Empty(connecting.Service.Requests);
        var end = await browser.SendAsync("/connect", page, ("decision", "continue"));
        Assert.Contains("GitHub</bdi></strong> is connected to", end, StringComparison.Ordinal);

        Assert.Equal("done", Text(await connecting.CallAsync(alice.AccessToken)));
        Assert.Equal(["Bearer gho_1"], connecting.Credentials());
        var made = Assert.Single(connecting.Entries("connection.made"));
        Assert.Equal(("corp:alice", "up", "github", "repo"),
            (Fact(made, "subject"), Fact(made, "server"), Fact(made, "provider"), Fact(made, "scopes")));
        Assert.DoesNotContain("gho_1", string.Join('\n', connecting.Gateway.Entries().Select(entry => entry.ToString())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EachPerson_HasTheOwnToken_AndOnePersonsConnectionServesNoOther()
    {
        await using var connecting = await ConnectingGateway.StartAsync();
        var (alice, bob) = (await connecting.SignInAsync("alice"), await connecting.SignInAsync("bob"));
        await connecting.ConnectAsync(await connecting.LinkAsync(alice.AccessToken), "alice");
        var link = await connecting.LinkAsync(bob.AccessToken);
        Assert.Empty(connecting.Credentials());
        await connecting.ConnectAsync(link, "bob");
        foreach (var token in new[] { bob.AccessToken, alice.AccessToken, bob.AccessToken }) await connecting.CallAsync(token);
        Assert.Equal(["Bearer gho_2", "Bearer gho_1", "Bearer gho_2"], connecting.Credentials());
    }

    [Fact]
    public async Task AModernClientThatShowsPages_IsAskedToOpenOne_AndItsRequestWaitsForThePerson()
    {
        await using var connecting = await ConnectingGateway.StartAsync();
        var alice = await connecting.SignInAsync("alice");
        var asked = (await connecting.CallAsync(alice.AccessToken, isUrl: true)).GetProperty("result");
        Assert.Equal("input_required", asked.GetProperty("resultType").GetString());
        var question = Assert.Single(asked.GetProperty("inputRequests").EnumerateObject());
        var parameters = question.Value.GetProperty("params");
        Assert.Equal(("elicitation/create", "url"), (question.Value.GetProperty("method").GetString(), parameters.GetProperty("mode").GetString()));

        var again = connecting.CallAsync(alice.AccessToken, isUrl: true, Continued(asked, question.Name, "accept"));
        await connecting.ConnectAsync(parameters.GetProperty("url").GetString()!, "alice");
        Assert.Equal("done", Text(await again));
        Assert.Equal(["Bearer gho_1"], connecting.Credentials());
        Assert.DoesNotContain("inputResponses", connecting.Gateway.Upstream.Of("tools/call")[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APersonWhoDeclinesToOpenThePage_IsNotAskedAgainByTheSameCall()
    {
        await using var connecting = await ConnectingGateway.StartAsync();
        var alice = await connecting.SignInAsync("alice");
        var asked = (await connecting.CallAsync(alice.AccessToken, isUrl: true)).GetProperty("result");
        var question = Assert.Single(asked.GetProperty("inputRequests").EnumerateObject());
        var answer = await connecting.CallAsync(alice.AccessToken, isUrl: true, Continued(asked, question.Name, "decline"));
        Assert.Equal(7021, answer.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Empty(connecting.Credentials());
    }

    [Fact]
    public async Task ALegacyClientThatShowsPages_GetsTheErrorThatNamesThePage()
    {
        await using var connecting = await ConnectingGateway.StartAsync();
        var alice = await connecting.SignInAsync("alice");
        var initialize = TestGateway.InitializeBody.Replace("\"elicitation\":{}", "\"elicitation\":{\"url\":{}}", StringComparison.Ordinal);
        var (_, _, begun) = await connecting.Gateway.CallAsync(connecting.Gateway.Post(initialize, alice.AccessToken));
        var session = begun.Headers.GetValues("Mcp-Session-Id").Single();
        var error = (await CallAsync()).GetProperty("error");
        Assert.Equal(-32042, error.GetProperty("code").GetInt32());
        var visit = Assert.Single(error.GetProperty("data").GetProperty("elicitations").EnumerateArray());
        Assert.Equal("url", visit.GetProperty("mode").GetString());
        Assert.NotEqual("", visit.GetProperty("elicitationId").GetString());
        await connecting.ConnectAsync(visit.GetProperty("url").GetString()!, "alice");
        Assert.Equal("done", Text(await CallAsync()));

        async Task<JsonElement> CallAsync() => (await connecting.Gateway.CallAsync(connecting.Gateway.Post(
            """{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{}}}""", alice.AccessToken,
            ("Mcp-Session-Id", session), ("MCP-Protocol-Version", "2025-11-25")))).Body;
    }

    [Fact]
    public async Task ScopesThatConfigurationAdds_NeedTheConsentOfThePersonAgain()
    {
        await using var connecting = await ConnectingGateway.StartAsync();
        var alice = await connecting.SignInAsync("alice");
        await connecting.ConnectAsync(await connecting.LinkAsync(alice.AccessToken), "alice");
        connecting.Change(settings => settings with { Servers = [ConnectingGateway.With(settings.Servers[0], "github", "repo", "gist")] });
        var link = await connecting.LinkAsync(alice.AccessToken);
        Assert.Empty(connecting.Credentials());
        await connecting.ConnectAsync(link, "alice");
        await connecting.CallAsync(alice.AccessToken);
        connecting.Change(settings => settings with { Servers = [ConnectingGateway.With(settings.Servers[0], "github", "gist")] });
        await connecting.CallAsync(alice.AccessToken);
        Assert.Equal(["Bearer gho_2", "Bearer gho_2"], connecting.Credentials());
    }

    [Theory]
    [InlineData("gist", "did not give every right")]
    [InlineData("repo,admin:org", "gave more rights than the page named")]
    public async Task AServiceThatGivesOtherScopes_ConnectsNothing(string scope, string said)
    {
        await using var connecting = await ConnectingGateway.StartAsync();
        connecting.Service.Scope = scope;
        await RequireFaultAsync(connecting, said);
    }

    [Theory]
    [InlineData("<html>busy</html>")]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"access_token":"gho\u00e9","token_type":"bearer"}""")]
    [InlineData("""{"access_token":"gho_1","token_type":"mac"}""")]
    [InlineData("""{"access_token":"gho_1","access_token":"gho_2","token_type":"bearer"}""")]
    public async Task AServiceThatReturnsNoToken_ConnectsNothing(string body)
    {
        await using var connecting = await ConnectingGateway.StartAsync();
        connecting.Service.Body = body;
        await RequireFaultAsync(connecting, "returned no token that the gateway can use");
    }

    [Fact]
    public async Task APersonWhoDoesNotAgree_ConnectsNothing_AtThePageOrAtTheService()
    {
        await using var connecting = await ConnectingGateway.StartAsync();
        var alice = await connecting.SignInAsync("alice");
        var link = await connecting.LinkAsync(alice.AccessToken);
        using var browser = connecting.Browser("alice");
        var page = await browser.OpenAsync(link);
        Assert.Contains("Nothing was given", await browser.SendAsync("/connect", page, ("decision", "deny")), StringComparison.Ordinal);
        Assert.Empty(connecting.Service.Requests);
        connecting.Service.Error = "access_denied";
        Assert.Contains("Nothing was given", await browser.SendAsync("/connect", page, ("decision", "continue")), StringComparison.Ordinal);
        await connecting.LinkAsync(alice.AccessToken);
        Assert.Equal(["declined", "access-denied"], (await connecting.EntriesAsync("connection.refused", 2)).Select(entry => Fact(entry, "why")));
    }

    [Fact]
    public async Task ACallerWhoCannotSignIn_GetsTheReason_AndNoLink()
    {
        await using var connecting = await ConnectingGateway.StartAsync();
        var error = (await connecting.CallAsync(connecting.Gateway.Token("alice"))).GetProperty("error");
        Assert.Equal(7022, error.GetProperty("code").GetInt32());
        Assert.DoesNotContain("/connect", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "SK-02")]
    public async Task ARowThatIsCopiedToAnotherPerson_DoesNotServeThatPerson()
    {
        await using var connecting = await ConnectingGateway.StartAsync();
        var (alice, bob) = (await connecting.SignInAsync("alice"), await connecting.SignInAsync("bob"));
        await connecting.ConnectAsync(await connecting.LinkAsync(alice.AccessToken), "alice");
        var store = connecting.Gateway.Host.Core.Services.Store.Connections;
        var row = Assert.Single(await store.ListAsync(null, 10, TimeProvider.System.GetUtcNow()));
        Assert.True(await store.PutAsync(row with { Subject = "corp:bob" }, 10));
        await connecting.LinkAsync(bob.AccessToken);
        Assert.Empty(connecting.Credentials());
    }

    // Threat: a person without a connection decides what the server is for those who have one, or they get that person's link.
    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(400)]
    [InlineData(200)]
    public async Task AServerThatAnswersOnlyThoseWhoAreConnected_IsNotJudgedByAnotherPersonsRequest(int status)
    {
        await using var connecting = await ConnectingGateway.StartAsync();
        var (alice, bob) = (await connecting.SignInAsync("alice"), await connecting.SignInAsync("bob"));
        connecting.Gateway.Upstream.Before = async (context, _) =>
        {
            if (context.Request.Headers.Authorization.Count > 0) return false;
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            var error = """{"jsonrpc":"2.0","id":"x","error":{"code":-32001,"message":"sign in"}}""";
            await context.Response.WriteAsync(status == 200 ? error : "");
            await context.Response.CompleteAsync();
            return true;
        };
        Assert.Contains("/connect?link=", (await LegacyListAsync(bob.AccessToken)).ToString(), StringComparison.Ordinal);
        await connecting.ConnectAsync(await connecting.LinkAsync(alice.AccessToken), "alice");
        Assert.Contains("/connect?link=", (await LegacyListAsync(bob.AccessToken)).ToString(), StringComparison.Ordinal);
        Assert.True((await connecting.CallAsync(alice.AccessToken)).TryGetProperty("result", out _));
        Assert.DoesNotContain("/connect?link=", (await LegacyListAsync(alice.AccessToken)).ToString(), StringComparison.Ordinal);

        async Task<JsonElement> LegacyListAsync(string token) => (await connecting.Gateway.CallAsync(connecting.Gateway.Post(
            """{"jsonrpc":"2.0","id":2,"method":"tools/list","params":{}}""", token, ("MCP-Protocol-Version", "2025-11-25")))).Body;
    }

    private static async Task RequireFaultAsync(ConnectingGateway connecting, string said)
    {
        var alice = await connecting.SignInAsync("alice");
        var link = await connecting.LinkAsync(alice.AccessToken);
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => connecting.ConnectAsync(link, "alice"));
        Assert.Contains(said, fault.Message, StringComparison.Ordinal);
        await connecting.LinkAsync(alice.AccessToken);
        Assert.Empty(connecting.Credentials());
        Assert.Empty(connecting.Entries("connection.made"));
    }

    private static string Continued(JsonElement asked, string key, string answer) => Accept.Replace("gatehouse-ID", key, StringComparison.Ordinal)
        .Replace("ANSWER", answer, StringComparison.Ordinal)
        .Replace("STATE", asked.GetProperty("requestState").GetString(), StringComparison.Ordinal);

    private static string? Text(JsonElement answer) => answer.TryGetProperty("result", out var result)
        ? result.GetProperty("content")[0].GetProperty("text").GetString() : answer.ToString();

    private static string? Fact(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.GetString() : null;
}
