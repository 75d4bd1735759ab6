using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.Audit.Verification;
using Gatehouse.Audit.Verification.Proofs;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Receipts;

namespace Gatehouse.Audit.Verifier;

/// <summary><c>receipt</c>: what a receipt promises, who signed it, and whether it is of a call.</summary>
internal static class ReceiptVerb
{
    /// <param name="shown">The output.</param>
    /// <param name="program">The words before the command, for the examples.</param>
    public static Command Create(IShown shown, string program)
    {
        var file = new Argument<string>("file") { Description = "Receipt: the note, the JSON object with it, or the answer that has it." };
        var keys = new EvidenceOptions().Keys;
        var request = new Option<string?>("--request") { Description = "File with the request, as it was sent, with the member that asks for the receipt.", HelpName = "file" };
        var answer = new Option<string?>("--answer") { Description = "File with the answer, as it was received. Default: the file of the receipt.", HelpName = "file" };
        var command = new Command("receipt",
            $"""
            Read a receipt of a caller. The command prints what the log promises, and checks the signature with a key from --key, and with
            --request and --answer that it is the receipt of this call. It exits with 0 if both hold, and with 1 otherwise. It does not show that the promise was
            kept: 'gatehouse audit prove --receipt' asks the log.

            Examples:
              {program} receipt receipt.json --key audit.vkey
              {program} receipt answer.json --key audit.vkey --request request.json --answer answer.json
            """) { file };
        foreach (var option in (Option[])[keys, request, answer]) command.Add(option);
        command.SetAction(parsed => Answer.Of(() =>
        {
            if (EvidenceOptions.ReadKeysByPlace(parsed.GetValue(keys), null, shown) is not { } given) return 2;
            if (GivenReceipt.Read(parsed.GetValue(file)!) is not { } receipt)
            {
                shown.Fault($"{parsed.GetValue(file)} has no receipt",
                    "give the note, the object gatehouse/receipt of an answer, or the answer; of a saved event stream the object behind 'data: '");
                return 2;
            }

            if (parsed.GetValue(answer) is not null && parsed.GetValue(request) is null)
            {
                shown.Fault("--answer needs --request", "give the request as it was sent");
                return 2;
            }

            if (parsed.GetValue(request) is not null && parsed.GetValue(answer) is null && !IsAnswer(parsed.GetValue(file)!))
            {
                shown.Fault($"{parsed.GetValue(file)} has the receipt and not the answer", "give the answer as it was received with --answer");
                return 2;
            }

            Print(receipt, shown);
            var own = given.Keys.Where(key => key.Name == receipt.Receipt.Origin).ToList();
            var isSigned = receipt.Note.Verified([.. own.Where(static key => key.IsSupported)]) is { Count: > 0 };
            shown.Row(isSigned ? "Signed by a given key." : own.Count > 0 ? "Not signed by a given key."
                : given.Keys.Count > 0 ? $"Not known: none of the given keys is of the log {receipt.Receipt.Origin}. A log that ended has keys of its own: give its log.vkeys with --key."
                : $"Nothing is vouched for: {(given.BesideLog.Count > 0 ? "the only key comes from the folder of a log" : "no key of the log was given")}. Give --key.");
            if (given.BesideLog.Count > 0) shown.Row(KeyBesideLog.Sentence(given.BesideLog));
            return parsed.GetValue(request) is { } sent
                ? IsOf(receipt, sent, parsed.GetValue(answer) ?? parsed.GetValue(file)!, shown) && isSigned ? 0 : 1
                : isSigned ? 0 : 1;
        }, shown));
        return command;
    }

    // Without the answer, a true receipt would look like that of another call.
    private static bool IsAnswer(string file)
    {
        try
        {
            using var document = JsonDocument.Parse(GivenReceipt.ReadBytes(file));
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("jsonrpc", out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void Print(GivenReceipt given, IShown shown)
    {
        var receipt = given.Receipt;
        shown.Row($"log {receipt.Origin}");
        shown.Row(Text($"index {receipt.Index}"));
        shown.Row($"leaf {receipt.Leaf}");
        shown.Row(Text($"promised at {receipt.Time.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"));
        shown.Row(Text($"due under a checkpoint at {receipt.Due.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"));
        shown.Row($"call {receipt.Call}");
    }

    private static bool IsOf(GivenReceipt given, string request, string answer, IShown shown)
    {
        if (given.Salt is not { Length: CallHash.SaltBytes } salt)
        {
            shown.Row("The call cannot be compared: the file of the receipt does not have the salt.");
            return false;
        }

        var limits = MessageLimits.Default with { MaxBytes = GivenReceipt.MostBytes };
        var received = GivenReceipt.ReadBytes(answer);
        if (CallHash.TryDigestRequest(GivenReceipt.ReadBytes(request), limits) is not { } sent)
        {
            shown.Row($"The call cannot be compared: the request is no JSON, or does not ask for a receipt (params._meta: \"{CallHash.Member}\": true).");
            return false;
        }

        if (CallHash.TryDigestAnswer(received, limits) is not { } got || !given.IsIn(received))
        {
            shown.Row("The call cannot be compared: the answer is no JSON, or has another receipt.");
            return false;
        }

        var isSame = CryptographicOperations.FixedTimeEquals(CallHash.Of(salt.Span, sent, got), given.Receipt.Call.Bytes);
        shown.Row(isSame ? "It is the receipt of this request and this answer." : "It is not the receipt of this request and this answer.");
        return isSame;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
