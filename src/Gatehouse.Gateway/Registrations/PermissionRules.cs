using static Gatehouse.Gateway.Registrations.RegistrationVerdict;
using Fault = (string Path, string Words, string Command);

namespace Gatehouse.Gateway.Registrations;

/// <summary>
/// Rules about permissions of Microsoft Graph and of other APIs. Threat: an injected instruction makes a server use all that its token permits, and
/// not only what its tools were written for (CWE-250, MCP02).
/// </summary>
internal static class PermissionRules
{
    /// <summary>The rules.</summary>
    public static IReadOnlyList<RegistrationRule> All { get; } =
    [
        new("permission-wide", Fails, "a requested permission takes over the tenant, or reads or changes the data of everyone",
            "Whoever controls the server, or the texts that its model reads, has the tenant.",
            "Remove it, and request the smallest permission of [the table](permissions.md).")
        {
            Find = static one => from asked in Asked(one)
                                 where asked.Known?.IsWide == true
                                 select OfPermission(one, asked.Permission, $"{Name(asked)} is a permission over the whole tenant{Smallest(one)}"),
        },
        new("permission-application", Fails,
            "a permission of the application itself is requested, of Microsoft Graph or of another API, that the program does not need",
            "Such a permission counts for all people of the tenant and without a sign-in: the server then has more rights than the person who calls. "
            + "Only a gateway that asks about assignments needs one.",
            "Request the delegated permission, and let the server call on behalf of the person.")
        {
            Find = static one => from asked in AskedOfAnyApi(one)
                                 where asked.Permission.IsApplication && asked.Known?.IsWide != true && !IsOfGateway(one, asked.Known)
                                 select OfPermission(one, asked.Permission,
                                     $"{Name(asked)} counts for all people of the tenant, without a sign-in{Smallest(one)}"),
        },
        new("permission-over-broad", Fails, "no tool that is named with `--tool` needs a requested permission",
            "The token that the server gets is good for more than its tools do.", "Remove it.")
        {
            Find = static one => from asked in Asked(one)
                                 where one.Demands.Operations.Count > 0 && asked.Known is { IsWide: false } && !asked.Permission.IsApplication
                                     && !GraphPermissions.SignIn.Contains(asked.Known.Name) && !Needed(one).Contains(asked.Known.Name)
                                 select OfPermission(one, asked.Permission, $"{asked.Known!.Name} is more than the tools need{Smallest(one)}"),
        },
        new("permission-missing", Limited, "a tool that is named with `--tool` needs a permission that is not requested",
            "People are asked for it only when the tool first calls, and a tenant in which people may not consent refuses it.",
            "Request it, and let an administrator consent.")
        {
            Find = Missing,
        },
        new("permission-unknown", Limited,
            "a requested permission is not in the table of the doctor, such as each of another API than Microsoft Graph",
            "Whether it is the smallest is not known.", "Look it up in the reference of the API, and remove what no tool needs.")
        {
            Find = static one => from asked in AskedOfAnyApi(one)
                                 where asked.Known is null && !asked.Permission.IsApplication
                                 select OfPermission(one, asked.Permission, $"the permission {Name(asked)} is not in the table of tools"),
        },
        new("permission-retired", Fails, "a permission of Azure AD Graph is requested (`00000002-0000-0000-c000-000000000000`)",
            "Microsoft retired this API.", "Request the permission of Microsoft Graph.")
        {
            Find = static one => from permission in one.App.Permissions
                                 where permission.Resource == GraphPermissions.RetiredGraph
                                 select (permission.Path, "Azure AD Graph is retired", Delete(one, permission)),
        },
        new("grant-wide", Fails, "a permission that takes over the tenant, or reads or changes the data of everyone, is granted (`--grants`)",
            "A consent counts until it is revoked, whatever the registration requests now.", "Take the permission out of the grant.")
        {
            Find = static one => from grant in one.App.Grants ?? []
                                 let known = Known(grant)
                                 where known?.IsWide == true
                                 select (grant.Path, $"{known.Name} is granted, a permission over the whole tenant", Revoke(one, grant)),
        },
        new("grant-left-over", Fails, "a permission is granted (`--grants`) that the registration does not request",
            "A consent outlives the request: the server still gets tokens with it.",
            "Take the permission out of the grant. If a tool needs it, request it, so that the registration says what is granted.")
        {
            Find = static one => from grant in one.App.Grants ?? []
                                 let known = Known(grant)
                                 where known?.IsWide != true && !IsRequested(one, grant, known)
                                 select LeftOver(one, grant, known),
        },
        // Threat: a consent whose name the doctor does not know is not a harmless one (CWE-636).
        new("grant-unknown", Limited, "a permission is granted (`--grants`) whose name is not in the table of the doctor, "
            + "and the registration requests unknown permissions too",
            "Whether the registration requests it, and what it opens, is not known.",
            "Look it up in the reference of the API, and take out of the grant what no tool needs.")
        {
            Find = static one => from grant in one.App.Grants ?? []
                                 where IsUnknown(one, grant)
                                 select (grant.Path, $"{grant.Name} is granted, and is not in the table of tools", Revoke(one, grant)),
        },
    ];

