using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Gatehouse.Audit.Verification.Proofs;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Receipts;

namespace Gatehouse.Audit.Verifier;

/// <summary><c>receipt</c>: what a receipt promises, who signed it, and whether it is of a call.</summary>
internal static class ReceiptVerb
{
    public static Command Create(IShown shown)
    {
        var file = new Argument<string>("file") { Description = "Receipt: the note, the JSON object with it, or the answer that has it." };
        var keys = new EvidenceOptions().Keys;
        var request = new Option<string?>("--request") { Description = "File with the request, as it was sent.", HelpName = "file" };
        var answer = new Option<string?>("--answer") { Description = "File with the answer, as it was received. Default: the file of the receipt.", HelpName = "file" };
        var command = new Command("receipt",
            """
            Read a receipt: print what the log promises, check the signature with a key from --key, and with --request and --answer that it
            is the receipt of this call. The command exits with 0 if both hold, and with 1 otherwise. It does not show that the promise was
            kept: 'gatehouse audit prove --receipt' asks the log.

            Examples:
              gatehouse-verify receipt receipt.json --key audit.vkey
              gatehouse-verify receipt answer.json --key audit.vkey --request request.json --answer answer.json
            """) { file };
        foreach (var option in (Option[])[keys, request, answer]) command.Add(option);
        command.SetAction(parsed => Answer.Of(() =>
        {
            if (EvidenceOptions.ReadKeys(parsed.GetValue(keys), shown) is not { } given) return 2;
            if (GivenReceipt.Read(parsed.GetValue(file)!) is not { } receipt)
            {
                shown.Fault($"{parsed.GetValue(file)} has no receipt", "give the note, the object gatehouse/receipt of an answer, or the answer");
                return 2;
            }

            if (parsed.GetValue(answer) is not null && parsed.GetValue(request) is null)
            {
                shown.Fault("--answer needs --request", "give the request as it was sent");
                return 2;
            }

            Print(receipt, shown);
            var isSigned = receipt.Note.Verified([.. given.Where(key => key.Name == receipt.Receipt.Origin && key.IsSupported)]) is { Count: > 0 };
            shown.Row(isSigned ? "Signed by a given key." : given.Count == 0 ? "Nothing is vouched for: no key of the log was given. Give --key." : "Not signed by a given key.");
            return parsed.GetValue(request) is { } sent
                ? IsOf(receipt, sent, parsed.GetValue(answer) ?? parsed.GetValue(file)!, shown) && isSigned ? 0 : 1
                : isSigned ? 0 : 1;
        }, shown));
        return command;
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

        var (sent, got) = (Digest(request), Digest(answer));
        var isSame = sent is not null && got is not null
            && CryptographicOperations.FixedTimeEquals(CallHash.Of(salt.Span, sent, got), given.Receipt.Call.Bytes);
        shown.Row(isSame ? "It is the receipt of this request and this answer."
            : sent is null || got is null ? "The call cannot be compared: the request or the answer is no JSON." : "It is not the receipt of this request and this answer.");
        return isSame;
    }

    private static byte[]? Digest(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[GivenReceipt.MostBytes + 1];
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length > GivenReceipt.MostBytes ? null : CallHash.TryDigest(bytes.AsMemory(0, length), MessageLimits.Default);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
