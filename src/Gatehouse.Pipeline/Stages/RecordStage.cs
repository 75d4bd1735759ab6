using Gatehouse.Audit;
using Gatehouse.Pipeline.Configuration;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Stages;

/// <summary>
/// Can anyone tell later what happened? Wraps all other stages, so it sees refusals and faults as well. At most two
/// entries for an exchange: begun, durable before the first byte goes upstream, and ended (design rule 6).
/// </summary>
public sealed class RecordStage(IAuditLog log, IPayloadSealer? payloads = null)
{
    /// <summary>The stage's verb.</summary>
    public static string Name => "record";

    /// <summary>
    /// True for everything but the closed list of methods that only read. A client's answer to a question of the server
    /// may act as well.
    /// </summary>
    public static bool MayAct(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (exchange.Message is not { } message) return false;
        return message.Kind is MessageKind.Result or MessageKind.Error
            || ProtocolMethods.EffectOf(message.Method) == MethodEffect.Acting;
    }

    /// <summary>
    /// Makes the begun entry durable. The returned task must be awaited before anything is released to the client; by
    /// default it is complete when this returns (AU-01).
    /// </summary>
    /// <exception cref="RefusalException"><see cref="Reasons.RecordUnavailable"/> (AU-06).</exception>
    public async ValueTask<Task> BeginAsync(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var settings = exchange.Snapshot.Settings.Audit;
        KeepPayload(exchange);
        if (!MayAct(exchange))
        {
            if (!log.IsAvailable && settings.WhenUnavailable == UnrecordedReading.Refuse)
                throw new RefusalException(Reasons.RecordUnavailable);
            return Task.CompletedTask;
        }

        exchange.Record.HasBegun = true;
        var entry = exchange.Record.ToEntry(AuditEntryKind.Begun);
        if (settings.Begun == BegunDurability.BeforeReply) return Refusing(log.AppendDurableBesideAsync(entry)).AsTask();
        await Refusing(log.AppendDurableAsync(entry)).ConfigureAwait(false);
        return Task.CompletedTask;
    }

    /// <summary>Makes the outcome durable before the answer, where the configuration says so.</summary>
    public ValueTask EndBeforeReplyAsync(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (!exchange.Snapshot.Settings.Audit.OutcomeBeforeReply || !exchange.Record.HasBegun || exchange.Record.HasEnded)
            return ValueTask.CompletedTask;
        exchange.Record.HasEnded = true;
        return Refusing(log.AppendDurableAsync(exchange.Record.ToEntry(AuditEntryKind.Ended)));
    }

    /// <summary>Notes the outcome. Never throws: what cannot be recorded here is counted by the log and alarms.</summary>
    public void End(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (exchange.Record.HasEnded) return;
        exchange.Record.HasEnded = true;
        log.TryAppend(exchange.Record.ToEntry(AuditEntryKind.Ended));
    }

    // A payload that the policy obliges to keep, and that cannot be sealed, must not pass unkept.
    private void KeepPayload(Exchange exchange)
    {
        var wanted = exchange.Record.KeepPayload || (exchange.Snapshot.Settings.Audit.KeepPayloads && MayAct(exchange));
        if (wanted && payloads is not null) exchange.Record.SealedRequest = payloads.Seal(exchange);
        else if (exchange.Record.KeepPayload) throw new RefusalException(Reasons.RecordUnavailable, "payloads cannot be sealed here");
    }

    private static async ValueTask Refusing(ValueTask append)
    {
        try
        {
            await append.ConfigureAwait(false);
        }
        catch (AuditUnavailableException e)
        {
            throw new RefusalException(Reasons.RecordUnavailable, e.Message, e);
        }
    }
}
