namespace EntraStandIn;

/// <summary>The scopes of a request.</summary>
/// <param name="OpenId">Those of OpenID Connect.</param>
/// <param name="Resources">Those of APIs, by API in the order of the request.</param>
/// <param name="Text">As the client wrote them.</param>
public sealed record ScopeRequest(IReadOnlySet<string> OpenId, IReadOnlyList<ScopeRequest.Api> Resources, string Text)
{
    /// <summary>The scopes of one API.</summary>
    /// <param name="AppId">The API's application.</param>
    /// <param name="Names">The names of the scopes; those that the registration lists where the request says <c>.default</c>.</param>
    /// <param name="Written">As the client wrote them.</param>
    /// <param name="IsDefault">True for <c>.default</c>.</param>
    public sealed record Api(string AppId, IReadOnlyList<string> Names, IReadOnlyList<string> Written, bool IsDefault);

    private const string Default = ".default";

    private static readonly HashSet<string> OpenIdScopes = ["openid", "profile", "email", "offline_access"];

    /// <summary>Reads the parameter <c>scope</c>.</summary>
    /// <exception cref="EntraException">A resource or a scope does not exist, or <c>.default</c> stands beside other scopes of its resource.</exception>
    public static ScopeRequest Read(string text, Registration client, Tenant tenant, string origin)
    {
        var openId = new HashSet<string>(StringComparer.Ordinal);
        var apis = new OrderedDictionary<string, (List<string> Names, List<string> Written)>(StringComparer.Ordinal);
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct())
        {
            if (OpenIdScopes.Contains(word))
            {
                openId.Add(word);
                continue;
            }

            // A name without a resource is one of Microsoft Graph.
            var slash = word.LastIndexOf('/');
            var (resource, name) = slash < 0 ? (GraphPermissions.Resource, word) : (word[..slash], word[(slash + 1)..]);
            var appId = AppIdOf(resource, tenant, origin);
            var known = appId == GraphPermissions.AppId ? GraphPermissions.Delegated.Keys : tenant.Registrations[appId].Scopes;
            if (name != Default && !known.Contains(name))
                throw new EntraException("invalid_client", 650053,
                    $"The application '{client.DisplayName}' asked for scope '{name}' that doesn't exist on the resource '{appId}'.");
            if (!apis.TryGetValue(appId, out var api)) apis.Add(appId, api = ([], []));
            api.Names.Add(name);
            api.Written.Add(word);
        }

        return new ScopeRequest(openId, [.. apis.Select(pair => Resolve(pair.Key, pair.Value.Names, pair.Value.Written, client, tenant))], text);
    }

    /// <summary>The application behind the name of a resource.</summary>
    /// <exception cref="EntraException">There is none.</exception>
    public static string AppIdOf(string resource, Tenant tenant, string origin)
    {
        var appId = resource.StartsWith("api://", StringComparison.Ordinal) ? resource["api://".Length..] : resource;
        if (resource == GraphPermissions.Resource || resource == origin || appId == GraphPermissions.AppId) return GraphPermissions.AppId;
        if (tenant.Registrations.TryGetValue(appId, out var api) && api.Scopes.Count + api.AppRoles.Count > 0) return appId;
        throw new EntraException("invalid_resource", 500011,
            $"The resource principal named {resource} was not found in the tenant named {Tenant.Domain}.");
    }

    private static Api Resolve(string appId, List<string> names, List<string> written, Registration client, Tenant tenant)
    {
        if (!names.Contains(Default)) return new Api(appId, names, written, false);
        if (names.Count > 1)
            throw new EntraException("invalid_scope", 70011,
                "The provided value for the input parameter 'scope' is not valid. .default scope can't be combined with resource-specific scopes.");
        var listed = appId == GraphPermissions.AppId ? client.GraphScopes
            : appId == client.AppId ? tenant.Registrations[appId].Scopes
            : client.ApiScopes.Where(scope => scope.AppId == appId).Select(static scope => scope.Scope).ToList();
        if (listed.Count > 0) return new Api(appId, listed, written, true);
        throw new EntraException("invalid_resource", 650057, "Invalid resource. The client has requested access to a resource which is not listed in the "
            + $"requested permissions in the client's application registration. Client app ID: {client.AppId}({client.DisplayName}). "
            + $"Resource value from request: {written[0][..^"/.default".Length]}. Resource app ID: {appId}.");
    }
}
