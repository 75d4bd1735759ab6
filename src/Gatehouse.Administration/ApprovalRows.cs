using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>The acts about questions to people (AP-01).</summary>
internal static class ApprovalRows
{
    private const string Page = "operators/approvals.md";

    private static readonly ApprovalActJson Forms = new(ActRow.Strict());

    public static ActRow List { get; } = new(
        "approval.list", ActWays.Everywhere, "Lists questions to people, remembered answers and withheld definitions. It shows no arguments.", Page,
        new ListApprovals(), Forms.ListApprovals, ApprovalActJson.Default.ApprovalList);

    public static ActRow Show { get; } = new(
        "approval.show", ActWays.Everywhere, "Shows one question in full, and notes who was shown which text.", Page,
        new ShowApproval(), Forms.ShowApproval, ApprovalActJson.Default.ApprovalView);

    public static ActRow Grant { get; } = new(
        "approval.grant", ActWays.Everywhere, "Grants what one question asks for.", Page,
        new AnswerApproval { Grants = true }, Forms.AnswerApproval, ApprovalActJson.Default.ApprovalAnswered)
    { Complete = static act => ((AnswerApproval)act) with { Grants = true } };

    public static ActRow Deny { get; } = new(
        "approval.deny", ActWays.Everywhere, "Denies what one question asks for.", Page,
        new AnswerApproval(), Forms.AnswerApproval, ApprovalActJson.Default.ApprovalAnswered);

    public static ActRow Revoke { get; } = new(
        "approval.revoke", ActWays.Everywhere, "Takes back a grant that was not used.", Page,
        new RevokeApproval(), Forms.RevokeApproval, ApprovalActJson.Default.ApprovalRevoked);

    public static ActRow Forget { get; } = new(
        "approval.forget", ActWays.Everywhere, "Forgets an answer that is remembered.", Page,
        new ForgetApproval(), Forms.ForgetApproval, ApprovalActJson.Default.ApprovalForgotten);

    /// <summary>All rows.</summary>
    public static IReadOnlyList<ActRow> All { get; } = [List, Show, Grant, Deny, Revoke, Forget];
}

/// <summary>The forms of these acts and of their results.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ListApprovals))]
[JsonSerializable(typeof(ApprovalList))]
[JsonSerializable(typeof(ShowApproval))]
[JsonSerializable(typeof(ApprovalView))]
[JsonSerializable(typeof(AnswerApproval))]
[JsonSerializable(typeof(ApprovalAnswered))]
[JsonSerializable(typeof(RevokeApproval))]
[JsonSerializable(typeof(ApprovalRevoked))]
[JsonSerializable(typeof(ForgetApproval))]
[JsonSerializable(typeof(ApprovalForgotten))]
internal sealed partial class ApprovalActJson : JsonSerializerContext;
