namespace Gatehouse.Audit.Verification.Proofs;

/// <summary>Evidence cannot be made from a log: an entry is absent, not under a checkpoint, or not the one that the tree has.</summary>
/// <param name="message">What is wrong, and where.</param>
public sealed class EvidenceException(string message) : Exception(message);
