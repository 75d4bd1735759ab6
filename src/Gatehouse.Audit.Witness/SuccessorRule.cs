using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Proofs;

namespace Gatehouse.Audit.Witness;

/// <summary>
/// The rule by which a log may follow another one. The first entry of the new log names the old one with a size and root. It has to be the state that
/// the witness cosigned last: a smaller size forgets entries, and a larger one names entries that the witness has not seen.
/// </summary>
internal static class SuccessorRule
{
    /// <summary>Returns the checkpoint of the new log under which its first entry was proven.</summary>
    /// <param name="evidence">The checked evidence of its first entry.</param>
    /// <param name="origin">Its origin.</param>
    /// <param name="latest">The latest checkpoint of the old log that was cosigned.</param>
    /// <exception cref="WitnessRefusalException">It may not.</exception>
    public static (SignedNote Note, Checkpoint Checkpoint) Require(EvidenceReport evidence, string origin, Checkpoint latest)
    {
        const string evidenceRemedy = "give the file of 'gatehouse audit prove 0' of the new log";
        if (!evidence.IsVouched) throw new WitnessRefusalException($"the evidence does not hold: {Why(evidence)}", evidenceRemedy);
        if (evidence.Origin != origin) throw new WitnessRefusalException($"the evidence is of {evidence.Origin}, and the keys are of {origin}", evidenceRemedy);
        if (evidence.Birth is not { } birth) throw new WitnessRefusalException("the evidence has no first entry that names its log (log.birth)", evidenceRemedy);
        if (birth.Origin != origin) throw new WitnessRefusalException($"the first entry names the log {birth.Origin}, and the keys are of {origin}", evidenceRemedy);
        const string ask = "ask the operator of the gateway what happened to the old log; a log that forgets cannot be accepted";
        if (birth.Previous != latest.Origin)
            throw new WitnessRefusalException($"the first entry names {birth.Previous ?? "no log"} as the one before it, and not {latest.Origin}", ask);
        if (birth.PreviousSize is not { } size || birth.PreviousRoot is not { } root)
            throw new WitnessRefusalException("the first entry does not name the size and root of the log before it", ask);
        if (size < latest.Size)
            throw new WitnessRefusalException($"the first entry names {size} entries of the log before it, and this witness cosigned {latest.Size}: the new log forgets {latest.Size - size}", ask);
        if (size > latest.Size)
            throw new WitnessRefusalException($"the first entry names {size} entries of the log before it, and this witness cosigned only {latest.Size}",
                "start the witness, and let the gateway submit the last checkpoint of the old log first");
        if (root != latest.Root)
            throw new WitnessRefusalException($"the first entry names another root at size {size} than this witness cosigned: there are two views of the old log", ask);
        if (evidence.Note is not { } note || !Checkpoint.TryParse(note.Text, out var checkpoint))
            throw new WitnessRefusalException("the evidence has no signed checkpoint", evidenceRemedy);
        return (note, checkpoint);
    }

    private static string Why(EvidenceReport evidence) =>
        evidence.Findings.Count > 0 ? evidence.Findings[0].Detail : string.Join(' ', evidence.Statements);
}
