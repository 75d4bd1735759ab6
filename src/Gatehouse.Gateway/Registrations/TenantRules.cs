using static Gatehouse.Gateway.Registrations.RegistrationVerdict;
using Fault = (string Path, string Words, string Command);

namespace Gatehouse.Gateway.Registrations;

/// <summary>Rules about who may sign in, who changes the registration, and the tokens that are issued for the application.</summary>
internal static class TenantRules
{
    private const string OneTenant = "AzureADMyOrg";

    /// <summary>The rules.</summary>
    public static IReadOnlyList<RegistrationRule> All { get; } =
    [
        // Threat: anyone who owns a tenant of Entra ID signs in (CWE-284).
        new("multi-tenant", Fails, "`signInAudience` is not `AzureADMyOrg`",
            "Everyone with an account in any tenant, or with a personal account, can sign in. A server that reads only `oid` takes them for its own "
            + "people.",
            "Allow one tenant. A service for several tenants keeps a list of them, and compares `tid` with it.")
        {
            Find = static one => one.App.SignInAudience is null or OneTenant ? []
                : [("$.signInAudience", $"accounts outside of the tenant can sign in ({one.App.SignInAudience})",
                    $"az ad app update --id {one.Id} --sign-in-audience {OneTenant}")],
        },
        new("token-version", Fails, "a remote server, or a gateway that exposes a scope, has `requestedAccessTokenVersion` null or 1",
            "Access tokens then have version 1.0, with the issuer `https://sts.windows.net/TENANT/` and other claims than the metadata of version "
            + "2.0 say.", "Set it to 2.")
        {
            Find = static one => !one.IsLocal && one.App.TokenVersion != 2 && (one.Demands.Kind == RegisteredKind.Remote || one.App.Scopes.Count > 0)
                ? [("$.api.requestedAccessTokenVersion", "access tokens for the server have version 1.0, whose issuer is not that of the metadata",
                    one.Patch("""{"api":{"requestedAccessTokenVersion":2}}"""))] : [],
        },
        new("no-own-scope", Fails, "a remote server exposes no enabled scope",
            "Without a scope of its own, there is no token for the server. A server that takes a token for Microsoft Graph in its place takes tokens "
            + "that were issued for others.", "Expose a scope ([step by step](remote.md#expose-a-scope)).")
        {
            Find = static one => one.Demands.Kind == RegisteredKind.Remote && !one.App.Scopes.Any(static scope => scope.IsEnabled)
                ? [("$.api.oauth2PermissionScopes", "the server exposes no scope, so that no token is for it",
                    one.Patch("{\"api\":{\"oauth2PermissionScopes\":[SCOPE]}}"))] : [],
        },
        // Threat: a token for another service is taken as one for this server (MCP rows on token passthrough; CWE-441).
        new("graph-scope-as-own", Fails, "an exposed scope has the name of a permission of Microsoft Graph",
            "People see the name of a permission of Microsoft Graph and consent to another one, and clients ask for the wrong token.",
            "Give the scope a name of its own, such as `Mcp.Call`. Entra ID removes a scope only after it was disabled (`isEnabled`).")
        {
            Find = static one => from scope in one.App.Scopes
                                 where GraphPermissions.Of(scope.Value) is not null
                                 select (scope.Path, $"the server exposes a scope with the name of a permission of Microsoft Graph ({scope.Value})",
                                     one.Patch("{\"api\":{\"oauth2PermissionScopes\":[SCOPE]}}")),
        },
        // Threat: a client that the person never agreed to calls the server in the name of the person (CWE-441).
        new("pre-authorized-client", Fails, "a client is pre-authorized (`api.preAuthorizedApplications`) that is not named with `--client`",
            "It gets tokens for the application without a consent: the person is not asked, and the list of consents does not show it.",
            "Remove it, or name it with `--client` if it is one of yours.")
        {
            Find = static one => from client in one.App.PreAuthorized
                                 where !one.Demands.Clients.Contains(client.AppId)
                                 select (client.Path, $"the client {client.AppId:D} gets tokens without a consent of the person",
                                     one.Patch($"{{\"api\":{{\"preAuthorizedApplications\":[{string.Join(',', Named(one))}]}}}}")),
        },
        new("groups-overflow", Limited, "`groupMembershipClaims` is `All`, `SecurityGroup` or `DirectoryRole`",
            "A person in more than 200 groups gets a token that names none (group overage), and a rule on groups no longer applies to them.",
            "Limit the claim to groups that are assigned to the application.")
        {
            Find = static one => one.App.GroupClaims is null or "None" or "ApplicationGroup" ? []
                : [("$.groupMembershipClaims",
                    $"tokens name all groups of a person ({one.App.GroupClaims}), and none of them where there are too many",
                    $"az ad app update --id {one.Id} --set groupMembershipClaims=ApplicationGroup")],
        },
        new("no-owner", Limited, "the registration has no owner",
            "No person of the team can renew a secret or review a permission: only administrators of the whole tenant can change it.",
            "Add two people of the team.")
        {
            Find = static one => one.App.Owners == 0
                ? [("$.owners", "no person owns the registration", $"az ad app owner add --id {one.Id} --owner-object-id PERSON")] : [],
        },
    ];

    private static IEnumerable<string> Named(Examination one) =>
        from client in one.App.PreAuthorized
        where one.Demands.Clients.Contains(client.AppId)
        select $"{{\"appId\":\"{client.AppId:D}\",\"delegatedPermissionIds\":["
            + string.Join(',', client.Scopes.Select(static scope => $"\"{scope:D}\"")) + "]}";
}
