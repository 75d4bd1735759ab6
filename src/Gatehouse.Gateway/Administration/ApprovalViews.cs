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
    /// <param name="answers">The answers of people.</param>
    /// <param name="now">The moment.</param>
    public static ApprovalView Of(
        ApprovalRow row, ApprovalFacts? facts, IReadOnlyList<(ApprovalAnswerRow Answer, ApproverFacts? Person)> answers, DateTimeOffset now) => new()
        {
            Id = row.Id,
            Kind = row.Kind switch
            {
                ApprovalKind.Access => ApprovalView.AccessKind,
                ApprovalKind.Act => ApprovalView.ActKind,
                _ => ApprovalView.CallKind,
            },
            State = StateOf(row, now),
            ChangedAt = row.ChangedAt,
            Answers = [.. answers.Select(static one => View(one.Answer, one.Person))],
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
            Granted = answers.Count(static one => one.Answer.Grants),
            Digest = Convert.ToHexStringLower(row.Digest.Span),
            Lasts = facts?.Access is { } asked ? (long)asked.Lasts.TotalSeconds : null,
        };

    /// <summary>Returns a comparison with an earlier call; null for none.</summary>
    public static ApprovalComparisonView? Of(ApprovalComparison? compared) => compared is null ? null : new()
    {
        Id = compared.Id,
        At = compared.Id is null ? null : compared.At,
        OtherDefinition = compared.IsOtherDefinition,
        Count = compared.Count,
        Differences = [.. compared.Listed.Select(static one => new ComparedValueView
        {
            Change = one.Change switch { ValueChange.Added => "added", ValueChange.Removed => "removed", _ => "changed" },
            Path = one.Path,
            From = one.Before,
            To = one.After,
        })],
    };

    /// <summary>Returns the state of a question as a word.</summary>
    /// <param name="row">The question.</param>
    /// <param name="now">The moment.</param>
    public static string StateOf(ApprovalRow row, DateTimeOffset now) =>
        Word(row.State is ApprovalState.Open or ApprovalState.Granted && row.Expires <= now ? ApprovalState.Expired : row.State);

    private static ApprovalAnswerView View(ApprovalAnswerRow answer, ApproverFacts? person) => new()
    {
        Grants = answer.Grants,
        At = answer.At,
        By = person?.Subject,
        ByIssuer = person?.Issuer,
        Reason = OrNull(person?.Reason),
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
