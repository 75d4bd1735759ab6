using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Running;

/// <summary>
/// The directory of the range's provider, as Entra has one: who is an active member of a group. Applications ask it as they ask Microsoft Graph.
/// </summary>
internal sealed partial class RangeDirectory
{
    /// <summary>The application of the gateway.</summary>
    public const string Client = "77777777-7777-4777-8777-777777777777";

    /// <summary>The secret of that application.</summary>
    public const string Secret = "range-graph-secret";

    private const string Members = "/v1.0/identityGovernance/privilegedAccess/group/assignmentScheduleInstances";

    private readonly string token = "range-graph-" + RandomNumberGenerator.GetHexString(16);
    private readonly ConcurrentDictionary<(string Group, string Person), bool> active = new();

    /// <summary>A person activates a membership.</summary>
    public void Activate(string group, string person) => active[(group, person)] = true;

    /// <summary>The activation ends. Tokens of the person stay as they are.</summary>
    public void End(string group, string person) => active.TryRemove((group, person), out _);

    /// <summary>Answers a request; false for one that is not about the directory.</summary>
    public async Task<bool> TryAnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path.EndsWith("/oauth2/v2.0/token", StringComparison.Ordinal)) await SignInAsync(context).ConfigureAwait(false);
        else if (path == Members) await ListAsync(context).ConfigureAwait(false);
        else return false;
        return true;
    }

    private async Task SignInAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync().ConfigureAwait(false);
        if (form["grant_type"] != "client_credentials" || form["client_id"] != Client || form["client_secret"] != Secret)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        await WriteAsync(context, new { token_type = "Bearer", expires_in = 3600, access_token = token }).ConfigureAwait(false);
    }

    private async Task ListAsync(HttpContext context)
    {
        var asked = Filter().Match(context.Request.Query["$filter"].ToString());
        if (context.Request.Headers.Authorization != "Bearer " + token || !asked.Success)
        {
            context.Response.StatusCode = asked.Success ? StatusCodes.Status401Unauthorized : StatusCodes.Status400BadRequest;
            return;
        }

        var (group, person) = (asked.Groups["group"].Value, asked.Groups["person"].Value);
        object[] found = active.ContainsKey((group, person))
            ? [new { principalId = person, groupId = group, accessId = "member", startDateTime = (string?)null, endDateTime = (string?)null }] : [];
        await WriteAsync(context, new { value = found }).ConfigureAwait(false);
    }

    private static Task WriteAsync(HttpContext context, object answer)
    {
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer)).AsTask();
    }

    [GeneratedRegex("^groupId eq '(?<group>[0-9a-f-]{36})' and principalId eq '(?<person>[0-9a-f-]{36})'$")]
    private static partial Regex Filter();
}
