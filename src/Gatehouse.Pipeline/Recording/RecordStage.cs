using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Receipts;
using Gatehouse.Pipeline.Records;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Recording;

/// <summary>
/// The stage that records exchanges. It wraps all other stages, so it sees refusals and faults as well. It writes at most two entries for an
/// exchange: begun, durable before the first byte is sent upstream, and ended (design rule 6).
/// </summary>
public sealed class RecordStage(IAuditLog log, IPayloadSealer? payloads = null)
{
    private readonly ReceiptIssuer receipts = new(log);

    /// <summary>
    /// Receives a call that is permitted, after its begun entry and before it is forwarded, and a reading with its end. It must not wait.
    /// </summary>
    public Action<ExchangeRecord>? OnUse { get; init; }

    /// <summary>The name of the stage.</summary>
    public static string Name => "record";

    /// <summary>
    /// Tells whether the exchange may act: true for every method except the closed list of methods that only read. A client's answer to a question of
    /// the server may act as well.
    /// </summary>
    public static bool MayAct(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (exchange.Message is not { } message) return false;
        return message.Kind is MessageKind.Result or MessageKind.Error
            || ProtocolMethods.EffectOf(message.Method) == MethodEffect.Acting;
    }

    /// <summary>Returns when the begun entry of a call that may act is on stable storage: nothing may be forwarded before (AU-01).</summary>
    /// <exception cref="RefusalException"><see cref="Reasons.RecordUnavailable"/> or <see cref="Reasons.RecordPartSpent"/> (AU-06),
    /// <see cref="Reasons.PayloadNotKept"/>, <see cref="Reasons.TooManyReceipts"/>.</exception>
    public async ValueTask BeginAsync(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        receipts.Require(exchange);
        KeepPayload(exchange);
        if (!MayAct(exchange) && !exchange.Record.KeepPayload)
        {
            RequireRecordOfReading(exchange, exchange.Snapshot.Settings.Audit.WhenUnavailable);
            CountAttemptOfStream(exchange);
            return;
        }

        exchange.Record.HasBegun = true;
        try
        {
            await log.AppendDurableAsync(ExchangeEvent.Of(exchange.Record, AuditEntryKind.Begun)).ConfigureAwait(false);
            exchange.Record.HasRecordedAttempts = true;
            OnUse?.Invoke(exchange.Record);
        }
        catch (AuditUnavailableException e)
        {
            exchange.Record.HasBegun = false; // nothing was forwarded, so the entry that ends it closes nothing
            throw Refused(e);
        }
    }

    /// <summary>
    /// Makes the outcome durable before the answer, if the configuration says so or the caller asked for a receipt, and returns the answer: with its
    /// receipt in the second case.
    /// </summary>
    /// <exception cref="RefusalException"><see cref="Reasons.RecordUnavailable"/> or <see cref="Reasons.RecordPartSpent"/> (AU-06).</exception>
    public async ValueTask<ValidatedMessage> EndBeforeReplyAsync(Exchange exchange, ValidatedMessage answer)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(answer);
        if (exchange.Receipt is not null && !exchange.Record.HasEnded)
        {
            if (await WithReceiptAsync(exchange, answer).ConfigureAwait(false) is { } receipted) return receipted;
            answer = ReceiptMember.Prepared(answer) ?? answer; // a member of that name from the server is removed here too
        }

