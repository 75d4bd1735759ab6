using System.Text.Json.Serialization;
using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Administration;

/// <summary>The acts about definitions that are withheld or approved (TP-03).</summary>
internal static class DefinitionRows
{
    private const string Page = "operators/lock.md";

    private static readonly DefinitionActJson Forms = new(ActRow.Strict());

    public static ActRow Pending { get; } = new(
        "lock.pending", ActWays.Everywhere, "Lists definitions that are withheld.", Page,
        new ListPendingDefinitions(), Forms.ListPendingDefinitions, DefinitionActJson.Default.PendingDefinitions);

    public static ActRow Approve { get; } = new(
        "lock.approve", ActWays.Everywhere, "Approves one definition, by the digest that the administrator was shown.", Page,
        new ApproveDefinition("", DefinitionKind.Tool), Forms.ApproveDefinition, DefinitionActJson.Default.ApprovalChange);

    public static ActRow Revoke { get; } = new(
        "lock.revoke", ActWays.Everywhere, "Revokes approvals of a definition, those of the lock file included.", Page,
        new RevokeDefinitionApproval("", DefinitionKind.Tool), Forms.RevokeDefinitionApproval, DefinitionActJson.Default.ApprovalChange);

    /// <summary>All rows.</summary>
    public static IReadOnlyList<ActRow> All { get; } = [Pending, Approve, Revoke];
}

/// <summary>The forms of these acts and of their results.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ListPendingDefinitions))]
[JsonSerializable(typeof(PendingDefinitions))]
[JsonSerializable(typeof(ApproveDefinition))]
[JsonSerializable(typeof(ApprovalChange))]
[JsonSerializable(typeof(RevokeDefinitionApproval))]
internal sealed partial class DefinitionActJson : JsonSerializerContext;
