using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gatehouse.Gateway.Tests.Access.Entra;

/// <summary>
/// The login service and Microsoft Graph on loopback, as far as the gateway uses them, by their pages on learn.microsoft.com. It refuses what the
/// pages do not describe: another method, path, parameter, filter, scope, audience or assertion, and a missing or expired token.
/// </summary>
internal sealed partial class EntraStandIn : IAsyncDisposable
{
    public const string Tenant = "11111111-1111-4111-8111-111111111111";
    public const string OtherTenant = "22222222-2222-4222-8222-222222222222";
    public const string Client = "33333333-3333-4333-8333-333333333333";
    public const string Secret = "qX8~secret.of-the_application";
    public const string Person = "aaaaaaaa-0000-4000-8000-00000000a11c";
    public const string Group = "bbbbbbbb-0000-4000-8000-000000000001";
    public const string Role = "cccccccc-0000-4000-8000-000000000001";

    private const string GroupPath = "/v1.0/identityGovernance/privilegedAccess/group/assignmentScheduleInstances";
    private const string RolePath = "/v1.0/roleManagement/directory/roleAssignmentScheduleInstances";

    private readonly WebApplication web;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<string, DateTimeOffset> tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> assertions = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> faults = new();
    private int asked;
    private int signedIn;

    private EntraStandIn(WebApplication web, TimeProvider time) => (this.web, this.time) = (web, time);

    public string Origin => web.Urls.First();

    /// <summary>The assignments of the directory; each is an entry of a list.</summary>
    public ConcurrentBag<JsonObject> Assignments { get; private set; } = [];

    /// <summary>The certificate of the application; null where it has a secret.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>Entries of one page.</summary>
    public int PageSize { get; set; } = 100;

    /// <summary>The origin that the address of the next page has; null for the right one.</summary>
    public string? NextOrigin { get; set; }

    /// <summary>Answers a question to Microsoft Graph in another way, after it was found to be right; returns false to answer as usual.</summary>
    public Func<HttpContext, Task<bool>>? Instead { get; set; }

    /// <summary>Life of a token, in seconds.</summary>
    public int TokenLife { get; set; } = 3600;

    /// <summary>Questions to Microsoft Graph that were right.</summary>
    public int Asked => Volatile.Read(ref asked);

    /// <summary>Tokens that were given.</summary>
    public int SignedIn => Volatile.Read(ref signedIn);

    /// <summary>What the gateway did and the pages do not describe.</summary>
    public IReadOnlyCollection<string> Faults => faults;