    private static IEnumerable<(RequestedPermission Permission, GraphPermission? Known)> Asked(Examination one) =>
        AskedOfAnyApi(one).Where(static asked => asked.Permission.Resource == GraphPermissions.Graph);

    // The retired API has a rule of its own. A scope of the application's own API opens no other's.
    private static IEnumerable<(RequestedPermission Permission, GraphPermission? Known)> AskedOfAnyApi(Examination one) =>
        from permission in one.App.Permissions
        where permission.Resource != GraphPermissions.RetiredGraph
            && (permission.IsApplication || permission.Resource != one.App.AppId)
        select (permission, permission.Resource == GraphPermissions.Graph ? GraphPermissions.Of(permission.Id, permission.IsApplication) : null);

    private static IEnumerable<string> Needed(Examination one) => one.Demands.Operations.Select(static operation => operation.Permission).Distinct();

    // The permissions that a gateway has for itself are those of the table.
    private static bool IsOfGateway(Examination one, GraphPermission? known) => known is not null && one.Demands.Kind == RegisteredKind.Gateway
        && (one.Demands.Operations.Count > 0 ? one.Demands.Operations : GraphPermissions.Operations)
            .Any(operation => operation.IsOfGateway && operation.Permission == known.Name);

    private static IEnumerable<Fault> Missing(Examination one)
    {
        foreach (var operation in one.Demands.Operations.DistinctBy(static operation => operation.Permission))
        {
            var isApplication = operation.IsOfGateway;
            if (GraphPermissions.Of(operation.Permission) is not { } permission) continue;
            if (Asked(one).Any(asked => asked.Known == permission && asked.Permission.IsApplication == isApplication)) continue;
            yield return ("$.requiredResourceAccess", $"{operation.Names[0]} needs {permission.Name}, which is not requested",
                Add(one, permission, isApplication));
        }
    }

    private static string Name((RequestedPermission Permission, GraphPermission? Known) asked) =>
        (asked.Known?.Name ?? asked.Permission.Id.ToString("D"))
        + (asked.Permission.Resource == GraphPermissions.Graph ? "" : $" of the API {asked.Permission.Resource:D}")
        + (asked.Permission.IsApplication ? " (application)" : "");

    private static string Smallest(Examination one) =>
        one.Demands.Operations.Count == 0 ? "" : $"; the smallest for the tools: {string.Join(", ", Needed(one))}";

    private static Fault OfPermission(Examination one, RequestedPermission permission, string words) =>
        (permission.Path, words, Delete(one, permission));

    private static string Add(Examination one, GraphPermission permission, bool isApplication) =>
        $"az ad app permission add --id {one.Id} --api {GraphPermissions.Graph:D} --api-permissions "
        + (isApplication ? $"{permission.Application:D}=Role" : $"{permission.Delegated:D}=Scope");

