using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace EntraStandIn;

/// <summary>The lists of Privileged Identity Management in Microsoft Graph: who is an active member of a group or in a directory role.</summary>
public sealed partial class PrivilegedAccess(string origin, TimeProvider time)
{
    public const string GroupPath = "/identityGovernance/privilegedAccess/group/assignmentScheduleInstances";
    public const string RolePath = "/roleManagement/directory/roleAssignmentScheduleInstances";

    private int asked;

    /// <summary>The assignments of the directory; each is an entry of a list.</summary>
    public ConcurrentBag<JsonObject> Assignments { get; private set; } = [];

    /// <summary>Entries of one page.</summary>
    public int PageSize { get; set; } = 100;

    /// <summary>The origin that the address of the next page has; null for the right one.</summary>
    public string? NextOrigin { get; set; }

    /// <summary>Answers a question in another way, after it was found to be right; returns false to answer as usual.</summary>
    public Func<HttpContext, Task<bool>>? Instead { get; set; }

    /// <summary>Questions that were right.</summary>
    public int Asked => Volatile.Read(ref asked);

    /// <summary>An active membership of a group; a change makes it another entry.</summary>
    public void Member(string person = Tenant.AliceId, DateTimeOffset? end = null, Action<JsonObject>? change = null, string group = Tenant.Group) =>
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
    public void InRole(string person = Tenant.AliceId, DateTimeOffset? end = null, Action<JsonObject>? change = null) => Add(new JsonObject
    {
        ["id"] = "lAPpYvVpN0KRkAEhdxReE",
        ["principalId"] = person,
        ["roleDefinitionId"] = Tenant.Role,
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

    /// <summary>A moment, as Microsoft Graph writes it.</summary>
    public static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A page of the list; null where the question was answered in another way.</summary>
    /// <exception cref="GraphException">The question is not one that the page of the list describes.</exception>
    public async Task<JsonObject?> ListAsync(HttpContext context, bool isGroup)
    {
        var filter = context.Request.Query["$filter"].ToString();
        var match = isGroup ? GroupFilter().Match(filter) : RoleFilter().Match(filter);
        if (!match.Success || context.Request.Query.Keys.Except(["$filter", "$skiptoken"]).Any())
            throw new GraphException(400, "BadRequest", "The question is not one that the stand-in knows: " + context.Request.QueryString);
        Interlocked.Increment(ref asked);
        if (Instead is { } instead && await instead(context)) return null;
        var found = Assignments.Where(entry => entry["principalId"]!.GetValue<string>() == match.Groups["person"].Value
            && entry[isGroup ? "groupId" : "roleDefinitionId"]?.GetValue<string>() == match.Groups["id"].Value).ToList();
        var from = int.TryParse(context.Request.Query["$skiptoken"], CultureInfo.InvariantCulture, out var skip) ? skip : 0;
        var page = new JsonObject
        {
            ["@odata.context"] = $"{origin}/v1.0/$metadata#list",
            ["value"] = new JsonArray([.. found.Skip(from).Take(PageSize).Select(static entry => entry.DeepClone())]),
        };
        if (from + PageSize < found.Count)
            page["@odata.nextLink"] = $"{NextOrigin ?? origin}{context.Request.Path}?$filter={Uri.EscapeDataString(filter)}&$skiptoken={from + PageSize}";
        return page;
    }

    private void Add(JsonObject entry, Action<JsonObject>? change)
    {
        change?.Invoke(entry);
        Assignments.Add(entry);
    }

    [GeneratedRegex("^groupId eq '(?<id>[0-9a-f-]{36})' and principalId eq '(?<person>[0-9a-f-]{36})'$")]
    private static partial Regex GroupFilter();

    [GeneratedRegex("^principalId eq '(?<person>[0-9a-f-]{36})' and roleDefinitionId eq '(?<id>[0-9a-f-]{36})'$")]
    private static partial Regex RoleFilter();
}
