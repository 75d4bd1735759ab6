using Gatehouse.Policy.Rules;

namespace Gatehouse.Gateway.Access.Entra;

/// <summary>Knowledge about one assignment of one person. The table changes it under its lock. Decisions read only the result of the check.</summary>
/// <param name="person">The person.</param>
/// <param name="assignment">The group or role.</param>
/// <param name="graph">The connection by which it is checked.</param>
internal sealed class EntraRight(EntraPerson person, EntraAssignment assignment, EntraGraph graph)
{
    private volatile EntraKnowledge knowledge = EntraKnowledge.None;

    /// <summary>The person.</summary>
    public EntraPerson Person => person;

    /// <summary>The group or role.</summary>
    public EntraAssignment Assignment => assignment;

    /// <summary>The connection by which it is checked.</summary>
    public EntraGraph Graph => graph;

    /// <summary>The result of the last check.</summary>
    public EntraKnowledge Knowledge
    {
        get => knowledge;
        set => knowledge = value;
    }

    /// <summary>The id of the right, from the entry of its begin to its end; null while it has not begun.</summary>
    public string? Id { get; set; }

    /// <summary>The moment of the begin.</summary>
    public DateTimeOffset BegunAt { get; set; }

    /// <summary>The check in progress; null for none.</summary>
    public Task? Check { get; set; }

    /// <summary>
    /// True when no exchange of the person was in progress at the end of the last answer: the right was not lost, and was not checked either.
    /// </summary>
    public bool IsIdle { get; set; }

    /// <summary>True when the table has it no more.</summary>
    public bool IsGone { get; set; }
}

/// <summary>The result of a check.</summary>
/// <param name="Until">
/// The end of the time for which it counts: the end of the assignment, or of the time for which an answer counts, whichever is earlier.
/// </param>
/// <param name="AskAgain">The moment from which a decision needs a new check.</param>
/// <param name="CheckedAt">The moment before the last question that was answered.</param>
/// <param name="End">The end of the assignment; null for a permanent one.</param>
/// <param name="IsFault">True when the last question was not answered.</param>
internal sealed record EntraKnowledge(
    DateTimeOffset Until, DateTimeOffset AskAgain, DateTimeOffset CheckedAt, DateTimeOffset? End, bool IsFault)
{
    /// <summary>Nothing is known, and nothing counts.</summary>
    public static EntraKnowledge None { get; } =
        new(DateTimeOffset.MinValue, DateTimeOffset.MinValue, DateTimeOffset.MinValue, null, false);
}
