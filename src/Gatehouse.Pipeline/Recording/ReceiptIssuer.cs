using System.Security.Cryptography;
using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Receipts;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Receipts;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Recording;

/// <summary>
/// Issues the receipts that callers ask for. The entry that ends the exchange is on stable storage before the answer leaves, and the log signs a
/// promise of its index and leaf hash.
/// </summary>
/// <remarks>
/// The threat: a caller learns from receipts what the policy decided, or which rule found something. So a receipt has the same members whatever
/// happened, the entry has a random value that keeps its leaf hash from being guessed, and every exchange with a receipt takes two entries.
/// </remarks>
internal sealed class ReceiptIssuer(IAuditLog log)
{
    private const int BlindBytes = 16;

    /// <summary>Requires that the caller may have a receipt, before anything is sent to a server.</summary>
    /// <exception cref="RefusalException"><see cref="Reasons.TooManyReceipts"/>, or <see cref="Reasons.RecordUnavailable"/> while the log may not be
    /// able to keep a promise.</exception>
    public void Require(Exchange exchange)
    {
        if (exchange.Receipt is null) return;
        if (!log.MayPromise) throw new RefusalException(Reasons.RecordUnavailable, "checkpoints of the audit log are late, so it gives no receipts");
        if (!TryCount(exchange, isRefusal: false)) throw new RefusalException(Reasons.TooManyReceipts);
    }

    /// <summary>
    /// Returns true while a refused request may have a receipt, and counts it once. A request that was forwarded has been counted. One that was not
    /// is bounded like other refusals: a caller without any right could have two entries and a signature for each request otherwise.
    /// </summary>
    public bool TryCountRefused(Exchange exchange) =>
        log.MayPromise && TryCount(exchange, isRefusal: ExchangeEvent.IsRefusal(exchange.Record));

    private bool TryCount(Exchange exchange, bool isRefusal)
    {
        var asked = exchange.Receipt!;
        return asked.IsCounted = asked.IsCounted || log.TryCountReceipt(exchange.Record.Owner, isRefusal);
    }

    /// <summary>Ends the exchange in the log and returns the answer with its receipt.</summary>
    /// <param name="exchange">An exchange that asked for one and has not ended.</param>
    /// <param name="answer">The answer, as it would be sent.</param>
    /// <returns>Null where the answer cannot hold a receipt. Nothing is recorded then.</returns>
    /// <exception cref="AuditUnavailableException">The entry is not on stable storage, or the promise could not be signed.</exception>
    public async ValueTask<ValidatedMessage?> IssueAsync(Exchange exchange, ValidatedMessage answer)
    {
        var salt = RandomNumberGenerator.GetBytes(CallHash.SaltBytes);
        // Before the log promises anything: an answer at the bounds of a message has no room for a further member.
        if (ReceiptMember.Prepared(answer) is not { } prepared || ReceiptMember.With(prepared, "", salt) is null) return null;
        var record = exchange.Record;
        var call = CallHash.Of(salt, exchange.Receipt!.RequestDigest.Span, CallHash.DigestOf(prepared.Bytes));
        var entry = ExchangeEvent.Of(record, AuditEntryKind.Ended) with
        {
            Receipt = new PromisedCall(Convert.ToBase64String(call), Convert.ToBase64String(RandomNumberGenerator.GetBytes(BlindBytes))),
        };
        if (!record.HasBegun) log.TryAppend(ExchangeEvent.PlaceOfBegun(record));
        var note = await log.AppendPromisedAsync(entry).ConfigureAwait(false);
        record.HasEnded = true;
        return ReceiptMember.With(prepared, note, salt) ?? prepared;
    }
}
