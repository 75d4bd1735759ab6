using System.Globalization;
using System.Text.Json.Serialization;
using Gatehouse.Text;

namespace Gatehouse.Administration;

/// <summary>Asks for the right of a rule, for a time. The person of the token asks for its own right; another person grants it.</summary>
/// <param name="Rule">Id of the rule.</param>
/// <param name="Seconds">Time for which the right is asked for, in seconds, from the moment of the grant.</param>
/// <param name="Reason">The reason, in the person's words; not empty.</param>
internal sealed record RequestAccess(string Rule = "", int Seconds = 0, string Reason = "") : AdministrativeAction<AccessRequested>
{
    private const int ShortestSeconds = 60;
    private const int LongestSeconds = 24 * 60 * 60; // no rule can name more

    internal override string Name => "access.request";

    internal override ActRow Row => AccessRows.Request;

    internal override string Given => Reason;

    internal override ActionEffect Effect => ActionEffect.Grants;

    internal override ActionStrength Strength => ActionStrength.Holder;

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts =>
        [.. Named(), KeyValuePair.Create("rule", AccessActs.IsRule(Rule) ? Rule : ""), Count("duration", Seconds), StatedReason(Reason)];

    // A rule that is in clear is one of the configuration. The name in a refused request is a word of the asking program, which may be a person's.
    internal override IReadOnlyList<KeyValuePair<string, string>> RefusedFacts => [.. Named(), Count("duration", Seconds), StatedReason(Reason)];

    public override IReadOnlyList<KeyValuePair<string, string>> ResultFacts(object result) => [ApprovalActs.Fact(((AccessRequested)result).Id)];

    public override bool IsOffered(AdministrationParts parts) => parts.Access is not null;

    public override ActionRefusal? Fault(AdministrationParts parts)
    {
        if (!AccessActs.IsRule(Rule)) return ActionRefusal.NoRightNamed;
        return Seconds is < ShortestSeconds or > LongestSeconds ? ActionRefusal.NoAccessDuration : AccessActs.FaultOf(Reason);
    }

    protected override Task<ActionOutcome<AccessRequested>> RunAsync(AdministrationParts parts, Administrator by) =>
        parts.Access!.RequestAsync(this, by);
}

/// <summary>Lists requests for rights, and the rights that people have.</summary>
/// <param name="WithOver">True for those in every state; false for open requests and rights that have not ended.</param>
internal sealed record ListAccess([property: JsonPropertyName("all")] bool WithOver = false) : AdministrativeAction<ApprovalList>
{
    // A person reads so many; more of them are reported.
    private const int MostListed = 1000;

    internal override string Name => "access.list";

    internal override ActRow Row => AccessRows.List;

    internal override ActionEffect Effect => ActionEffect.Reads;

    // The list itself has only what the person may see.
    internal override ActionStrength RemoteStrength => ActionStrength.Holder;

    public override bool IsOffered(AdministrationParts parts) => parts.Access is not null;

    protected override async Task<ActionOutcome<ApprovalList>> RunAsync(AdministrationParts parts, Administrator by)
    {
        var listed = await parts.Access!.ListAsync(WithOver, MostListed + 1, by).ConfigureAwait(false);
        if (listed.Result?.Approvals is not { } found) return listed;
        return new ApprovalList([.. found.TakeLast(MostListed)], found.Count > MostListed ? "there are more; these are the newest" : null);
    }
}

/// <summary>Takes a right back before its time, or a request for one.</summary>
/// <param name="Id">The request by which the right was granted.</param>
/// <param name="Reason">The reason, in the person's words; may be empty.</param>
internal sealed record RevokeAccess(string Id = "", string Reason = "") : AdministrativeAction<AccessRevoked>
{
    internal override string Name => "access.revoke";

    internal override ActRow Row => AccessRows.Revoke;

    internal override string Given => Reason;

    internal override ActionEffect Effect => ActionEffect.Withdraws;

    internal override ActionStrength Strength => ActionStrength.Holder;

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts => [.. Named(), ApprovalActs.Fact(Id), StatedReason(Reason)];

    internal override IReadOnlyList<KeyValuePair<string, string>> RefusedFacts => [.. Named(), ApprovalActs.Given(Id), StatedReason(Reason)];

    /// <inheritdoc />
    public override bool HasTarget(ActionRefusal refusal) => refusal.Why is not AccessActs.Unknown;

    public override bool IsOffered(AdministrationParts parts) => parts.Access is not null;

    public override ActionRefusal? Fault(AdministrationParts parts)
    {
        if (AccessActs.IsOfEntra(Id)) return ActionRefusal.AccessOfEntra;
        if (!ApprovalActs.IsAccessId(Id)) return ActionRefusal.NoAccessNamed;
        return Reason.Length > ApprovalActs.LongestReason ? ActionRefusal.LongReason : null;
    }

    protected override Task<ActionOutcome<AccessRevoked>> RunAsync(AdministrationParts parts, Administrator by) =>
        parts.Access!.RevokeAsync(this, by);
}

/// <summary>A right was asked for.</summary>
/// <param name="Id">The request.</param>
/// <param name="Needed">Number of people who must grant it.</param>
/// <param name="Expires">The moment until which it can be granted.</param>
internal sealed record AccessRequested(string Id, int Needed, DateTimeOffset Expires) : ActResult
{
    /// <inheritdoc />
    internal override string Sentence => string.Create(CultureInfo.InvariantCulture,
        $"{Id} waits for {(Needed == 1 ? "another person" : $"{Needed} other people")} to grant it, until {Moments.Words(Expires)}");
}

/// <summary>A right, or a request for one, was taken back.</summary>
/// <param name="Id">The request.</param>
/// <param name="WasActive">True for a right, false for a request that was open.</param>
internal sealed record AccessRevoked(string Id, bool WasActive) : ActResult
{
    /// <inheritdoc />
    internal override string Sentence => WasActive ? $"{Id} is revoked; the right has ended" : $"{Id} is revoked; it cannot be granted any more";
}

/// <summary>The common parts of acts about rights.</summary>
internal static class AccessActs
{
    /// <summary>The word of a refusal that does not know the request.</summary>
    public const string Unknown = "unknown-access";

    private const int LongestRule = 63;
    private const int LongestId = 32;

    /// <summary>Returns whether a text has the form of the id of a rule. Only such a text is a fact in clear.</summary>
    public static bool IsRule(string text) => text.Length is > 0 and <= LongestRule
        && text.All(static character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');

    /// <summary>Returns whether a text has the form of the id of a right of Entra PIM.</summary>
    public static bool IsOfEntra(string text) => text.StartsWith("pim-", StringComparison.Ordinal) && text.Length is > 4 and <= LongestId
        && text.All(static character => char.IsAsciiLetterOrDigit(character) || character == '-');

    /// <summary>Returns the refusal of a reason that is missing or too long.</summary>
    public static ActionRefusal? FaultOf(string reason) => string.IsNullOrWhiteSpace(reason) ? ActionRefusal.NoReason
        : reason.Length > ApprovalActs.LongestReason ? ActionRefusal.LongReason : null;
}
