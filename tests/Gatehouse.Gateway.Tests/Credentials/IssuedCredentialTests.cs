using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Gatehouse.Peers.Providers;
using Gatehouse.Policy;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Gatehouse.Tests.Shared;

namespace Gatehouse.Gateway.Tests.Credentials;

/// <summary>Each server gets a credential of its own from the identity provider, for the person who asks (ID-05).</summary>
[Trait("Requirement", "ID-05")]
[Trait("NoRetry", "yes")]
public sealed class IssuedCredentialTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EachPerson_GetsATokenForTheServer_AndTheOwnOneReachesNone(bool byKey)
    {
        await using var site = await CredentialGateway.StartAsync(byKey: byKey);
        var tokens = new Dictionary<string, string>();
        foreach (var person in new[] { "alice", "bob" })
        {
            tokens[person] = await site.TokenAsync(person);
            await site.RequireAsync(tokens[person]);
            await site.RequireAsync(tokens[person]);
        }

        var sent = CredentialGateway.TokensOf(site.Crm);
        Assert.Equal(["alice", "alice", "bob", "bob"], sent.Select(static token => token.GetProperty("sub").GetString()));
        Assert.All(sent, static token => Assert.Equal("crm", token.GetProperty("aud").GetString()));
        Assert.All(sent, token => Assert.Equal(byKey ? "gateway-jwt" : "gateway", token.GetProperty("act").GetProperty("sub").GetString()));
        Assert.Equal(2, site.Provider.Requests.Count); // one for each person
        Assert.All(site.Provider.Requests, request => Assert.Equal(byKey ? "private_key_jwt" : "client_secret_basic", request.Authentication));
        Assert.All(site.Crm.Received.SelectMany(static request => request.Headers), header => Assert.All(tokens.Values,
            token => Assert.DoesNotContain(token, header.Value, StringComparison.Ordinal)));
    }

    [Fact]
    [Trait("Requirement", "ID-09")]
    public async Task AServerOfTheGatewayItself_GetsOneTokenForAllCallers()
    {
        await using var site = await CredentialGateway.StartAsync();
        foreach (var person in new[] { "alice", "bob" })
            await site.RequireAsync(await site.TokenAsync(person, "/reports"), "/reports");
        Assert.All(CredentialGateway.TokensOf(site.Reports), static token =>
            Assert.Equal(("reports", "reports"), (token.GetProperty("client_id").GetString(), token.GetProperty("aud").GetString())));
        Assert.Equal("client_credentials", Assert.Single(site.Provider.Requests).GrantType);
    }

    // A provider may be broken, or another party in its place (CWE-863, CWE-113).
    [Theory]
    [InlineData(BadAnswer.Html, "no JSON")]
    [InlineData(BadAnswer.Nothing, "gave no answer")]
    [InlineData(BadAnswer.Empty, "no JSON")]
    [InlineData(BadAnswer.Redirect, "status 307")]
    [InlineData(BadAnswer.Huge, "gave no answer")]
    [InlineData(BadAnswer.CutOff, "no JSON")]
    [InlineData(BadAnswer.OtherAudience, "another audience")]
    [InlineData(BadAnswer.OtherPerson, "another person")]
    [InlineData(BadAnswer.LongerScope, "more scopes")]
    [InlineData(BadAnswer.Expired, "expired")]
    [InlineData(BadAnswer.Unsigned, "not signed")]
    [InlineData(BadAnswer.OtherTokenType, "no bearer token")]
    [InlineData(BadAnswer.OtherIssuedType, "no access token")]
    [InlineData(BadAnswer.NoToken, "no token")]
    [InlineData(BadAnswer.TwoTokens, "no JSON")]
    [InlineData(BadAnswer.LineBreak, "no token")]
    public async Task AnAnswerThatCannotBeUsed_SendsNoCall(BadAnswer answer, string cause)
    {
        await using var site = await CredentialGateway.StartAsync();
        var alice = await site.TokenAsync("alice");
        site.Provider.Bad = answer;
        var (_, body, response) = await site.CallAsync(alice);
        var code = body.TryGetProperty("error", out var error) ? error.GetProperty("data").GetProperty("code").GetString() : "none";
        var entry = site.Gateway.EndedEntryOf(response).GetRawText();
        Assert.True(code is "GH7014" or "GH7015" && entry.Contains(cause, StringComparison.Ordinal), entry);
        Assert.Empty(site.Crm.Of("tools/call"));
        site.Provider.Bad = BadAnswer.None;
        await Eventually.TrueAsync(
            async () => (await site.CallAsync(await site.TokenAsync("alice"))).Status == HttpStatusCode.OK, "a good answer serves again");
    }

    [Theory]
    [InlineData(BadAnswer.Unavailable)]
    [InlineData(BadAnswer.TooMany)]
    public async Task AnOutage_IsAnsweredWithATimeToWait_AndHeldTokensServe(BadAnswer answer)
    {
        await using var site = await CredentialGateway.StartAsync();
        var alice = await site.TokenAsync("alice");
        await site.RequireAsync(alice);
        (site.Provider.Bad, site.Provider.RetryAfter) = (answer, 20);
        await site.RequireAsync(alice);
        var (_, body, response) = await site.CallAsync(await site.TokenAsync("bob"));
        Assert.Equal("GH7015", body.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
        Assert.Equal(TimeSpan.FromSeconds(20), response.Headers.RetryAfter?.Delta);
        var asked = site.Provider.Requests.Count;
        await site.CallAsync(await site.TokenAsync("bob")); // the pause that the provider asked for
        Assert.Equal(asked, site.Provider.Requests.Count);
    }

    // What is wrong with the credential of the gateway is for its operator, and not for the caller.
    [Fact]
    public async Task AWrongSecretOfTheGateway_IsAFaultForTheOperator()
    {
        await using var site = await CredentialGateway.StartAsync(
            crm => crm with { Client = new IssuerClientSettings { Id = "gateway", Secret = Wrong() } });
        var (_, body, response) = await site.CallAsync(await site.TokenAsync("alice"));
        Assert.Equal("GH7014", body.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
        Assert.DoesNotContain("invalid_client", body.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("invalid_client", site.Gateway.EndedEntryOf(response).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATokenOfAnotherIssuer_IsNotSentThere()
    {
        await using var other = await OpenIddictProvider.StartAsync();
        await using var site = await CredentialGateway.StartAsync(
            change: settings => settings with { Issuers = [.. settings.Issuers, new IssuerSettings { Issuer = other.Issuer }] });
        var (_, body, response) = await site.CallAsync(await other.IssueForAsync("alice", site.Gateway.Url.ToString()));
        Assert.Equal("GH7018", body.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
        Assert.Contains(other.Issuer, site.Gateway.EndedEntryOf(response).GetRawText(), StringComparison.Ordinal);
        Assert.Empty(site.Provider.Requests);
        Assert.Empty(other.Requests);
    }

    // A call does not wait for the renewal of a token that still holds, and one request serves all.
    [Fact]
    public async Task AToken_IsRenewedBeforeItsEnd_ByOneRequest()
    {
        var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        await using var site = await CredentialGateway.StartAsync(time: clock);
        site.Provider.TokenLife = TimeSpan.FromMinutes(10);
        var alice = await site.TokenAsync("alice");
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => site.CallAsync(alice)));
        Assert.Single(site.Provider.Requests);
        clock.Advance(TimeSpan.FromMinutes(9));
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => site.CallAsync(alice)));
        await Eventually.TrueAsync(() => site.Table.All()[0].Cell.Held!.IssuedAt == clock.GetUtcNow(), "the token is renewed");
        await site.CallAsync(alice);
        Assert.Equal(2, CredentialGateway.TokensOf(site.Crm).Select(static token => token.GetProperty("jti").GetString()).Distinct().Count());
        Assert.Equal(2, site.Provider.Requests.Count);
    }

    [Fact]
    public async Task InterleavedCalls_CarryTheCredentialOfTheirOwnPersonAndServer()
    {
        var calls = TestSize.Of(gate: 400, full: 10_000, @long: 10_000);
        await using var site = await CredentialGateway.StartAsync();
        site.Provider.TokenLife = TimeSpan.FromHours(1);
        List<(string Person, string Path, string Token)> callers = [];
        foreach (var person in new[] { "alice", "bob" })
        {
            foreach (var path in new[] { "/mcp", "/reports" }) callers.Add((person, path, await site.TokenAsync(person, path)));
        }

        var wrong = new ConcurrentQueue<string>();
        Echo(site.Crm);
        Echo(site.Reports);
        await Parallel.ForAsync(0, calls, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, _) =>
        {
            var (person, path, token) = callers[number % callers.Count];
            var (status, body, _) = await site.CallAsync(token, path);
            var expected = path == "/mcp" ? $"{person}@crm" : "reports@reports";
            if (status != HttpStatusCode.OK || body.GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString() != expected)
                wrong.Enqueue($"{expected}: {status} {body}");
        });
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task HeldCredentials_AreListedWithoutTheirValues_AndForgotten()
    {
        await using var site = await CredentialGateway.StartAsync();
        await site.CallAsync(await site.TokenAsync("alice"));
        var one = Assert.Single(site.Table.All());
        Assert.Equal(("crm", "alice"), (one.Server, one.Subject));
        var value = Assert.Single(site.Crm.Of("tools/call")).Header("Authorization")[0]["Bearer ".Length..];
        Assert.DoesNotContain(value, JsonSerializer.Serialize(site.Gateway.Entries()), StringComparison.Ordinal);
        Assert.Equal(1, site.Table.Forget(static credential => credential.Subject == "alice"));
        await site.CallAsync(await site.TokenAsync("alice"));
        Assert.Equal(2, site.Provider.Requests.Count);
    }

    private static void Echo(RecordingUpstream server) => server.On("tools/call", static (context, message) =>
    {
        var claims = CredentialGateway.ClaimsOf(context.Request.Headers.Authorization.ToString()["Bearer ".Length..]);
        return RecordingUpstream.Json(context, $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"resultType\":"
            + $"\"complete\",\"content\":[{{\"type\":\"text\",\"text\":\"{claims.GetProperty("sub").GetString()}@{claims.GetProperty("aud").GetString()}\"}}]}}}}");
    });

    private static SecretReference Wrong()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "another-secret");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return new SecretReference("file", file);
    }
}
