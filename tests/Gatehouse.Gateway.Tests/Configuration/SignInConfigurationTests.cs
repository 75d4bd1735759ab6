using Gatehouse.Configuration;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.Configuration;

public sealed class SignInConfigurationTests
{
    private const string Start =
        """
        version: 1
        publicUrl: https://mcp.example.com
        authorizationServer:
          providers:
            - name: corp
              issuer: https://login.example.com
              clientId: gatehouse

        """;

    private const string Servers = "servers:\n  notes: { url: https://notes.example.com/mcp }\n";

    [Fact]
    public void AnAuthorizationServer_IsReadAsWritten()
    {
        var server = Samples.Load(Samples.Everything).Settings!.AuthorizationServer!;
        Assert.Equal((AccessTokenFormat.Jwt, TimeSpan.FromMinutes(5), TimeSpan.FromDays(1), TimeSpan.FromSeconds(20)),
            (server.AccessTokens, server.AccessTokenLife, server.GrantLife, server.RefreshGrace));
        Assert.False(server.ClientDocuments);
        var corp = server.Providers[0];
        Assert.Equal(("corp", "Example Corporation", IssuerProfileName.Entra, new SecretReference("vault", "corp-client")),
            (corp.Name, corp.DisplayName, corp.Profile, corp.ClientSecret));
        Assert.Equal((new Uri("https://login.example.com/entra"), "33333333-3333-4333-8333-333333333333"), (corp.Metadata, corp.Audience));
        Assert.Contains("offline_access", corp.Scopes);
        var client = Assert.Single(server.Clients);
        Assert.Equal(("desk-app", "Desk", 3, new SecretReference("vault", "desk-app"), true, true),
            (client.Id, client.Name, client.RedirectUris.Count, client.Secret, client.PreApproved, client.MayIntrospect));
        var registration = server.Registration!;
        Assert.Equal(["app.example.com"], registration.RedirectHosts);
        Assert.Equal((5, 500, TimeSpan.FromHours(48)), (registration.PerHour, registration.MostClients, registration.UnusedLife));
    }

    [Fact]
    public void DefaultsOfTheTable_AreDefaultsOfTheRecords()
    {
        var server = Samples.Load(Start + "  clients: [{ id: a, name: A, redirectUris: [https://a.example.com/c] }]\n" + Servers).Settings!.AuthorizationServer!;
        var provider = new SignInProviderSettings { Name = "corp", Issuer = "https://login.example.com", ClientId = "gatehouse" };
        var client = new OAuthClientSettings { Id = "a", Name = "A", RedirectUris = ["https://a.example.com/c"] };
        Assert.Equivalent(new AuthorizationServerSettings { Providers = [provider], Clients = [client] }, server, strict: true);
        var registration = Samples.Load(Start + "  registration: { redirectHosts: [] }\n" + Servers).Settings!.AuthorizationServer!.Registration;
        Assert.Equivalent(new ClientRegistrationSettings(), registration, strict: true);
    }

    [Fact]
    [Trait("Requirement", "AZ-10")]
    public void TheAuthenticationOfAdministrators_IsReadAsWritten()
    {
        var administration = Samples.Load(Samples.Everything).Settings!.Administration;
        Assert.Equal(["mfa", "urn:example:loa:3"], administration.Strengths);
        Assert.Equal(TimeSpan.FromMinutes(15), administration.MaxAge);
    }

    [Fact]
    public void WithoutTheSection_NoTokensAreIssued() => Assert.Null(Samples.Load(Samples.Smallest).Settings!.AuthorizationServer);

    [Fact]
    public void Registration_IsOffUntilItIsNamed_AndIsNotShownAsIfItWereOn()
    {
        var result = Samples.Load(Start + Servers);
        Assert.Null(result.Settings!.AuthorizationServer!.Registration);
        Assert.DoesNotContain(result.Values, value => value.Path.Contains("registration", StringComparison.Ordinal));
    }

    [Fact]
    public void TheDevelopmentMode_RunsBesideIt()
    {
        var text = Start.Replace("https://mcp.example.com", "http://127.0.0.1:8080", StringComparison.Ordinal) + Servers;
        Assert.Equal("", Samples.Text(Samples.Load(text, development: true)));
    }

    [Fact]
    public void AServer_TakesTheTokensOfTheGatewayByItsOrigin()
    {
        var result = Samples.Load(Start + "servers:\n  notes: { url: https://notes.example.com/mcp, issuers: [https://mcp.example.com] }\n");
        Assert.Equal("", Samples.Text(result));
        Assert.True(result.Settings!.Servers[0].TakesIssuer(result.Settings.Origin));
        Assert.Equal([], ConfigurationWarnings.Of(result.Settings));
    }

