using System.Globalization;
using System.Text.Json.Serialization;

namespace Gatehouse.Audit.Verification.Proofs;

/// <summary>A receipt in an evidence file.</summary>
/// <param name="Line">The line where it begins, from 1.</param>
/// <param name="Origin">The log that gave it.</param>
/// <param name="Index">The promised index.</param>
/// <param name="State">Whether the promise was kept.</param>
/// <param name="IsProven">True where the state follows from signatures of keys that the auditor gave.</param>
/// <param name="Detail">In words.</param>
public sealed record EvidenceReceipt(
    [property: JsonIgnore] int Line, string Origin, long Index, ReceiptState State, bool IsProven, string Detail)
{
    /// <summary>The statement about it.</summary>
    internal string Statement => State switch
    {
        ReceiptState.Kept => Text("Kept", ""),
        ReceiptState.NotShown => Text("Not shown to this witness in time", " Signatures of the given keys show it. A checkpoint that covers the entry and was cosigned "
            + "within the time refutes it: ask the operator of the log for one."),
        _ => Text("Not kept", " Signatures of the given keys show it."),
    };

    private string Text(string state, string rest) =>
        string.Create(CultureInfo.InvariantCulture, $"{state}: the receipt of entry {Index} of {Origin}. {Detail}{rest}");
}
