using System.CommandLine;
using Gatehouse.Audit.Search;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Proofs;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AuditCommands;

/// <summary>Receipts of callers that the log did not keep.</summary>
internal static class ReceiptGaps
{
    /// <summary>The option with keys of logs that are gone.</summary>
    public static Option<string[]> Keys() => new("--key")
    { Description = "Verifier key of a log that is not in the folder any more, for its receipts. Repeatable.", HelpName = "vkey|file" };

    /// <summary>Reads receipts. Null, with a message, where a file has none.</summary>
    public static IReadOnlyList<(string File, GivenReceipt Receipt)>? Read(IReadOnlyList<string> files)
    {
        var read = new List<(string, GivenReceipt)>();
        foreach (var file in files)
        {
            try
            {
                if (GivenReceipt.Read(file) is { } receipt)
                {
                    read.Add((file, receipt));
                    continue;
                }

                Terminal.Fault($"{file} has no receipt");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Terminal.Fault(e.Message);
            }

            Terminal.Hint("give the note, the object gatehouse/receipt of an answer, or the answer");
            return null;
        }

        return read;
    }

    /// <summary>Compares receipts with the logs of a folder. Null, with a message, where one cannot be compared.</summary>
    /// <param name="folder">The folder; null, with a message that was printed, where it is not known.</param>
    /// <param name="receipts">The receipts.</param>
    /// <param name="known">Keys of logs that are not in the folder.</param>
    public static IReadOnlyList<LogGap>? Find(
        Func<string?> folder, IReadOnlyList<(string File, GivenReceipt Receipt)> receipts, IReadOnlyList<NoteKey> known)
    {
        if (receipts.Count == 0) return [];
        if (folder() is not { } place) return null;
        var gaps = new List<LogGap>();
        foreach (var (file, receipt) in receipts)
        {
            try
            {
                var answer = ReceiptProof.Of(place, receipt, TimeProvider.System.GetUtcNow(), known);
                var isOver = answer.State == ReceiptState.Unknown && receipt.Receipt.Due < TimeProvider.System.GetUtcNow();
                if (answer.State == ReceiptState.NotKept || isOver)
                    gaps.Add(new LogGap { Kind = LogGap.Receipt, At = receipt.Receipt.Time, What = $"{file}: {answer.Detail}" });
            }
            catch (Exception e) when (e is EvidenceException or IOException or UnauthorizedAccessException)
            {
                Terminal.Fault($"{file}: {e.Message}");
                Terminal.Hint("give a receipt of this log, a log that can be read, and the key of a log that is gone with --key");
                return null;
            }
        }

        return gaps;
    }
}
