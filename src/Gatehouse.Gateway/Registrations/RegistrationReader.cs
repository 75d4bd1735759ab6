using System.Text;
using System.Text.Json;
using Gatehouse.Identity.Formats;

namespace Gatehouse.Gateway.Registrations;

/// <summary>Reads registrations as Microsoft Graph and <c>az ad app show</c> give them. Members that the doctor does not judge are ignored.</summary>
internal static class RegistrationReader
{
    /// <summary>The longest text, in bytes: 1 MiB. A registration has some thousand bytes (CWE-400).</summary>
    public const int LargestBytes = 1 << 20;

    private const string Root = "$";

    /// <summary>Reads one JSON object or list. A byte order mark names the encoding: a shell of Windows writes UTF-16.</summary>
    /// <param name="bytes">The text.</param>
    /// <exception cref="InvalidDataException">The text is longer than <see cref="LargestBytes"/> or not JSON with one reading.</exception>
    public static JsonElement Parse(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        if (bytes.Length > LargestBytes) throw new InvalidDataException("the text is larger than 1 MiB, and no registration is");
        using var reader = new StreamReader(new MemoryStream(bytes), Encoding.UTF8);
        // The strict reader takes an object, and some answers are lists.
        var text = Encoding.UTF8.GetBytes($"{{\"value\":{reader.ReadToEnd()}}}");
        var fault = StrictJson.Parse(text, out var root);
        if (fault == StrictJsonFault.None && root.EnumerateObject().Count() == 1) return root.GetProperty("value");
        throw new InvalidDataException(fault == StrictJsonFault.DuplicateMember
            ? "the text has a member twice, so that two readers would understand it differently" : "the text is not JSON, or is nested too deep");
    }

