namespace Gatehouse.Gateway.Approvals;

/// <summary>One person's answer, on its way. Whoever hands it over has established the person and the right to answer.</summary>
/// <param name="Id">The question.</param>
/// <param name="Digest">Digest of the question that the person saw.</param>
/// <param name="Grants">True for a grant, false for a denial.</param>
/// <param name="By">The person.</param>
/// <param name="Way">The way by which the answer came, as a word; never the way by which calls come.</param>
/// <param name="Shown">SHA-256 of the text that the person was shown.</param>
internal sealed record PersonalAnswer(string Id, ReadOnlyMemory<byte> Digest, bool Grants, ApproverFacts By, string Way, ReadOnlyMemory<byte> Shown)
{
    /// <summary>
    /// The moment at which the person was established; null for that of the store. Threat: the answer waits for its turn, a revocation of the person
    /// comes meanwhile, and an answer that is dated later than the revocation counts.
    /// </summary>
    public DateTimeOffset? EstablishedAt { get; init; }
}
