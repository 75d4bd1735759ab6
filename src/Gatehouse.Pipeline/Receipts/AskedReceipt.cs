namespace Gatehouse.Pipeline.Receipts;

/// <summary>The receipt that a caller asked for with its request.</summary>
/// <param name="requestDigest">The digest of the request as the caller sees it: 32 bytes.</param>
public sealed class AskedReceipt(ReadOnlyMemory<byte> requestDigest)
{
    /// <summary>The digest of the request.</summary>
    public ReadOnlyMemory<byte> RequestDigest { get; } = requestDigest;

    /// <summary>True once the receipt is counted against the rate of its caller.</summary>
    internal bool IsCounted { get; set; }
}
