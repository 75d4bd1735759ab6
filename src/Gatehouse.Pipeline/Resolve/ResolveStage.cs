using Gatehouse.Audit;
using Gatehouse.Pipeline.Confirmations;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Inspection;
using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Resolve;

/// <summary>
/// The stage that resolves the handles in the message. It opens the gateway's envelopes, so that the message that is decided on and inspected is the
/// message that is forwarded. It refuses handles of another caller: a request may continue only operations that belong to its caller (H03, H04, X01).
/// </summary>
public sealed class ResolveStage(IStateHandles handles) : IStage
{
    private const string TaskStatus = "notifications/tasks/status";

    /// <inheritdoc />
    public string Name => "resolve";

    /// <inheritdoc />
    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (exchange.Message is not { } message) return new(StageOutcome.Continue);
        return SpeaksOfTask(message) ? ResolveTaskAsync(exchange, message, cancellation) : new(OpenHandle(exchange, message));
    }

    // Most messages name no task, and need no lookup.
    private static bool SpeaksOfTask(ValidatedMessage message) =>
        message.Method == TaskStatus || RelatedTask.TryRead(message, out _);

    private async ValueTask<StageOutcome> ResolveTaskAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation) =>
        await NamesTaskOfAnotherAsync(exchange, message, cancellation).ConfigureAwait(false)
            ? StageOutcome.Deny(NotFound.Refusal(exchange, PolicyTarget.None, "task of another caller, or none"))
            : OpenHandle(exchange, message);

    private StageOutcome OpenHandle(Exchange exchange, ValidatedMessage message)
    {
        var outcome = message.Method == "tasks/list" && message.Has(EnvelopeMember.ParamsCursor) ? OpenCursor(exchange, message)
            : exchange.IsModern && message.Has(EnvelopeMember.ParamsRequestState) ? OpenState(exchange, message)
            : StageOutcome.Continue;
        exchange.Received = exchange.Message;
        return outcome;
    }

    // The authorize stage decides about operations on a task. A message may also say that it belongs to a task, or report the state of one. A request
    // may name only a task of the caller. An answer or a notification may also name a task that the client itself created for the server (MCP
    // 2025-11-25, tasks), so only a task that is known as another caller's is refused.
    private async ValueTask<bool> NamesTaskOfAnotherAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation)
    {
        if (message.Method == TaskStatus
            && (message.Text(EnvelopeMember.ParamsTaskId) is not { } named
            || await handles.IsOfAnotherAsync(exchange, named, cancellation).ConfigureAwait(false))) return true;
        if (!RelatedTask.TryRead(message, out var related)) return false;
        if (related is null) return true;
        return message.Kind == MessageKind.Request
            ? !await handles.OwnsTaskAsync(exchange, related, cancellation).ConfigureAwait(false)
            : await handles.IsOfAnotherAsync(exchange, related, cancellation).ConfigureAwait(false);
    }

    private StageOutcome OpenCursor(Exchange exchange, ValidatedMessage message)
    {
        var range = message.Range(EnvelopeMember.ParamsCursor);
        return message.Text(EnvelopeMember.ParamsCursor) is { } envelope
            && handles.OpenState(exchange, envelope) is { Kind: StateKind.Server } state
            && Take(exchange, message, MessageEdit.Replace(range, state.Server), "cursor")
            ? StageOutcome.Continue : StageOutcome.Deny(Reasons.CursorRefused);
    }

    private StageOutcome OpenState(Exchange exchange, ValidatedMessage message)
    {
        if (message.Text(EnvelopeMember.ParamsRequestState) is not { } envelope || handles.OpenState(exchange, envelope) is not { } state)
            return StageOutcome.Deny(Reasons.StateRefused);
        // The end of a hold asks for no input. Answers would come from nowhere.
        if (state.Kind == StateKind.Hold && HasAnswers(message)) return StageOutcome.Deny(new Refusal(Reasons.StateRefused, "answers-to-nothing"));
        if (state.Kind is StateKind.Confirm or StateKind.Visit)
            exchange.Questions.Choice = ConfirmationForm.ReadInputResponses(message, ConfirmationForm.KeyOf(state.ApprovalId));
        if (!TryRestore(exchange, message, state)) return StageOutcome.Deny(Reasons.StateRefused);
        exchange.Continued = state;
        return StageOutcome.Continue;
    }

    private static bool HasAnswers(ValidatedMessage message)
    {
        var answers = message.Range(EnvelopeMember.ParamsInputResponses);
        return message.Has(EnvelopeMember.ParamsInputResponses)
            && (!message.IsObject(EnvelopeMember.ParamsInputResponses) || JsonWalk.Members(message.Bytes.Span, answers).MoveNext());
    }

    // The server gets what it gave, byte for byte (H06), or no such member where it gave none.
    private bool TryRestore(Exchange exchange, ValidatedMessage message, RequestState state)
    {
        if (state.Kind is not (StateKind.Hold or StateKind.Confirm or StateKind.Visit))
        {
            var edit = state.Server.IsEmpty ? MessageEdit.Remove(MemberOf(message, "requestState"u8))
                : MessageEdit.Replace(message.Range(EnvelopeMember.ParamsRequestState), state.Server);
            return Take(exchange, message, edit, "request-state");
        }

        // A client leaves the answers of the request that was held out, or sends an empty object. The answer to a confirmation is the gateway's.
        if (message.Has(EnvelopeMember.ParamsInputResponses))
        {
            if (Applied(exchange, message, MessageEdit.Remove(MemberOf(message, "inputResponses"u8))) is not { } without) return false;
            message = without;
        }

        return Take(exchange, message, OfHeld(message, state), "request-state");
    }

    private static MessageEdit OfHeld(ValidatedMessage message, RequestState state)
    {
        var range = MemberOf(message, "requestState"u8);
        var value = message.Range(EnvelopeMember.ParamsRequestState);
        return (state.Server.IsEmpty, state.Responses.IsEmpty) switch
        {
            (true, true) => MessageEdit.Remove(range),
            (false, true) => MessageEdit.Replace(value, state.Server),
            (false, false) => MessageEdit.Replace(value, (byte[])[.. state.Server.Span, .. ",\"inputResponses\":"u8, .. state.Responses.Span]),
            _ => MessageEdit.Replace(NameAndValue(message), (byte[])[.. "\"inputResponses\":"u8, .. state.Responses.Span]),
        };
    }

    private static ByteRange NameAndValue(ValidatedMessage message)
    {
        var value = message.Range(EnvelopeMember.ParamsRequestState);
        foreach (var member in JsonWalk.Members(message.Bytes.Span, message.Range(EnvelopeMember.Params)))
        {
            if (member.Value == value) return new ByteRange(member.Name.Start, value.End - member.Name.Start);
        }

        return value;
    }

    private static ByteRange MemberOf(ValidatedMessage message, ReadOnlySpan<byte> name) =>
        MemberRange.Find(message.Bytes.Span, message.Range(EnvelopeMember.Params), name, out _)!.Value;

    private bool Take(Exchange exchange, ValidatedMessage message, MessageEdit edit, string what)
    {
        if (Applied(exchange, message, edit) is not { } resolved) return false;
        exchange.Record.Add(new AuditPart(AuditPartKind.Change, AuditOutcome.Restored, what));
        exchange.Message = resolved;
        return true;
    }

    private ValidatedMessage? Applied(Exchange exchange, ValidatedMessage message, MessageEdit edit)
    {
        var merger = new EditMerger(message);
        merger.Add([edit], Name);
        return merger.Apply(exchange.Server.RequestBytes);
    }
}
