using Gatehouse.Audit;
using Gatehouse.Protocol;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Recording;

/// <summary>
/// Can anyone tell later what happened? Wraps all other stages, so it sees refusals and faults as well. At most two
/// entries for an exchange: begun, durable before the first byte goes upstream, and ended (design rule 6).
/// </summary>
public sealed class RecordStage(IAuditLog log, IPayloadSealer? payloads = null)
{
    /// <summary>The stage's verb.</summary>
    public static string Name => "record";

    /// <summary>
    /// True for everything but the closed list of methods that only read. A client's answer to a question of the server may act as well.
    /// </summary>
    public static bool MayAct(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (exchange.Message is not { } message) return false;
        return message.Kind is MessageKind.Result or MessageKind.Error
            || ProtocolMethods.EffectOf(message.Method) == MethodEffect.Acting;
    }

    /// <summary>
    /// Makes the begun entry durable. The returned task must be awaited before anything is released to the client; by default it is complete when
    /// this returns (AU-01).
    /// </summary>
    /// <exception cref="RefusalException"><see cref="Reasons.RecordUnavailable"/> or <see cref="Reasons.RecordPartSpent"/> (AU-06),
    /// <see cref="Reasons.PayloadNotKept"/>.</exception>
    public async ValueTask<Task> BeginAsync(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var settings = exchange.Snapshot.Settings.Audit;
        KeepPayload(exchange);
        if (!MayAct(exchange) && !exchange.Record.KeepPayload)
        {
            RequireRecordOfReading(exchange, settings.WhenUnavailable);
            return Task.CompletedTask;
        }

        exchange.Record.HasBegun = true;
        var entry = ExchangeEvent.Of(exchange.Record, AuditEntryKind.Begun);
        try
        {
            if (settings.Begun == AuditDurability.BeforeReply)
            {
                // What the log refuses at once, a part that is spent or a full queue, is refused before anything is forwarded.
                var beside = Refusing(log.AppendDurableBesideAsync(entry)).AsTask();
                if (beside.IsCompleted) await beside.ConfigureAwait(false);
                return beside;
            }

            await Refusing(log.AppendDurableAsync(entry)).ConfigureAwait(false);
        }
        catch (RefusalException)
        {
            exchange.Record.HasBegun = false; // nothing was forwarded, so the entry that ends it closes nothing
            throw;
        }

        return Task.CompletedTask;
    }

    /// <summary>Makes the outcome durable before the answer, where the configuration says so.</summary>
    public ValueTask EndBeforeReplyAsync(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (!exchange.Snapshot.Settings.Audit.OutcomeBeforeReply || !exchange.Record.HasBegun || exchange.Record.HasEnded)
            return ValueTask.CompletedTask;
        exchange.Record.HasEnded = true;
        return Refusing(log.AppendDurableAsync(ExchangeEvent.Of(exchange.Record, AuditEntryKind.Ended)));
    }

    /// <summary>
    /// Notes the outcome. Never throws: an entry that the log cannot take is counted by the log as lost, which shows in its statistics and,
    /// as soon as it can write, in an entry of its own (ID-08).
    /// </summary>
    public void End(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (exchange.Record.HasEnded) return;
        exchange.Record.HasEnded = true;
        log.TryAppend(ExchangeEvent.Of(exchange.Record, AuditEntryKind.Ended));
    }

    // A payload that is to be kept, and that cannot be sealed whole, must not pass unkept: padding would hide what the call does.
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
        // Where the caller's part alone is spent, the log counts the exchange itself, in the one entry of that caller.
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
            throw new RefusalException(e.IsPartSpent ? Reasons.RecordPartSpent : Reasons.RecordUnavailable, e.Message, e);
        }
    }
}
