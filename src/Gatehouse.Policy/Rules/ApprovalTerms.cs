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

    /// <summary>The terms of a rule that names none: one approver over another channel, and nothing is remembered.</summary>
    public static ApprovalTerms Default { get; } = new();

    /// <summary>The strength. Default <see cref="ApprovalStrength.Approval"/>.</summary>
    public ApprovalStrength Strength { get; init; } = ApprovalStrength.Approval;

    /// <summary>
    /// True when an approval takes the place of a confirmation that cannot be asked; false (default) refuses the call. Only with
    /// <see cref="ApprovalStrength.Confirm"/>.
    /// </summary>
    public bool OtherwiseApproval { get; init; }

    /// <summary>Number of different people who have to approve, 1 (default) to <see cref="MostApprovers"/>.</summary>
    public int Approvers { get; init; } = 1;

    /// <summary>True when the caller's own person may approve. Default false.</summary>
    public bool MaySelf { get; init; }

    /// <summary>Life of the open question, and again of an unspent grant. Null (default) takes <c>approvals.expires</c>.</summary>
    public TimeSpan? Expires { get; init; }

    /// <summary>The most that may be remembered. Default nothing.</summary>
    public RememberScope Remember { get; init; }

    /// <summary>The argument of <see cref="RememberScope.Path"/>, a JSON Pointer (RFC 6901); null for the other scopes.</summary>
    public string? RememberPointer { get; init; }

    /// <summary>True when the question closes as soon as no client waits for it. Default false: it stays open.</summary>
    public bool ClosesWithClient { get; init; }

    /// <summary>Joins the terms of several rules that ask about one call: of each member the stricter one.</summary>
    public ApprovalTerms And(ApprovalTerms other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var remember = (RememberScope)Math.Min((int)Remember, (int)other.Remember);
        var isOnePath = remember == RememberScope.Path && RememberPointer == other.RememberPointer;
        return new ApprovalTerms
        {
            Strength = (ApprovalStrength)Math.Max((int)Strength, (int)other.Strength),
            OtherwiseApproval = OtherwiseApproval && other.OtherwiseApproval,
            Approvers = Math.Max(Approvers, other.Approvers),
            MaySelf = MaySelf && other.MaySelf,
            Expires = Expires is { } one && other.Expires is { } two ? (one < two ? one : two) : Expires ?? other.Expires,
            Remember = remember == RememberScope.Path && !isOnePath ? RememberScope.Arguments : remember,
            RememberPointer = isOnePath ? RememberPointer : null,
            ClosesWithClient = ClosesWithClient || other.ClosesWithClient,
        };
    }
}
