using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using static Gatehouse.AuthorizationServer.Tests.SignIn.SignInServer;

namespace Gatehouse.AuthorizationServer.Tests.SignIn;

/// <summary>The parameters with which a client demands an authentication reach the provider, and the token shows it (RFC 9470 §4, §6).</summary>
public sealed class StepUpTests : IDisposable
{
    private readonly SignInServer server = new();

    public void Dispose() => server.Dispose();

    [Theory]
    [InlineData("login", true, false)]
    [InlineData("login consent", true, false)]
    [InlineData("consent login", true, false)]
    [InlineData("select_account consent", false, true)]
    [InlineData(" select_account  login ", true, true)]
    [InlineData("consent", false, false)]
    public async Task Prompt_IsASet(string prompt, bool isFresh, bool selectsAccount)
    {
        await ConsentAsync(server.Browser(), Begin("editor", ("prompt", prompt)));
        Assert.Equal((isFresh, selectsAccount), (server.Providers[0].Demand.IsFresh, server.Providers[0].Demand.SelectsAccount));
    }

    [Theory]
    [InlineData("prompt", "none", "interaction_required")]
    [InlineData("prompt", "none login", "invalid_request")]
    [InlineData("prompt", "create", "invalid_request")]
    [InlineData("prompt", "LOGIN", "invalid_request")]
    [InlineData("prompt", "login,consent", "invalid_request")]
    [InlineData("max_age", "-1", "invalid_request")]
    [InlineData("max_age", "+1", "invalid_request")]
    [InlineData("max_age", "1.5", "invalid_request")]
    [InlineData("max_age", "5m", "invalid_request")]
    [InlineData("max_age", "99999999999", "invalid_request")]
    [InlineData("acr_values", "mfa\u00FC", "invalid_request")]
    [InlineData("acr_values", "mfa\nmfa", "invalid_request")]
    public async Task ADemandThatCannotBeHonoured_IsRefused(string name, string value, string error)
    {
        var answer = await server.Browser().GetAsync(Begin("trusted", (name, value)));
        Assert.Equal(error, PretendAnswer.QueryOf(answer.Location)["error"]);
    }

    [Theory]
    [InlineData("0", true)]
    [InlineData("900", false)]
    public async Task MaxAgeAndAcrValues_ReachTheProvider(string age, bool isFresh)
    {
        await ConsentAsync(server.Browser(), Begin("editor", ("max_age", age), ("acr_values", "mfa urn:strong")));
        var demand = server.Providers[0].Demand;
        Assert.Equal((isFresh, age, "mfa urn:strong"), (demand.IsFresh, demand.MaxAge.ToString(), demand.AcrValues));
    }

    [Fact]
    public async Task AClientThatIsPreApproved_CanHaveThePersonAsked()
    {
        Assert.Equal(303, (await server.Browser().GetAsync(Begin("trusted"))).Status);
        Assert.Equal(200, (await server.Browser().GetAsync(Begin("trusted", ("prompt", "consent")))).Status);
    }

    // What the person demands with the button must not fail where the provider does not say when it was.
    [Fact]
    public async Task AnotherAccount_KeepsTheDemandOfTheClient()
    {
        var browser = server.Browser();
        var page = await SignInAsync(browser, Begin("editor", ("acr_values", "mfa")));
        await browser.PostAsync("/oauth/confirm", [new("request", page.Hidden("request")), new("decision", "other")]);
        var demand = server.Providers[0].Demand;
        Assert.Equal((true, false, "mfa"), (demand.IsOtherAccount, demand.IsFresh, demand.AcrValues));
    }

    [Fact]
    public async Task AnAdministrator_GetsATokenThatShowsWhatTheChallengeDemanded()
    {
        NameAdministrators();
        var at = server.Clock.GetUtcNow().AddSeconds(-5);
        server.Providers[0].Person = person => person with { AuthenticationContext = "mfa", AuthenticatedAt = at };
        var resource = server.Settings.AdministrationResource;
        server.Bench.Resources.Add(resource);
        (string, string?)[] challenge = [("acr_values", "mfa"), ("max_age", "300"), ("resource", resource), ("scope", null), ("prompt", "consent")];
        var browser = server.Browser();
        Assert.Contains("administration", (await browser.GetAsync(Begin("trusted", challenge))).Body, StringComparison.Ordinal);
        var left = PretendAnswer.QueryOf(await CompleteAsync(browser, Begin("trusted", challenge)));
        var tokens = await server.RedeemAsync(left["code"], "trusted", resource);
        var claims = await new AccessTokens(server.Tokens).FindAsync(CredentialText.Digest(tokens.Access), CancellationToken.None);
        Assert.Equal((resource, "mfa", at.ToUnixTimeSeconds()), (claims?.Resource, claims?.AuthenticationContext, claims?.AuthenticatedAt));
    }

    [Fact]
    public async Task TheResourceOfAdministration_IsForClientsOfAnAdministratorOnly()
    {
        var resource = server.Settings.AdministrationResource;
        Assert.Equal("invalid_target", await ErrorAsync("trusted", resource)); // nobody is an administrator
        NameAdministrators();
        Assert.Equal("invalid_target", await ErrorAsync("mallory", resource));
        Assert.Equal("invalid_target", await ErrorAsync("trusted", resource + "/"));
        Assert.Equal(400, (await server.Browser().GetAsync(Begin("editor", ("resource", resource)))).Status);
    }

    private void NameAdministrators() => server.Settings = server.Settings with
    {
        Administration = new AdministrationSettings { Who = new WhoClause { Subjects = new NameSet(["corp:alice"]) } },
    };

    private async Task<string> ErrorAsync(string client, string resource)
    {
        var answer = await server.Browser().GetAsync(Begin(client, ("resource", resource)));
        Assert.Equal(303, answer.Status);
        return PretendAnswer.QueryOf(answer.Location)["error"];
    }
}