    public static async Task<EntraStandIn> StartAsync(TimeProvider time)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http1));
        var standIn = new EntraStandIn(builder.Build(), time);
        standIn.web.Run(async context =>
        {
            if (!await ProbeRequests.RefuseAsync(context)) await standIn.AnswerAsync(context);
        });
        await standIn.web.StartAsync();
        return standIn;
    }

    /// <summary>An active membership of a group; a change makes it another entry.</summary>
    public void Member(string person = Person, DateTimeOffset? end = null, Action<JsonObject>? change = null, string group = Group) =>
        Add(new JsonObject
        {
            ["id"] = "e7b2_member_" + group,
            ["principalId"] = person,
            ["groupId"] = group,
            ["accessId"] = "member",
            ["assignmentType"] = end is null ? "assigned" : "activated",
            ["memberType"] = "direct",
            ["assignmentScheduleId"] = "e7b2_member_schedule",
            ["startDateTime"] = Text(time.GetUtcNow() - TimeSpan.FromMinutes(1)),
            ["endDateTime"] = end is { } moment ? Text(moment) : null,
        }, change);

    /// <summary>An active assignment of a directory role.</summary>
    public void InRole(string person = Person, DateTimeOffset? end = null, Action<JsonObject>? change = null) => Add(new JsonObject
    {
        ["id"] = "lAPpYvVpN0KRkAEhdxReE",
        ["principalId"] = person,
        ["roleDefinitionId"] = Role,
        ["directoryScopeId"] = "/",
        ["appScopeId"] = null,
        ["startDateTime"] = Text(time.GetUtcNow() - TimeSpan.FromMinutes(1)),
        ["endDateTime"] = end is { } moment ? Text(moment) : null,
        ["assignmentType"] = "Activated",
        ["memberType"] = "Direct",
        ["roleAssignmentOriginId"] = "lAPpYvVpN0KRkAEhdxReE",
    }, change);

    /// <summary>Ends all assignments.</summary>
    public void Clear() => Assignments = [];

    public static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    public static async Task WriteAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; odata.metadata=minimal";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(json), context.RequestAborted);
    }

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync();
        Certificate?.Dispose();
    }

    private void Add(JsonObject entry, Action<JsonObject>? change)
    {
        change?.Invoke(entry);
        Assignments.Add(entry);
    }

    private Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
    {
        $"/{Tenant}/oauth2/v2.0/token" => SignInAsync(context),
        GroupPath or RolePath => ListAsync(context),
        var path => RefuseAsync(context, 404, "no such path: " + path),
    };

    private Task RefuseAsync(HttpContext context, int status, string why)
    {
        faults.Enqueue(why);
        return WriteAsync(context, status, """{"error":{"code":"BadRequest","message":"refused"},"error_codes":[7000215]}""");
    }

    private async Task SignInAsync(HttpContext context)
    {
        if (context.Request.Method != "POST" || context.Request.ContentType != "application/x-www-form-urlencoded" || context.Request.QueryString.HasValue)
        {
            await RefuseAsync(context, 400, "not a form");
            return;
        }

        var form = (await context.Request.ReadFormAsync()).ToDictionary(static pair => pair.Key, static pair => pair.Value.Single()!);
        var fault = FaultOf(form);
        if (fault is not null)
        {
            await RefuseAsync(context, 401, fault);
            return;
        }

        var token = "graph-token-" + RandomNumberGenerator.GetHexString(16);
        tokens[token] = time.GetUtcNow().AddSeconds(TokenLife);
        Interlocked.Increment(ref signedIn);
        await WriteAsync(context, 200, new JsonObject
        { ["token_type"] = "Bearer", ["expires_in"] = TokenLife, ["ext_expires_in"] = TokenLife, ["access_token"] = token }.ToJsonString());
    }

    private string? FaultOf(Dictionary<string, string> form)
    {
        string[] common = ["grant_type", "client_id", "scope"];
        string[] own = Certificate is null ? ["client_secret"] : ["client_assertion_type", "client_assertion"];
        if (!form.Keys.Order().SequenceEqual(common.Concat(own).Order())) return "parameters " + string.Join(' ', form.Keys);
        if (form["grant_type"] != "client_credentials" || form["client_id"] != Client || form["scope"] != Origin + "/.default")
            return "grant, client or scope " + form["scope"];
        if (Certificate is null) return form["client_secret"] == Secret ? null : "secret";
        if (form["client_assertion_type"] != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer") return "type of the assertion";
        return FaultOf(form["client_assertion"], Certificate);
    }

    private string? FaultOf(string assertion, X509Certificate2 certificate)
    {
        var parts = assertion.Split('.');
        if (parts.Length != 3) return "form of the assertion";
        using var key = certificate.GetRSAPublicKey()!;
        if (!key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256,
            RSASignaturePadding.Pss)) return "signature of the assertion";
        var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0])).RootElement;
        var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1])).RootElement;
        if (header.GetProperty("alg").GetString() != "PS256" || header.GetProperty("typ").GetString() != "JWT"
            || header.GetProperty("x5t#S256").GetString() != Base64Url.EncodeToString(SHA256.HashData(certificate.RawData))) return "header of the assertion";
        if (claims.GetProperty("aud").GetString() != $"{Origin}/{Tenant}/oauth2/v2.0/token") return "audience of the assertion";
        if (claims.GetProperty("iss").GetString() != Client || claims.GetProperty("sub").GetString() != Client) return "issuer of the assertion";
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (claims.GetProperty("nbf").GetInt64() > now || claims.GetProperty("exp").GetInt64() is var end && (end <= now || end > now + 600))
            return "time of the assertion";
        return assertions.TryAdd(claims.GetProperty("jti").GetString()!, true) ? null : "assertion used twice";
    }

    private async Task ListAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.Ordinal) || !tokens.TryGetValue(header["Bearer ".Length..], out var end)
            || end <= time.GetUtcNow())
        {
            await RefuseAsync(context, 401, "bearer token");
            return;
        }

        var (isGroup, filter) = (context.Request.Path.Value == GroupPath, context.Request.Query["$filter"].ToString());
        var match = isGroup ? GroupFilter().Match(filter) : RoleFilter().Match(filter);
        if (context.Request.Method != "GET" || !match.Success || context.Request.Query.Keys.Except(["$filter", "$skiptoken"]).Any())
        {
            await RefuseAsync(context, 400, "question " + context.Request.QueryString);
            return;
        }

        Interlocked.Increment(ref asked);
        if (Instead is { } instead && await instead(context)) return;
        var found = Assignments.Where(entry => entry["principalId"]!.GetValue<string>() == match.Groups["person"].Value
            && entry[isGroup ? "groupId" : "roleDefinitionId"]?.GetValue<string>() == match.Groups["id"].Value).ToList();
        var from = int.TryParse(context.Request.Query["$skiptoken"], CultureInfo.InvariantCulture, out var skip) ? skip : 0;
        var page = new JsonObject
        {
            ["@odata.context"] = $"{Origin}/v1.0/$metadata#list",
            ["value"] = new JsonArray([.. found.Skip(from).Take(PageSize).Select(static entry => entry.DeepClone())]),
        };
        if (from + PageSize < found.Count)
            page["@odata.nextLink"] = $"{NextOrigin ?? Origin}{context.Request.Path}?$filter={Uri.EscapeDataString(filter)}&$skiptoken={from + PageSize}";
        await WriteAsync(context, 200, page.ToJsonString());
    }

    [GeneratedRegex("^groupId eq '(?<id>[0-9a-f-]{36})' and principalId eq '(?<person>[0-9a-f-]{36})'$")]
    private static partial Regex GroupFilter();

    [GeneratedRegex("^principalId eq '(?<person>[0-9a-f-]{36})' and roleDefinitionId eq '(?<id>[0-9a-f-]{36})'$")]
    private static partial Regex RoleFilter();
}
