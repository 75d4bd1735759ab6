using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace EntraStandIn;

/// <summary>The parts of Microsoft Graph v1.0 that the samples use.</summary>
public sealed partial class GraphEndpoint(Tenant tenant, Tokens tokens, PrivilegedAccess access, Knobs knobs, string origin, DateTimeOffset started)
{
    private static readonly string[] Usual =
    [
        "businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation", "preferredLanguage", "surname",
        "userPrincipalName", "id",
    ];

    /// <summary>Answers a request below <c>/v1.0</c>.</summary>
    /// <exception cref="GraphException">It is refused.</exception>
    public async Task AnswerAsync(HttpContext context)
    {
        if (await AnswerOfAsync(context) is { } answer) await Answers.JsonAsync(context, answer);
    }

    /// <summary>Gives a request the ids by which support finds it.</summary>
    public static void Identify(HttpContext context)
    {
        var request = Guid.NewGuid().ToString();
        context.Response.Headers["request-id"] = request;
        var asked = context.Request.Headers["client-request-id"].ToString();
        context.Response.Headers["client-request-id"] = Guid.TryParse(asked, out _) ? asked : request;
    }

    /// <summary>Answers with an error of Microsoft Graph.</summary>
    public static Task RefuseAsync(HttpContext context, GraphException fault)
    {
        if (fault.Status == 401)
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", "
                + $"client_id=\"{GraphPermissions.AppId}\"" + (fault.Claims is null ? ""
                : $", error=\"insufficient_claims\", claims=\"{Convert.ToBase64String(Encoding.UTF8.GetBytes(fault.Claims))}\"");
        return Answers.JsonAsync(context, new JsonObject
        {
            ["error"] = new JsonObject
            {
                ["code"] = fault.Code,
                ["message"] = fault.Message,
                ["innerError"] = new JsonObject
                {
                    ["date"] = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture),
                    ["request-id"] = context.Response.Headers["request-id"].ToString(),
                    ["client-request-id"] = context.Response.Headers["client-request-id"].ToString(),
                },
            },
        }, fault.Status);
    }

    private async Task<JsonObject?> AnswerOfAsync(HttpContext context)
    {
        var token = Authenticate(context);
        if (!HttpMethods.IsGet(context.Request.Method)) throw new GraphException(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.");
        var path = context.Request.Path.Value!["/v1.0".Length..];
        if (path == "/me") return Me(context, token);
        if (ApplicationPath().Match(path) is { Success: true } one) return Application(context, token, one.Groups["id"].Value, one.Groups["credentials"].Success);
        if (path == "/applications") return Applications(context, token);
        if (path is PrivilegedAccess.GroupPath or PrivilegedAccess.RolePath)
        {
            var isGroup = path == PrivilegedAccess.GroupPath;
            Require(token, isGroup ? "PrivilegedAssignmentSchedule.Read.AzureADGroup" : "RoleAssignmentSchedule.Read.Directory");
            return await access.ListAsync(context, isGroup);
        }

        throw new GraphException(400, "BadRequest", $"Resource not found for the segment '{path.Split('/').Last()}'.");
    }

    private Jwt Authenticate(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.Ordinal)) throw new GraphException(401, "InvalidAuthenticationToken", "Access token is empty.");
        var token = Jwt.Read(header["Bearer ".Length..])
            ?? throw new GraphException(401, "InvalidAuthenticationToken", "IDX14100: JWT is not well formed, there are no dots (.).");
        if (!tokens.IsOwn(token)) throw new GraphException(401, "InvalidAuthenticationToken", "Lifetime validation failed, or the signature is invalid.");
        // A token for another API is not accepted, whoever it is of (CWE-441).
        if (token.Claim("aud") is not (GraphPermissions.Resource or GraphPermissions.AppId))
            throw new GraphException(401, "InvalidAuthenticationToken", "Access token validation failure. Invalid audience.");
        if (knobs.GraphClaims is { } claims && token.Claim("scp") is not null) RequireClaims(token, claims);
        return token;
    }

    // A client that does not declare the capability gets no challenge: it could not handle one.
    private static void RequireClaims(Jwt token, string claims)
    {
        if (ClaimsRequest.Read(claims).Demands.All(demand => token.Has("acrs", demand))) return;
        throw token.Has("xms_cc", "cp1")
            ? new GraphException(401, "InvalidAuthenticationToken", "Continuous access evaluation resulted in challenge.") { Claims = claims }
            : new GraphException(403, "AccessDenied", "The client is not capable of claims challenges.");
    }

    private JsonObject Me(HttpContext context, Jwt token)
    {
        if (token.Claim("scp") is null) throw new GraphException(400, "BadRequest", "/me request is only valid with delegated authentication flow.");
        Require(token, "User.Read", "User.ReadWrite", "User.Read.All");
        var person = Tenant.People.Values.Single(one => one.Id == token.Claim("oid"));
        return Selected(context, "users/$entity", "microsoft.graph.user", new JsonObject
        {
            ["businessPhones"] = new JsonArray("+49 30 0000000"),
            ["displayName"] = person.DisplayName,
            ["givenName"] = person.GivenName,
            ["jobTitle"] = person.JobTitle,
            ["mail"] = person.UserPrincipalName,
            ["mobilePhone"] = null,
            ["officeLocation"] = person.OfficeLocation,
            ["preferredLanguage"] = "en-US",
            ["surname"] = person.Surname,
            ["userPrincipalName"] = person.UserPrincipalName,
            ["id"] = person.Id,
            ["accountEnabled"] = true,
            ["department"] = "Research",
            ["employeeId"] = "E-1",
        }, Usual);
    }

    private JsonObject Application(HttpContext context, Jwt token, string appId, bool isCredentials)
    {
        Require(token, "Application.Read.All");
        if (!tenant.Registrations.TryGetValue(appId, out var registration))
            throw new GraphException(404, "Request_ResourceNotFound", $"Resource '{appId}' does not exist or one of its queried reference-property objects are not present.");
        if (isCredentials) return new JsonObject
        {
            ["@odata.context"] = $"{origin}/v1.0/$metadata#applications('{appId}')/federatedIdentityCredentials",
            ["value"] = registration.FederatedToGraph(origin),
        };
        return Selected(context, "applications/$entity", "microsoft.graph.application", registration.ToGraph(started), null);
    }

    private JsonObject Applications(HttpContext context, Jwt token)
    {
        Require(token, "Application.Read.All");
        var match = ApplicationFilter().Match(context.Request.Query["$filter"].ToString());
        if (!match.Success || context.Request.Query.Keys.Except(["$filter", "$select"]).Any())
            throw new GraphException(400, "Request_UnsupportedQuery", "Unsupported Query. The stand-in knows $filter=appId eq '{id}' and $select.");
        var found = tenant.Registrations.TryGetValue(match.Groups["id"].Value, out var registration) ? registration.ToGraph(started) : null;
        if (found is not null)
        {
            found = Selected(context, "applications", "microsoft.graph.application", found, null, "$filter");
            found.Remove("@odata.context");
        }

        return new JsonObject { ["@odata.context"] = $"{origin}/v1.0/$metadata#applications", ["value"] = found is null ? [] : new JsonArray(found) };
    }

    private static void Require(Jwt token, params string[] permissions)
    {
        var scopes = token.Claim("scp")?.Split(' ') ?? [];
        var roles = token.Claims.TryGetProperty("roles", out var list) ? list.EnumerateArray().Select(static role => role.GetString()!) : [];
        if (!scopes.Concat(roles).Intersect(permissions).Any())
            throw new GraphException(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
    }

    private JsonObject Selected(HttpContext context, string entity, string type, JsonObject all, string[]? usual, params string[] otherParameters)
    {
        if (context.Request.Query.Keys.FirstOrDefault(key => key != "$select" && !otherParameters.Contains(key)) is { } unknown)
            throw new GraphException(400, "BadRequest", $"The query parameter '{unknown}' is not supported.");
        var select = context.Request.Query["$select"];
        if (select.Count > 1) throw new GraphException(400, "BadRequest", "Query option '$select' was specified more than once, but it must be specified at most once.");
        var names = select.Count == 0 ? usual ?? all.Select(static pair => pair.Key).ToArray()
            : select[0]!.Split(',', StringSplitOptions.TrimEntries);
        if (Array.Find(names, name => !all.ContainsKey(name)) is { } missing)
            throw new GraphException(400, "BadRequest", $"Parsing OData Select and Expand failed: Could not find a property named '{missing}' on type '{type}'.");
        var answer = new JsonObject { ["@odata.context"] = $"{origin}/v1.0/$metadata#{entity}" };
        foreach (var name in names) answer[name] = all[name]?.DeepClone();
        return answer;
    }

    [GeneratedRegex(@"^/applications\(appId='(?<id>[0-9a-f-]{36})'\)(?<credentials>/federatedIdentityCredentials)?$")]
    private static partial Regex ApplicationPath();

    [GeneratedRegex("^appId eq '(?<id>[0-9a-f-]{36})'$")]
    private static partial Regex ApplicationFilter();
}
