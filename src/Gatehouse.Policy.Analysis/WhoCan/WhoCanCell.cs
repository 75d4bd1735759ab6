namespace Gatehouse.Policy.Analysis.WhoCan;

/// <summary>One answer to the question whether this caller may use this target.</summary>
/// <param name="Thing">The thing.</param>
/// <param name="Answer">Yes, no or depends.</param>
/// <param name="Listed">True when a list shows it to the caller.</param>
/// <param name="Conditions">The conditions of a "depends": those that must hold, and those that must not, as sentences with the rule's id.</param>
public sealed record WhoCanCell(PolicyResource Thing, PartialResult Answer, bool Listed, IReadOnlyList<string> Conditions)
{
    /// <summary>Whether a permitted call needs the approval of a person: always, for some calls, or never.</summary>
    public PartialResult Approval { get; init; }
}
