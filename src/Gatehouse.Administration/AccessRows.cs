using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>The acts about rights for a time (AZ-09).</summary>
internal static class AccessRows
{
    private const string Page = "operators/access.md";

    private static readonly AccessActJson Forms = new(ActRow.Strict());

    public static ActRow Request { get; } = new(
        "access.request", ActWays.Everywhere, "Asks for the right of a rule, for a time.", Page,
        new RequestAccess(), Forms.RequestAccess, AccessActJson.Default.AccessRequested);

    public static ActRow List { get; } = new(
        "access.list", ActWays.Everywhere, "Lists requests for rights, and the rights that people have.", Page,
        new ListAccess(), Forms.ListAccess, AccessActJson.Default.ApprovalList);

    public static ActRow Revoke { get; } = new(
        "access.revoke", ActWays.Everywhere, "Takes a right back before its time, or a request for one.", Page,
        new RevokeAccess(), Forms.RevokeAccess, AccessActJson.Default.AccessRevoked);

    /// <summary>All rows.</summary>
    public static IReadOnlyList<ActRow> All { get; } = [Request, List, Revoke];
}

/// <summary>The forms of these acts and of their results.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RequestAccess))]
[JsonSerializable(typeof(AccessRequested))]
[JsonSerializable(typeof(ListAccess))]
[JsonSerializable(typeof(ApprovalList))]
[JsonSerializable(typeof(RevokeAccess))]
[JsonSerializable(typeof(AccessRevoked))]
internal sealed partial class AccessActJson : JsonSerializerContext;
