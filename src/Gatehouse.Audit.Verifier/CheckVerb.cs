using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Proofs;

namespace Gatehouse.Audit.Verifier;

/// <summary><c>check</c>: an evidence file without its log.</summary>
internal static class CheckVerb
{
    /// <param name="shown">The output.</param>
    /// <param name="program">The words before the command, for the examples.</param>
    public static Command Create(IShown shown, string program)
    {
        var evidence = new EvidenceOptions();
        var file = new Argument<string>("file") { Description = "Evidence file of 'gatehouse audit prove' or 'gatehouse audit export'." };
        var cosigners = new Option<string[]>("--cosigner")
        { Description = "Verifier key of a witness, or a file with such keys. Its time shows that a receipt was not kept. Repeatable.", HelpName = "vkey|file" };
        var json = new Option<bool>("--json") { Description = "Print versioned JSON on stdout." };
        var command = new Command("check",
            $"""
            Check an evidence file without the log. The command checks that each entry of the file is in the tree of a checkpoint, and that a
            key from --key signed it. It exits with 0 only then. It exits with 1 when a proof does not hold, and without a key.

            The command does not detect that entries were taken out at the begin or the end of the file: compare the first and the last
            index with those that you asked for. It names entries that are absent between them.

            A file of 'gatehouse audit prove --receipt' has a receipt instead. The command exits with 0 if the promise was kept, and with 1
            if it was not, and says what shows it.

            The command does not detect a second tree that the holder of the log's key signed. Give a checkpoint that was kept outside
            with --checkpoint: of the same size, or the older one in the file.

            Examples:
              {program} check evidence.txt --key audit.vkey
              {program} check evidence.txt --key audit.vkey --checkpoint kept/checkpoint
            """) { file };
        evidence.AddTo(command);
        command.Add(cosigners);
        command.Add(json);
        command.SetAction(parsed => Answer.Of(() =>
        {
            if (EvidenceOptions.ReadKeysByPlace(parsed.GetValue(evidence.Keys), null, shown) is not { } keys) return 2;
            if (evidence.ReadCheckpoints(parsed, null, shown) is not { } given) return 2;
            if (EvidenceOptions.ReadWitnesses(parsed.GetValue(cosigners), shown) is not { } witnesses) return 2;
            var report = EvidenceCheck.Check(parsed.GetValue(file)!, keys.Keys, [.. given.Select(one => SignedNote.Parse(one.Bytes.Span)!)],
                [.. witnesses.Select(witness => witness.Key)], keys.BesideLog);
            if (parsed.GetValue(json)) shown.Json("auditEvidence", JsonValue.Create(report, VerifierJson.Default.EvidenceReport)!);
            else Print(report, parsed.GetValue(file)!, shown);
            return report.IsVouched ? 0 : 1;
        }, shown));
        return command;
    }

    private static void Print(EvidenceReport report, string file, IShown shown)
    {
        foreach (var finding in report.Findings) shown.Row($"{file}:{finding.Line}: {(finding.Index is { } index ? $"entry {index}: " : "")}{finding.Detail}");
        foreach (var statement in report.Statements) shown.Row(statement);
    }
}
