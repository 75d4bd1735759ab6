using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Gateway.Registrations;

namespace Gatehouse.Gateway.Tests.Registrations;

/// <summary>Registrations without a fault, in the form of Microsoft Graph, and what the doctor finds in changed ones.</summary>
internal static class SampleRegistration
{
    public const string App = "33333333-3333-4333-8333-333333333333";
    public const string Key = "55555555-5555-4555-8555-555555555555";
    public const string UserRead = "e1fe6dd8-ba31-4d61-89e7-88639da4683d";

    public static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The use of a kind, with the tool of the samples.</summary>
    public static RegistrationDemands Demands(RegisteredKind kind) => new(kind, Now)
    {
        ServerUrl = kind == RegisteredKind.Local ? null : new Uri("https://mcp.example.com/mcp"),
        Operations = kind == RegisteredKind.Gateway ? [] : [GraphPermissions.OperationOf("getUserDetails")!],
    };

    /// <summary>A registration without a fault.</summary>
    public static JsonObject Good(RegisteredKind kind)
    {
        var isLocal = kind == RegisteredKind.Local;
        var scopes = isLocal ? "[]" : """[{ "id": "66666666-6666-4666-8666-666666666666", "value": "Mcp.Call", "isEnabled": true, "type": "User" }]""";
        var native = isLocal ? $"""["http://localhost", "ms-appx-web://microsoft.aad.brokerplugin/{App}"]""" : "[]";
        return JsonNode.Parse($$"""
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#applications/$entity",
              "id": "44444444-4444-4444-8444-444444444444",
              "appId": "{{App}}",
              "displayName": "MCP",
              "signInAudience": "AzureADMyOrg",
              "isFallbackPublicClient": {{(isLocal ? "null" : "false")}},
              "groupMembershipClaims": null,
              "api": {
                "requestedAccessTokenVersion": {{(isLocal ? "null" : "2")}},
                "oauth2PermissionScopes": {{scopes}},
                "preAuthorizedApplications": []
              },
              "web": {
                "redirectUris": {{(isLocal ? "[]" : """["https://mcp.example.com/auth/callback"]""")}},
                "implicitGrantSettings": { "enableAccessTokenIssuance": false, "enableIdTokenIssuance": false }
              },
              "spa": { "redirectUris": [] },
              "publicClient": { "redirectUris": {{native}} },
              "passwordCredentials": {{(isLocal ? "[]" : $$"""
                [{ "keyId": "{{Key}}", "startDateTime": "2026-10-01T00:00:00Z", "endDateTime": "2027-03-01T00:00:00Z", "secretText": null }]
                """)}},
              "keyCredentials": [],
              "requiredResourceAccess": [
                { "resourceAppId": "00000003-0000-0000-c000-000000000000", "resourceAccess": [{ "id": "{{UserRead}}", "type": "Scope" }] }
              ],
              "owners": [{ "@odata.type": "#microsoft.graph.user", "id": "aaaaaaaa-0000-4000-8000-00000000a11c" }],
              "federatedIdentityCredentials": [
                {
                  "id": "77777777-7777-4777-8777-777777777777", "name": "production", "issuer": "https://token.actions.githubusercontent.com",
                  "subject": "repo:example/mcp:environment:production", "audiences": ["api://AzureADTokenExchange"]
                }
              ]
            }
            """)!.AsObject();
    }

    /// <summary>Reads a registration in which one thing was changed.</summary>
    public static AppRegistration Read(RegisteredKind kind, Action<JsonObject>? change = null, params JsonNode[] grants)
    {
        var registration = Good(kind);
        change?.Invoke(registration);
        return RegistrationReader.Read(Parse(registration), grants: [.. grants.Select(Parse)]);
    }

    private static System.Text.Json.JsonElement Parse(JsonNode node) => RegistrationReader.Parse(Encoding.UTF8.GetBytes(node.ToJsonString()));
}
