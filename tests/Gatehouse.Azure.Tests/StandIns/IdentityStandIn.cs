using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Azure.Tests.StandIns;

/// <summary>
/// The endpoint of managed identities of a machine, at the address that the platform names in a variable. There is one for the process, because
/// the variable belongs to the process. It refuses requests that the documentation of the Instance Metadata Service refuses.
/// </summary>
internal sealed class IdentityStandIn
{
    /// <summary>The user-assigned identity of the machine.</summary>
    public const string ClientId = "0c1d2e3f-0000-4000-8000-000000000001";

    private const int Life = 86400;

    private static readonly Lazy<Task<IdentityStandIn>> Started = new(StartAsync);

    private readonly WebApplication web;

    private IdentityStandIn(WebApplication web) => this.web = web;

    /// <summary>Requests that it refused, with the reason.</summary>
    public static ConcurrentQueue<string> Refused { get; } = new();

    /// <summary>The resources of the tokens that it gave.</summary>
    public static ConcurrentQueue<string> Given { get; } = new();

    /// <summary>Its address.</summary>
    public Uri Url => new($"http://127.0.0.1:{StandInWeb.PortOf(web)}");

    /// <summary>Returns the running endpoint.</summary>
    public static Task<IdentityStandIn> GetAsync() => Started.Value;

    private static async Task<IdentityStandIn> StartAsync()
    {
        var standIn = new IdentityStandIn(await StandInWeb.StartAsync(AnswerAsync, isSecured: false));
        Environment.SetEnvironmentVariable("AZURE_POD_IDENTITY_AUTHORITY_HOST", standIn.Url.ToString());
        return standIn;
    }

    private static Task AnswerAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (context.Request.Path != "/metadata/identity/oauth2/token" || !HttpMethods.IsGet(context.Request.Method))
            return RefuseAsync(context, 404, "not_found");
        if (context.Request.Headers["Metadata"] != "true" || context.Request.Headers.ContainsKey("X-Forwarded-For"))
            return RefuseAsync(context, 400, "invalid_request");
        if (query["api-version"] is not ["2018-02-01"]) return RefuseAsync(context, 400, "invalid_api_version");
        if (query["resource"] is not [{ Length: > 0 } resource]) return RefuseAsync(context, 400, "invalid_resource");
        var client = query["client_id"] is [{ } named] ? named : "";
        if (client is not ("" or ClientId)) return RefuseAsync(context, 400, "identity_not_found canary-of-the-endpoint");
        Given.Enqueue(resource);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return StandInWeb.JsonAsync(context, 200, new JsonObject
        {
            ["access_token"] = Issued.Token(resource, client),
            ["client_id"] = client,
            ["expires_in"] = Life.ToString(CultureInfo.InvariantCulture),
            ["expires_on"] = (now + Life).ToString(CultureInfo.InvariantCulture),
            ["not_before"] = now.ToString(CultureInfo.InvariantCulture),
            ["resource"] = resource,
            ["token_type"] = "Bearer",
        });
    }

    private static Task RefuseAsync(HttpContext context, int status, string error)
    {
        Refused.Enqueue(error);
        return StandInWeb.JsonAsync(context, status, new JsonObject { ["error"] = error, ["error_description"] = "refused" });
    }
}
