namespace Gatehouse.Audit;

/// <summary>The part of an entry about the receipt of its caller.</summary>
/// <param name="Call">
/// The salted hash of the call as the caller sees it, in base64: the same as in the receipt. The salt is known to the caller only.
/// </param>
/// <param name="Blind">Random bytes, in base64, that are in no receipt. They keep the caller from guessing the rest of the entry by its leaf hash.</param>
public sealed record PromisedCall(string Call, string Blind);
