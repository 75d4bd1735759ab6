namespace Gatehouse.Audit.Verification.Proofs;

/// <summary>Evidence cannot be made from a log: an entry is absent, not under a checkpoint, or not the one that the tree has.</summary>
/// <param name="message">What is wrong, and where.</param>
/// <param name="remedy">What to do.</param>
public sealed class EvidenceException(string message, string remedy) : Exception(message)
{
    /// <summary>The remedy for a log that is damaged or was changed.</summary>
    internal const string OfDamage = "look for what was changed with: audit verify";

    /// <summary>The next step for the person, in one sentence.</summary>
    public string Remedy { get; } = remedy;
}