    /// <summary>Reads a registration.</summary>
    /// <param name="root">The object.</param>
    /// <param name="owners">The owners, a list; null where they are unknown or in the object.</param>
    /// <param name="federated">Federated credentials, a list; null where they are unknown or in the object.</param>
    /// <param name="grants">Lists of granted permissions; null where they are unknown.</param>
    /// <exception cref="InvalidDataException">One is of another form.</exception>
    public static AppRegistration Read(
        JsonElement root, JsonElement? owners = null, JsonElement? federated = null, IReadOnlyList<JsonElement>? grants = null)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("appId", out _))
        {
            throw new InvalidDataException(
                "this is not the registration of an application: it has no 'appId'. Save what 'az ad app show --id APP-ID' prints");
        }

        var members = new RegistrationMembers();
        var api = members.Part(root, Root, "api", isRequired: true);
        var web = members.Part(root, Root, RegisteredRedirect.Web, isRequired: true);
        var implicitly = web is { } one ? members.Part(one, "$.web", "implicitGrantSettings", isRequired: true) : null;
        members.Require(root, Root, "groupMembershipClaims");
        const string settings = "$.web.implicitGrantSettings";
        var found = new AppRegistration
        {
            AppId = members.Id(root, Root, "appId"),
            ObjectId = members.Id(root, Root, "id"),
            SignInAudience = members.Text(root, Root, "signInAudience", isRequired: true),
            IsFallbackPublicClient = members.IsSet(root, Root, "isFallbackPublicClient"),
            IssuesAccessTokensImplicitly = implicitly is { } access && members.IsSet(access, settings, "enableAccessTokenIssuance"),
            IssuesIdTokensImplicitly = implicitly is { } ids && members.IsSet(ids, settings, "enableIdTokenIssuance"),
            TokenVersion = api is { } version ? members.Number(version, "$.api", "requestedAccessTokenVersion") : null,
            GroupClaims = members.Text(root, Root, "groupMembershipClaims"),
            Redirects = [.. RedirectsOf(members, root)],
            Credentials = [.. CredentialsOf(members, root, "passwordCredentials"), .. CredentialsOf(members, root, "keyCredentials")],
            Permissions = [.. PermissionsOf(members, root)],
            Scopes = api is { } exposed ? [.. ScopesOf(members, exposed)] : [],
            PreAuthorized = api is { } called ? [.. PreAuthorizedOf(members, called)] : [],
            Owners = ListOf(owners, root, "owners")?.GetArrayLength(),
            Federated = ListOf(federated, root, "federatedIdentityCredentials") is { } trusted ? [.. FederatedOf(members, trusted)] : null,
            Grants = grants is null ? null : [.. grants.SelectMany(granted => GrantsOf(members, ListIn(granted, "grants")))],
            HasBothGrants = grants?.Count > 1,
        };
        return found with { Absent = [.. members.Absent.Distinct()], Unreadable = [.. members.Unreadable.Distinct()] };
    }

    private static JsonElement? ListOf(JsonElement? given, JsonElement root, string name) => given is { } list ? ListIn(list, name)
        : root.TryGetProperty(name, out var inner) ? ListIn(inner, name) : null;

    // Microsoft Graph gives an object with 'value', and az gives that list. A page that is not the last is no answer.
    private static JsonElement ListIn(JsonElement given, string what)
    {
        if (given.ValueKind == JsonValueKind.Object && given.TryGetProperty("@odata.nextLink", out _))
            throw new InvalidDataException($"the list of {what} is only a page of it (@odata.nextLink)");
        var list = given.ValueKind == JsonValueKind.Object && given.TryGetProperty("value", out var inner) ? inner : given;
        return list.ValueKind == JsonValueKind.Array ? list : throw new InvalidDataException($"the list of {what} is not a JSON list");
    }

    private static IEnumerable<RegisteredRedirect> RedirectsOf(RegistrationMembers members, JsonElement root) =>
        from platform in (string[])[RegisteredRedirect.Web, RegisteredRedirect.Spa, RegisteredRedirect.PublicClient]
        let part = members.Part(root, Root, platform, isRequired: platform != RegisteredRedirect.Web)
        where part is not null
        from item in members.Items(part.Value, $"$.{platform}", "redirectUris", JsonValueKind.String, isRequired: true)
        select new RegisteredRedirect(platform, item.Path, item.Value.GetString()!);

    private static IEnumerable<RegisteredCredential> CredentialsOf(RegistrationMembers members, JsonElement root, string name) =>
        from item in members.Items(root, Root, name, JsonValueKind.Object, isRequired: true)
        select new RegisteredCredential(item.Path, name == "keyCredentials", members.Id(item.Value, item.Path, "keyId"),
            members.Moment(item.Value, item.Path, "startDateTime"), members.Moment(item.Value, item.Path, "endDateTime"));

    private static IEnumerable<RequestedPermission> PermissionsOf(RegistrationMembers members, JsonElement root) =>
        from resource in members.Items(root, Root, "requiredResourceAccess", JsonValueKind.Object, isRequired: true)
        let api = members.Id(resource.Value, resource.Path, "resourceAppId", isRequired: true)
        from item in members.Items(resource.Value, resource.Path, "resourceAccess", JsonValueKind.Object, isRequired: true)
        let id = members.Id(item.Value, item.Path, "id", isRequired: true)
        let type = members.Text(item.Value, item.Path, "type", isRequired: true)
        where api is not null && id is not null && type is not null
        select new RequestedPermission(item.Path, api.Value, id.Value, type != "Scope");

    private static IEnumerable<ExposedScope> ScopesOf(RegistrationMembers members, JsonElement api) =>
        from item in members.Items(api, "$.api", "oauth2PermissionScopes", JsonValueKind.Object, isRequired: true)
        let value = members.Text(item.Value, item.Path, "value", isRequired: true)
        where value is not null
        select new ExposedScope(item.Path, value, members.IsSet(item.Value, item.Path, "isEnabled"));

    private static IEnumerable<PreAuthorizedClient> PreAuthorizedOf(RegistrationMembers members, JsonElement api) =>
        from item in members.Items(api, "$.api", "preAuthorizedApplications", JsonValueKind.Object, isRequired: true)
        let client = members.Id(item.Value, item.Path, "appId", isRequired: true)
        where client is not null
        select new PreAuthorizedClient(item.Path, client.Value,
            [.. members.Items(item.Value, item.Path, "delegatedPermissionIds", JsonValueKind.String, isRequired: true)
                .Select(one => members.IdOf(one.Value.GetString()!, one.Path)).OfType<Guid>()]);

    private static IEnumerable<FederatedCredential> FederatedOf(RegistrationMembers members, JsonElement list) =>
        from item in members.ItemsOf(list, "$.federatedIdentityCredentials", JsonValueKind.Object)
        let expression = members.Part(item.Value, item.Path, "claimsMatchingExpression")
        let subject = expression is { } inner ? members.Text(inner, $"{item.Path}.claimsMatchingExpression", "value", isRequired: true)
            : members.Text(item.Value, item.Path, "subject", isRequired: true)
        select new FederatedCredential(item.Path, members.Id(item.Value, item.Path, "id"),
            members.Text(item.Value, item.Path, "issuer", isRequired: true) ?? "", subject ?? "", expression is not null,
            [.. members.Items(item.Value, item.Path, "audiences", JsonValueKind.String, isRequired: true)
                .Select(static one => one.Value.GetString()!)]);

    // Lists of oauth2PermissionGrant, whose scopes are one text, and of appRoleAssignment.
    private static IEnumerable<GrantedPermission> GrantsOf(RegistrationMembers members, JsonElement list)
    {
        foreach (var (grant, path) in members.ItemsOf(list, "$.grants", JsonValueKind.Object))
        {
            var id = Plain(members.Text(grant, path, "id"));
            if (grant.TryGetProperty("appRoleId", out _))
            {
                var owner = members.Id(grant, path, "principalId");
                var address = id is null || owner is null ? null : $"servicePrincipals/{owner:D}/appRoleAssignments/{id}";
                if (members.Id(grant, path, "appRoleId", isRequired: true) is { } role)
                    yield return new GrantedPermission(path, null, role, true, address, []);
                continue;
            }

            var isForEveryone = members.Text(grant, path, "consentType", isRequired: true) != "Principal";
            var names = (members.Text(grant, path, "scope", isRequired: true) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var grants = id is null ? null : $"oauth2PermissionGrants/{id}";
            foreach (var name in names) yield return new GrantedPermission($"{path}.scope", name, null, isForEveryone, grants, names);
        }
    }

    // Threat: an id that a shell would interpret, in a command that a person copies (CWE-78).
    private static string? Plain(string? id) =>
        id is { Length: > 0 and <= 128 } && id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? id : null;
}
