namespace Gatehouse.Audit.Verification.Proofs;

/// <summary>The answer of a log to a receipt.</summary>
/// <param name="State">Whether the promise was kept.</param>
/// <param name="Detail">In words, with the index and the log.</param>
/// <param name="Evidence">The lines of an evidence file that shows it to anybody; empty where nothing can be shown yet.</param>
public sealed record ReceiptAnswer(ReceiptState State, string Detail, IReadOnlyList<string> Evidence);
