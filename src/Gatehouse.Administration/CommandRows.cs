using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>The acts about commands of wrapped servers.</summary>
internal static class CommandRows
{
    private const string Page = "operators/wrap.md";

    private static readonly CommandActJson Forms = new(ActRow.Strict());

    public static ActRow List { get; } = new(
        "command.list", ActWays.Socket, "Lists commands of wrapped servers.", Page,
        new ListCommands(), Forms.ListCommands, CommandActJson.Default.CommandList);

    public static ActRow Approve { get; } = new(
        "command.approve", ActWays.Socket, "Approves commands in full, as they were shown: one confirmation covers them.", Page,
        new ApproveServerCommands([]), Forms.ApproveServerCommands, CommandActJson.Default.CommandApproved)
    { Complete = static act => ((ApproveServerCommands)act).Each() };

    public static ActRow Revoke { get; } = new(
        "command.revoke", ActWays.Socket, "Revokes the approval of a command: the next start asks again.", Page,
        new RevokeCommandApproval(), Forms.RevokeCommandApproval, CommandActJson.Default.CommandRevoked);

    /// <summary>All rows.</summary>
    public static IReadOnlyList<ActRow> All { get; } = [List, Approve, Revoke];
}

/// <summary>The forms of these acts and of their results.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ListCommands))]
[JsonSerializable(typeof(CommandList))]
[JsonSerializable(typeof(ApproveServerCommands))]
[JsonSerializable(typeof(CommandApproved))]
[JsonSerializable(typeof(RevokeCommandApproval))]
[JsonSerializable(typeof(CommandRevoked))]
internal sealed partial class CommandActJson : JsonSerializerContext;
