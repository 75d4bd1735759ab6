using Gatehouse.Administration;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Administration;

/// <summary>Questions to people, as those who answer see them.</summary>
internal static class ApprovalViews
{
    /// <summary>Returns a question without what is asked in full.</summary>
    /// <param name="row">The question.</param>
    /// <param name="facts">Its facts; null where they cannot be opened any more.</param>
    /// <param name="granted">Number of people who granted it.</param>
    /// <param name="now">The moment.</param>
    public static ApprovalView Of(ApprovalRow row, ApprovalFacts? facts, int granted, DateTimeOffset now) => new()
    {
        Id = row.Id,
        Kind = row.Kind == ApprovalKind.Access ? ApprovalView.AccessKind : ApprovalView.CallKind,
        State = row.State is ApprovalState.Open or ApprovalState.Granted && row.Expires <= now ? Word(ApprovalState.Expired) : Word(row.State),
        Server = OrNull(facts?.Server),
        Method = OrNull(facts?.Method),
        Target = facts?.Target,
        Caller = facts?.Subject,
        CallerIssuer = facts?.Issuer,
        Client = facts?.Client,
        Rules = [.. (facts?.Rules ?? []).Select(static rule => rule.Source).Distinct(StringComparer.Ordinal)],
        At = row.At,
        Expires = row.Expires,
        Needed = row.Needed,
        Granted = granted,
        Digest = Convert.ToHexStringLower(row.Digest.Span),
        Lasts = facts?.Access is { } asked ? (long)asked.Lasts.TotalSeconds : null,
    };

    private static string? OrNull(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static string Word(ApprovalState state) => state switch
    {
        ApprovalState.Open => "open",
        ApprovalState.Granted => "granted",
        ApprovalState.Denied => "denied",
        ApprovalState.Spent => "spent",
        ApprovalState.Expired => "expired",
        _ => "closed",
    };
}