    private static string Delete(Examination one, RequestedPermission permission) =>
        $"az ad app permission delete --id {one.Id} --api {permission.Resource:D} --api-permissions {permission.Id:D}";

    private static GraphPermission? Known(GrantedPermission grant) =>
        grant.Role is { } role ? GraphPermissions.Of(role, isApplication: true) : GraphPermissions.Of(grant.Name ?? "");

    // The registration has ids, and the grant has names: an unknown name may be that of any delegated permission with an unknown id.
    private static bool IsRequested(Examination one, GrantedPermission grant, GraphPermission? known) =>
        grant.Role is { } role ? one.App.Permissions.Any(asked => asked.IsApplication && asked.Id == role)
            : known is null ? one.App.Scopes.Any(scope => scope.Value == grant.Name) || AsksUnknown(one, grant)
                : GraphPermissions.SignIn.Contains(known.Name)
                    || one.App.Permissions.Any(asked => !asked.IsApplication && asked.Id == known.Delegated);

    // The permissions of a grant are of one API: with a known one, it is Microsoft Graph.
    private static bool AsksUnknown(Examination one, GrantedPermission grant)
    {
        var isOfGraph = grant.Together.Any(static name => GraphPermissions.Of(name) is not null);
        return AskedOfAnyApi(one).Any(asked => asked.Known is null && !asked.Permission.IsApplication
            && (!isOfGraph || asked.Permission.Resource == GraphPermissions.Graph));
    }

    private static bool IsUnknown(Examination one, GrantedPermission grant) => grant.Role is null && Known(grant) is null
        && AsksUnknown(one, grant) && !one.App.Scopes.Any(scope => scope.Value == grant.Name);

    private static bool IsNeeded(Examination one, GrantedPermission grant, GraphPermission? known) => known is not null
        && one.Demands.Operations.Any(operation => operation.Permission == known.Name && operation.IsOfGateway == grant.Role is not null);

    private static Fault LeftOver(Examination one, GrantedPermission grant, GraphPermission? known)
    {
        var isNeeded = IsNeeded(one, grant, known);
        return (grant.Path, $"{known?.Name ?? grant.Name ?? grant.Role?.ToString("D")} is granted{(grant.IsForEveryone ? " for everyone" : "")}, "
            + $"and the registration does not request it{(isNeeded ? ", although a tool needs it" : "")}",
            isNeeded ? Add(one, known!, grant.Role is not null) : Revoke(one, grant));
    }

    // A grant of delegated permissions is one text: without this permission, it keeps the others that are no fault. Where this one is unknown, all
    // unknown ones go, so that two commands after one another do not bring back what the first removed.
    private static string Revoke(Examination one, GrantedPermission grant)
    {
        const string graph = "https://graph.microsoft.com/v1.0/";
        if (grant.Role is not null)
            return $"az rest --method DELETE --url {graph}{grant.Address ?? "servicePrincipals/PRINCIPAL-ID/appRoleAssignments/GRANT-ID"}";
        var isUnknown = IsUnknown(one, grant);
        var kept = grant.Together.Select(name => grant with { Name = name })
            .Where(other => other.Name != grant.Name && IsKept(one, other) && !(isUnknown && IsUnknown(one, other)))
            .Select(static other => IsPlain(other.Name!) ? other.Name! : "OTHER-PERMISSION").ToList();
        var address = graph + (grant.Address ?? "oauth2PermissionGrants/GRANT-ID");
        return kept.Count == 0 ? $"az rest --method DELETE --url {address}"
            : $"az rest --method PATCH --url {address} --headers Content-Type=application/json --body '{{\"scope\":\"{string.Join(' ', kept)}\"}}'";
    }

    private static bool IsKept(Examination one, GrantedPermission grant)
    {
        var known = Known(grant);
        return known?.IsWide != true && (IsRequested(one, grant, known) || IsNeeded(one, grant, known));
    }

    // Threat: a name that a shell would interpret, in a command that a person copies (CWE-78).
    private static bool IsPlain(string name) =>
        name.Length <= 128 && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
