namespace Gatehouse.Policy.Rules;

/// <summary>
/// The terms under which people get the right that a permit names, for a time. A permit with such terms holds for no caller who does not have the
/// right.
/// </summary>
/// <param name="Longest">The longest time for which it is granted, <see cref="ShortestLongest"/> to <see cref="LongestLongest"/>.</param>
/// <param name="GrantedBy">
/// The people who may grant it. No one grants it to themselves. Null where Entra PIM gives the right, and no person grants it here.
/// </param>
/// <param name="Approvers">Number of different people who have to grant it, 1 to <see cref="ApprovalTerms.MostApprovers"/>.</param>
public sealed record AccessTerms(TimeSpan Longest, WhoClause? GrantedBy, int Approvers)
{
    /// <summary>The shortest time that <c>longest</c> may name, and for which a right is granted: 5 minutes.</summary>
    public static readonly TimeSpan ShortestLongest = TimeSpan.FromMinutes(5);

    /// <summary>The longest time that <c>longest</c> may name: 24 hours.</summary>
    public static readonly TimeSpan LongestLongest = TimeSpan.FromHours(24);

    /// <summary>The assignment of Entra PIM that gives the right; null for a right that people grant.</summary>
    public EntraAssignment? Entra { get; private init; }

    /// <summary>Returns the terms of a right that an assignment of Entra PIM gives.</summary>
    public static AccessTerms Of(EntraAssignment assignment) => new(TimeSpan.Zero, null, 1) { Entra = assignment };
}
