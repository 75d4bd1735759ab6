namespace Gatehouse.Policy.Rules;

/// <summary>The terms under which a person approves a call.</summary>
public sealed record ApprovalTerms
{
    /// <summary>The most approvers that a rule can ask for.</summary>
    public const int MostApprovers = 5;

    /// <summary>The shortest life of a question: 1 minute.</summary>
    public static readonly TimeSpan ShortestLife = TimeSpan.FromMinutes(1);

    /// <summary>The longest life of a question: 24 hours.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromHours(24);

    /// <summary>The longest time for which a rule lets an approval be remembered: 365 days.</summary>
    public static readonly TimeSpan LongestMemory = TimeSpan.FromDays(365);

    /// <summary>Creates terms. The threat: a stored question without these two members asks for fewer approvers, or for a weaker answer. A generated
    /// reader ignores the initializers of properties, so the defaults are in parameters (decision 0143).</summary>
    /// <param name="strength">The strength; default <see cref="ApprovalStrength.Approval"/>.</param>
    /// <param name="approvers">Number of different people who have to approve; default 1.</param>
    public ApprovalTerms(ApprovalStrength strength = ApprovalStrength.Approval, int approvers = 1) =>
        (Strength, Approvers) = (strength, approvers);

    /// <summary>The terms of a rule that names none: one approver over another channel, and nothing is remembered.</summary>
    public static ApprovalTerms Default { get; } = new();

    /// <summary>The strength. Default <see cref="ApprovalStrength.Approval"/>.</summary>
    public ApprovalStrength Strength { get; init; }

    /// <summary>
    /// True when an approval takes the place of a confirmation that cannot be asked; false (default) refuses the call. Only with
    /// <see cref="ApprovalStrength.Confirm"/>.
    /// </summary>
    public bool OtherwiseApproval { get; init; }

    /// <summary>Number of different people who have to approve, 1 (default) to <see cref="MostApprovers"/>.</summary>
    public int Approvers { get; init; }

    /// <summary>True when the caller's own person may approve. Default false.</summary>
    public bool MaySelf { get; init; }

    /// <summary>Life of the open question, and again of an unspent grant. Null (default) takes <c>approvals.expires</c>.</summary>
    public TimeSpan? Expires { get; init; }

    /// <summary>The most that may be remembered. Default nothing. Nothing is remembered of a confirmation, or where several people approve.</summary>
    public RememberScope Remember { get; init; }

    /// <summary>
    /// The argument of <see cref="RememberScope.Path"/>: its name, or a JSON Pointer (RFC 6901). Null for the URI of a resource, and for the other
    /// scopes.
    /// </summary>
    public string? RememberPointer { get; init; }

    /// <summary>
    /// The longest time for which an approval is remembered, 1 minute to 365 days. Null (default) takes <c>approvals.rememberMax</c>, which is also
    /// its bound.
    /// </summary>
    public TimeSpan? RememberFor { get; init; }

    /// <summary>True when the question closes as soon as no client waits for it. Default false: it stays open.</summary>
    public bool ClosesWithClient { get; init; }

    /// <summary>Joins the terms of several rules that ask about one call: of each member the stricter one.</summary>
    public ApprovalTerms And(ApprovalTerms other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var strength = (ApprovalStrength)Math.Max((int)Strength, (int)other.Strength);
        var approvers = Math.Max(Approvers, other.Approvers);
        // A remembered answer is that of one person, and never takes the place of four eyes.
        var remember = approvers > 1 || strength == ApprovalStrength.Confirm
            ? RememberScope.None : (RememberScope)Math.Min((int)Remember, (int)other.Remember);
        var isOnePath = remember == RememberScope.Path && RememberPointer == other.RememberPointer;
        return new ApprovalTerms
        {
            Strength = strength,
            OtherwiseApproval = OtherwiseApproval && other.OtherwiseApproval,
            Approvers = approvers,
            MaySelf = MaySelf && other.MaySelf,
            Expires = Shorter(Expires, other.Expires),
            Remember = remember == RememberScope.Path && !isOnePath ? RememberScope.Arguments : remember,
            RememberPointer = isOnePath ? RememberPointer : null,
            RememberFor = Shorter(RememberFor, other.RememberFor),
            ClosesWithClient = ClosesWithClient || other.ClosesWithClient,
        };
    }

    private static TimeSpan? Shorter(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other ?? one : one;
}