    [Fact]
    public void WithoutTheSection_TheOriginIsNoIssuer()
    {
        var result = Samples.Load(FaultCase.Server("url: https://notes.example.com/mcp, issuers: [https://mcp.example.com]"));
        Assert.Contains("no trusted issuer has this name", Samples.Text(result), StringComparison.Ordinal);
    }

    [Fact]
    public void AnAuthorizationServerWhoseTokensNoServerTakes_IsAWarning()
    {
        var settings = Samples.Load(Start + "issuers: [{ issuer: https://other.example.com }]\n"
            + "servers:\n  notes: { url: https://notes.example.com/mcp, issuers: [https://other.example.com] }\n").Settings!;
        var warning = Assert.Single(ConfigurationWarnings.Of(settings));
        Assert.Equal("authorizationServer", warning.Path);
        Assert.Contains("no server accepts the tokens", warning.Message, StringComparison.Ordinal);
        Assert.Contains("https://mcp.example.com", warning.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void APreApprovedProgramOnLoopback_IsAWarning()
    {
        var settings = Samples.Load(Start
            + "  clients: [{ id: desk, name: Desk, redirectUris: [http://127.0.0.1/c, \"http://localhost/c\"], preApproved: true }]\n" + Servers).Settings!;
        var warning = Assert.Single(ConfigurationWarnings.Of(settings));
        Assert.Equal("authorizationServer.clients[0].preApproved", warning.Path);
        Assert.Contains("can take the place of desk", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARuleThatNamesGroupsWithoutIssuers_IsAWarningBesideAnotherIssuer()
    {
        const string Rule = "policy: [{ id: staff, permit: { groups: [staff] } }]\n";
        Assert.Equal([], ConfigurationWarnings.Of(Samples.Load(Start + Servers + Rule).Settings!));
        var settings = Samples.Load(Start + "issuers: [{ issuer: https://other.example.com }]\n" + Servers + Rule).Settings!;
        var warning = Assert.Single(ConfigurationWarnings.Of(settings));
        Assert.Contains("without issuers", warning.Message, StringComparison.Ordinal);
        Assert.StartsWith("warning: staff: this rule names", warning.ToString(), StringComparison.Ordinal); // the id of the rule once
    }

    [Theory]
    [InlineData("servers: [notes]", false)]
    [InlineData("servers: [open]", true)]
    [InlineData("servers: [\"*\"]", true)]
    [InlineData("tools: [get_one]", true)]
    public void ARuleThatNamesGroups_IsNoWarning_WhereEachServerAcceptsOneIssuer(string where, bool isWarned)
    {
        var result = Samples.Load(Start + "issuers: [{ issuer: https://other.example.com }]\nservers:\n"
            + "  notes: { url: https://notes.example.com/mcp, issuers: [https://mcp.example.com] }\n  open: { url: https://open.example.com/mcp }\n"
            + $"policy: [{{ id: staff, permit: {{ groups: [staff], {where} }} }}]\n");
        Assert.Equal("", Samples.Text(result));
        Assert.Equal(isWarned ? 1 : 0, ConfigurationWarnings.Of(result.Settings!).Count);
    }

    // Threat: the administrator of a provider for guests chooses the members of the other one's groups.
    [Theory]
    [InlineData("groups: [staff]", true)]
    [InlineData("roles: [staff]", true)]
    [InlineData("groups: [staff], issuers: [https://mcp.example.com]", true)]
    [InlineData("groups: [staff], subjects: [\"corp:*\"]", false)]
    [InlineData("groups: [staff], clients: [desk]", true)]
    [InlineData("anyone: true", false)]
    public void ARuleThatNamesGroups_WithTwoProviders_IsAWarning(string who, bool isWarned)
    {
        var text = Start + "    - { name: guests, issuer: https://guests.example.com, clientId: gatehouse }\n" + Servers
            + $"policy: [{{ id: staff, permit: {{ {who}, servers: [notes] }} }}]\n";
        var result = Samples.Load(text);
        Assert.Equal("", Samples.Text(result));
        var warnings = ConfigurationWarnings.Of(result.Settings!);
        Assert.Equal(isWarned, warnings.Any(warning => warning.Message.Contains("any provider", StringComparison.Ordinal)));
        Assert.Equal(isWarned ? 1 : 0, warnings.Count);
    }

    [Fact]
    [Trait("Requirement", "SK-01")]
    public void SecretsOfProvidersAndClients_AreResolvedAtTheStart()
    {
        var uses = SecretUses.OfIssuers(Samples.Load(Samples.Everything).Settings!).ToList();
        Assert.Contains(uses, use => use.Key == "authorizationServer.providers[0].clientSecret" && use.Reference.Location == "corp-client");
        Assert.Contains(uses, use => use.Key == "authorizationServer.clients[0].secret" && use.Reference.Location == "desk-app");
    }

    // The profile does not decide whom such an issuer covers.
    [Theory]
    [InlineData("https://login.microsoftonline.com/common/v2.0", "", true)]
    [InlineData("https://login.microsoftonline.com/common/v2.0", ", profile: entra", true)]
    [InlineData("https://login.microsoftonline.us/organizations/v2.0", "", true)]
    [InlineData("https://login.microsoftonline.com/{tenantid}/v2.0", "", true)]
    [InlineData("https://sts.windows.net/", "", true)]
    [InlineData("https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0", "", false)]
    [InlineData("https://login.microsoftonline.com.example.com/common/v2.0", "", false)]
    public void AnIssuerOfAllTenants_IsAFault_WithAndWithoutTheProfile(string issuer, string profile, bool isFault)
    {
        var text = Samples.Text(Samples.Load(Start + $"    - {{ name: all, issuer: \"{issuer}\", clientId: gatehouse{profile} }}\n" + Servers));
        Assert.Equal(isFault, text.Contains("tenant", StringComparison.Ordinal));
        Assert.Equal(isFault, text.Length > 0);
    }

    [Theory]
    [InlineData("https://app.example.com/callback")]
    [InlineData("https://app.example.com:8443/callback?tenant=1")]
    [InlineData("http://127.0.0.1/callback")]
    [InlineData("http://127.0.0.1:33418/")]
    [InlineData("http://localhost:6274/oauth/callback")]
    [InlineData("http://[::1]/callback")]
    [InlineData("com.example.app:/callback")]
    [InlineData("cursor://anysphere.cursor-mcp/oauth/callback")]
    public void ARedirectUri_OfAClientInUse_IsAccepted(string uri) => Assert.Equal("",
        Samples.Text(Samples.Load(Start + $"  clients: [{{ id: a, name: A, redirectUris: [\"{uri}\"] }}]\n" + Servers)));

    [Theory]
    [Trait("Requirement", "AZ-10")]
    [InlineData("profile: entra", "", "who: { groups: [a] }, strengths: [c1]", "c1")]
    [InlineData("profile: entra", "", "who: { groups: [a] }, strengths: [none]", "")]
    [InlineData("profile: entra", ", { issuer: \"https://login.example.com\" }", "who: { groups: [a] }", "mfa")] // people of the other can show it
    [InlineData("profile: strict", "", "who: { groups: [a] }", "mfa")]
    public void FactorOfAdministrators_IsDemandedByDefault_WhereAnIssuerCanShowIt(string profile, string more, string administration, string demanded)
    {
        var issuer = "https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0";
        var result = Samples.Load(
            $$"""
            version: 1
            publicUrl: https://mcp.example.com
            listen: { url: "http://127.0.0.1:8080" }
            issuers: [{ issuer: "{{issuer}}", {{profile}} }{{more}}]
            servers: { notes: { url: "https://notes.example.com/mcp" } }
            administration: { {{administration}} }
            """);
        Assert.Equal("", Samples.Text(result));
        Assert.Equal(demanded, string.Join(' ', result.Settings!.AdministrationStrengths));
        var warned = ConfigurationWarnings.Of(result.Settings).Any(static one => one.Path == "administration.strengths");
        Assert.Equal(demanded.Length == 0, warned);
    }

    // The default binds the people who answer, also where nobody administrates.
    [Fact]
    public void PeopleOfEntraVersion2_WhoMayAnswerAndCannot_AreAWarning()
    {
        var result = Samples.Load(
            """
            version: 1
            publicUrl: https://mcp.example.com
            listen: { url: "http://127.0.0.1:8080" }
            issuers: [{ issuer: "https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0", profile: entra }]
            servers: { notes: { url: "https://notes.example.com/mcp" } }
            policy:
              - { id: leads, permit: { groups: [leads], directions: [approvals] } }
            """);
        Assert.Equal("", Samples.Text(result));
        Assert.Contains(ConfigurationWarnings.Of(result.Settings!), static one => one.Path == "administration.strengths");
    }
}
