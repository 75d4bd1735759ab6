namespace Gatehouse.Policy.Analysis.WhoCan;

/// <summary>One answer: may this caller use this thing.</summary>
/// <param name="Thing">The thing.</param>
/// <param name="Answer">Yes, no or depends.</param>
/// <param name="Listed">True when a list shows it to the caller.</param>
/// <param name="Conditions">Where it depends: what must hold, and what must not, as sentences with the rule's id.</param>
public sealed record WhoCanCell(PolicyResource Thing, PartialResult Answer, bool Listed, IReadOnlyList<string> Conditions);
