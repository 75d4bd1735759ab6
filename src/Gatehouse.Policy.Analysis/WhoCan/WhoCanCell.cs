using Gatehouse.Policy.Analysis.Verdicts;

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

    /// <summary>The refusal by the server, before the rules; null where the server accepts the token, or no configuration is known.</summary>
    public ServerRefusal? Refusal { get; private init; }

    /// <summary>Returns the answer for a caller whose token the server refuses: no, whatever the rules say.</summary>
    /// <param name="refusal">The refusal.</param>
    public WhoCanCell RefusedBy(ServerRefusal refusal) =>
        new(Thing, PartialResult.No, Listed: false, []) { Approval = PartialResult.No, Refusal = refusal };
}
