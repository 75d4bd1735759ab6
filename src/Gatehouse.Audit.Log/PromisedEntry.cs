using System.Security.Cryptography;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Log;

/// <summary>An entry whose caller gets a receipt, on its way to stable storage.</summary>
internal sealed class PromisedEntry
{
    private readonly TreeHash call;
    private CommitBatch? batch;
    private int position;
    private TreeHash leaf;

    /// <exception cref="ArgumentException">The hash of the call is none.</exception>
    public PromisedEntry(PromisedCall promised)
    {
        if (!TreeHash.TryParse(promised.Call, out call)) throw new ArgumentException("The hash of the call has 32 bytes.", nameof(promised));
    }

    /// <summary>Notes the place of the entry and its hash, after it was added to the batch.</summary>
    public void Take(CommitBatch from, in TreeHash hash) => (batch, position, leaf) = (from, from.Count - 1, hash);

    /// <summary>Signs the promise. Only after the batch is on stable storage: before that, no index is certain.</summary>
    /// <exception cref="AuditUnavailableException">The key does not sign any more: the log is closed.</exception>
    public string Sign(OpenLog log, DateTimeOffset now)
    {
        var receipt = new Receipt(log.Origin, batch!.FirstIndex + position, leaf, now, Receipt.Within, call);
        try
        {
            return SignedNote.Sign(receipt.ToText(), [log.Signers[0]]).ToString(); // the first one is on P-256: every system can check it
        }
        catch (Exception e) when (e is CryptographicException or ObjectDisposedException)
        {
            throw new AuditUnavailableException("the receipt could not be signed", e);
        }
    }
}