        await EndBeforeReplyAsync(exchange).ConfigureAwait(false);
        return answer;
    }

    /// <summary>
    /// Returns the answer to a refused request with its receipt. Null where the caller asked for none, or where there can be none now: a refusal is
    /// answered nevertheless.
    /// </summary>
    /// <param name="exchange">The exchange, with its refusal.</param>
    /// <param name="body">The JSON-RPC message that answers the refusal.</param>
    public async ValueTask<ReadOnlyMemory<byte>?> RefuseWithReceiptAsync(Exchange exchange, ReadOnlyMemory<byte> body)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (exchange.Receipt is null || exchange.Record.HasEnded || !receipts.TryCountRefused(exchange)) return null;
        if (!MessageValidator.TryValidate(body, MessageLimits.Default, out var answer, out _)) return null;
        try
        {
            return (await receipts.IssueAsync(exchange, answer).ConfigureAwait(false))?.Bytes;
        }
        catch (AuditUnavailableException)
        {
            return null;
        }
    }

    private async ValueTask<ValidatedMessage?> WithReceiptAsync(Exchange exchange, ValidatedMessage answer)
    {
        try
        {
            return await receipts.IssueAsync(exchange, answer).ConfigureAwait(false);
        }
        catch (AuditUnavailableException)
            when (!MayAct(exchange) && exchange.Snapshot.Settings.Audit.WhenUnavailable == AuditUnavailableMode.Allow)
        {
            return null;
        }
        catch (AuditUnavailableException e)
        {
            throw Refused(e);
        }
    }

    private ValueTask EndBeforeReplyAsync(Exchange exchange)
    {
        if (!exchange.Snapshot.Settings.Audit.OutcomeBeforeReply || !exchange.Record.HasBegun || exchange.Record.HasEnded)
            return ValueTask.CompletedTask;
        exchange.Record.HasEnded = true;
        return Refusing(log.AppendDurableAsync(ExchangeEvent.Of(exchange.Record, AuditEntryKind.Ended)));
    }

    /// <summary>
    /// Records the outcome. Never throws: the log counts an entry that it cannot accept as lost, which is visible in its statistics and, as soon as
    /// it can write, in an entry of its own (ID-08).
    /// </summary>
    public void End(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (exchange.Record.HasEnded) return;
        exchange.Record.HasEnded = true;
        log.TryAppend(ExchangeEvent.Of(exchange.Record, AuditEntryKind.Ended));
        if (exchange.Record is { HasBegun: false, Refusal: null }) OnUse?.Invoke(exchange.Record);
    }

    // ID-08: the only entry of a stream is the one of its end, which may be hours away. A process that is killed until then leaves none.
    private void CountAttemptOfStream(Exchange exchange)
    {
        if (exchange.Head.Verb != "GET" && exchange.Record.Method != "subscriptions/listen") return;
        log.TryAppend(ExchangeEvent.AttemptsOf(exchange.Record)); // one that is not taken is counted as lost, with its attempts
        exchange.Record.HasRecordedAttempts = true;
    }

    // If a payload must be kept and cannot be sealed whole, the call must not pass without it: padding would hide the effect of the call.
    private void KeepPayload(Exchange exchange)
    {
        var wanted = exchange.Record.KeepPayload || (exchange.Snapshot.Settings.Audit.KeepPayloads && MayAct(exchange));
        if (!wanted || exchange.Message is null) return;
        if (payloads is null) throw new RefusalException(Reasons.RecordUnavailable, "payloads cannot be sealed here");
        exchange.Record.Payload = payloads.Seal(exchange) ?? throw new RefusalException(Reasons.PayloadNotKept, "larger than what an event keeps");
    }

    private void RequireRecordOfReading(Exchange exchange, AuditUnavailableMode whenUnavailable)
    {
        var isWritable = log.IsAvailable;
        if (isWritable && log.HasRoomFor(exchange.Record.Partition)) return;
        if (whenUnavailable == AuditUnavailableMode.Refuse)
            throw new RefusalException(isWritable ? Reasons.RecordPartSpent : Reasons.RecordUnavailable, isWritable
                ? "the caller's part of the audit log is spent" : log.WhyUnavailable);
        // If only the caller's part is spent, the log itself counts the exchange, in the one entry of that caller.
        if (!isWritable) log.CountUnrecorded();
    }

    private static async ValueTask Refusing(ValueTask append)
    {
        try
        {
            await append.ConfigureAwait(false);
        }
        catch (AuditUnavailableException e)
        {
            throw Refused(e);
        }
    }

    private static RefusalException Refused(AuditUnavailableException e) =>
        new(e.IsPartSpent ? Reasons.RecordPartSpent : Reasons.RecordUnavailable, e.Message, e);
}
