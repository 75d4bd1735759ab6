using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace EntraStandIn;

/// <summary>The metadata service of a virtual machine (169.254.169.254 in Azure): tokens of its managed identity, over plain HTTP.</summary>
public sealed class ManagedIdentityEndpoint(Tenant tenant, Tokens tokens, string origin, TimeProvider time)
{
    private const int Life = 86400;

    /// <summary>Answers a request.</summary>
    public Task AnswerAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (context.Request.Path != "/metadata/identity/oauth2/token" || !HttpMethods.IsGet(context.Request.Method))
            return Answers.JsonAsync(context, new JsonObject { ["error"] = "Not found" }, 404);

        // The header keeps requests out that something else was talked into (CWE-918).
        if (context.Request.Headers["Metadata"] != "true" || context.Request.Headers.ContainsKey("X-Forwarded-For"))
            return Refuse(context, "invalid_request", "Required metadata header not specified");
        if (query["api-version"] is not ["2018-02-01"]) return Refuse(context, "invalid_request", "The api-version is not supported");
        if (query["resource"] is not [{ Length: > 0 } resource]) return Refuse(context, "invalid_request", "Required query variable 'resource' is missing");
        if (query.ContainsKey("client_id") && query["client_id"] != Tenant.ManagedIdentityClient)
            return Refuse(context, "invalid_request", "Identity not found");
        try
        {
            if (resource != FederatedCredential.Audience) ScopeRequest.AppIdOf(resource.TrimEnd('/'), tenant, origin);
        }
        catch (EntraException fault)
        {
            return Refuse(context, "invalid_resource", Answers.Description(context, fault, time.GetUtcNow()));
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return Answers.JsonAsync(context, new JsonObject
        {
            ["access_token"] = tokens.ManagedIdentity(resource.TrimEnd('/')),
            ["client_id"] = Tenant.ManagedIdentityClient,
            ["expires_in"] = Life.ToString(CultureInfo.InvariantCulture),
            ["expires_on"] = (now + Life).ToString(CultureInfo.InvariantCulture),
            ["ext_expires_in"] = Life.ToString(CultureInfo.InvariantCulture),
            ["not_before"] = now.ToString(CultureInfo.InvariantCulture),
            ["resource"] = resource,
            ["token_type"] = "Bearer",
        });
    }

    private static Task Refuse(HttpContext context, string error, string text) =>
        Answers.JsonAsync(context, new JsonObject { ["error"] = error, ["error_description"] = text }, 400);
}
