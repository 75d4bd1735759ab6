using Gatehouse.Audit;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Quarantine;
using Gatehouse.Pipeline.Records;
using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Refusals;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Quarantine;

/// <summary>
/// The quarantine of a host: keeps results, and hands a released one to one call with the same digest. What cannot be kept is not kept, and the
/// result is blocked. What cannot be handed out is not replaced by a second call of the server (design rule 10).
/// </summary>
/// <param name="book">The results and their entries.</param>
/// <param name="digests">Digests of calls.</param>
/// <param name="time">The clock.</param>
internal sealed class ResultQuarantine(QuarantineBook book, CallDigests digests, TimeProvider time) : IQuarantine
{
    private const string Prefix = "qua-";

    /// <summary>The results and their entries.</summary>
    public QuarantineBook Book => book;

    /// <inheritdoc />
    public bool MayHold(PolicySubject caller) => book.Released.MayHold(caller.Issuer, caller.Subject);

    /// <inheritdoc />
    public async ValueTask<QuarantineOutcome> KeepAsync(
        Exchange exchange, ValidatedMessage received, IReadOnlyList<WithheldFinding> findings, CancellationToken cancellation)
    {
        var settings = exchange.Snapshot.Settings.Quarantine;
        if (received.Bytes.Length > settings.EntryBytes) return QuarantineOutcome.NotKept("too-large");
        var (call, now) = (AskedCall.Of(exchange), time.GetUtcNow());
        if (call.HasMore) return QuarantineOutcome.NotKept("not-covered"); // its digest would be that of another call
        var facts = QuarantineFacts.Of(exchange, call, findings);
        var expires = now + settings.Expires;
        var row = new QuarantinedResultRow(
            Ids.Short(Prefix, time), digests.OfCall(call)[0], digests.OfParty(facts.Issuer, facts.Subject)[0], facts.Server, QuarantineState.Kept,
            now, expires, expires + settings.History, now, 0, false, default, default);
        var bounds = new QuarantineBounds(
            settings.Results, settings.Bytes, settings.ResultsPerCaller, settings.BytesPerCaller, settings.ResultsPerServer, settings.BytesPerServer);
        try
        {
            return await book.KeepAsync(row, facts, received.Bytes, bounds, cancellation).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            return QuarantineOutcome.NotKept("store");
        }
        catch (AuditUnavailableException)
        {
            return QuarantineOutcome.NotKept("record");
        }
    }

    /// <inheritdoc />
    public async ValueTask<string?> FindAsync(Exchange exchange, CancellationToken cancellation)
    {
        try
        {
            var call = AskedCall.Of(exchange);
            return call.HasMore ? null : await book.FindReleasedAsync(digests.OfCall(call), cancellation).ConfigureAwait(false);
        }
        catch (StoreException fault)
        {
            throw Withheld("released-store", fault);
        }
    }

    /// <inheritdoc />
    public async ValueTask<ReleasedResult?> TakeAsync(Exchange exchange, string id, CancellationToken cancellation)
    {
        try
        {
            return await book.TakeAsync(id, digests.OfCall(AskedCall.Of(exchange)), cancellation).ConfigureAwait(false);
        }
        catch (StoreException fault)
        {
            throw Withheld("released-store", fault);
        }
        catch (AuditUnavailableException fault)
        {
            throw Withheld("released-record", fault);
        }
        catch (InvalidDataException fault)
        {
            throw Withheld("released-unreadable", fault);
        }
    }

    private static RefusalException Withheld(string why, Exception fault) => new(Reasons.TextWithheld, why, fault);
}
