using System.Buffers;
using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Pipeline.Confirmations;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Resolve;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Framing;
using Gatehouse.Protocol.Json;
using Gatehouse.Protocol.Validation;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Approve;

/// <summary>
/// The asking of confirmations: in the legacy era a request on the stream of the call, in the modern era a result that asks for input. The client has
/// to have declared forms, in the modern era on that very request.
/// </summary>
/// <param name="confirmations">The questions; null where the host asks none.</param>
/// <param name="handles">Seals the states of the modern era; null seals none.</param>
internal sealed class ConfirmationAsker(IConfirmations? confirmations, IStateHandles? handles)
{
    /// <summary>Asks for the confirmation of a call, or takes the answer that came with it.</summary>
    public async ValueTask<ConfirmationStep> AskAsync(Exchange exchange, ApprovalRequest request, CancellationToken cancellation)
    {
        if (confirmations is null) return ConfirmationStep.Not("not-offered");
        if (confirmations.Continue(request) is { } round) return ConfirmationStep.Of(round);
        if (exchange is { Questions.Choice: { } choice, Continued: { Kind: StateKind.Confirm } state })
            return ConfirmationStep.Of(await confirmations.AnswerAsync(request, state, choice, cancellation).ConfigureAwait(false));
        if (WhyNot(exchange) is { } why) return ConfirmationStep.Not(why);
        var opened = await confirmations.OpenAsync(request, cancellation).ConfigureAwait(false);
        if (opened.IsCrowded) return ConfirmationStep.Of(new ApprovalAnswer(ApprovalOutcome.Crowded));
        if (opened.WhyNot is { } not) return ConfirmationStep.Not(not);
        return exchange.IsModern
            ? await ByResultAsync(confirmations, exchange, opened).ConfigureAwait(false)
            : await ByRequestAsync(confirmations, exchange, request, opened, cancellation).ConfigureAwait(false);
    }

    private static string? WhyNot(Exchange exchange)
    {
        if (!exchange.HasInputMethod) return "method";
        var declared = exchange.IsModern
            ? ClientCapabilityReader.Read(exchange.Message!, EnvelopeMember.MetaClientCapabilities) : exchange.Session?.Capabilities;
        if (declared is null) return "no-session";
        if (!declared.Value.HasFlag(ClientCapabilities.Elicitation)) return "no-form-elicitation";
        return exchange.IsModern || (ProtocolMethods.TryGet(ConfirmationForm.Method, out var method) && method.ExistsIn(exchange.Revision!))
            ? null : "revision";
    }

    // What the client sent for the server is in the state: clients do not send it again with their answer.
    private async ValueTask<ConfirmationStep> ByResultAsync(IConfirmations questions, Exchange exchange, OpenedConfirmation opened)
    {
        var message = exchange.Message!;
        var state = new RequestState(StateKind.Confirm)
        {
            ApprovalId = opened.Id,
            Digest = opened.Digest,
            Rounds = 1,
            Server = message.Part(EnvelopeMember.ParamsRequestState),
            Responses = message.Part(EnvelopeMember.ParamsInputResponses),
        };
        var isSmall = state.Server.Length + state.Responses.Length <= RequestState.MostCarriedBytes;
        if (isSmall && handles?.SealOnce(exchange, state) is { } envelope)
        {
            return ConfirmationStep.Of(new Refusal(Reasons.ConfirmationPending, opened.Id)
            {
                ApprovalId = opened.Id,
                Continuation = envelope,
                Inputs = ConfirmationForm.WriteInputRequests(ConfirmationForm.KeyOf(opened.Id), opened.Text),
            });
        }

        await questions.CloseAsync(opened.Id, "not-sent").ConfigureAwait(false);
        return ConfirmationStep.Not("no-room");
    }

    private static async ValueTask<ConfirmationStep> ByRequestAsync(
        IConfirmations questions, Exchange exchange, ApprovalRequest request, OpenedConfirmation opened, CancellationToken cancellation)
    {
        var live = exchange.Session!.Live;
        var id = JsonRpcId.Of(ConfirmationForm.KeyOf(opened.Id));
        if (live.Questions.AskOwn(id) is not { } question || Written(id, opened.Text) is not { } asking)
        {
            await questions.CloseAsync(opened.Id, "not-sent").ConfigureAwait(false);
            return ConfirmationStep.Not("no-room");
        }

        exchange.Questions.AwaitsConfirmation = true;
        try
        {
            var sending = SendAsync();
            var answer = await questions.AwaitAsync(request, opened, sending, cancellation).ConfigureAwait(false);
            if (answer.Outcome == ApprovalOutcome.TimedOut && Withdrawn(id) is { } withdrawal)
                await exchange.Questions.ToClient.SendAsync(withdrawal, cancellation).ConfigureAwait(false);
            return ConfirmationStep.Of(answer);
        }
        finally
        {
            exchange.Questions.AwaitsConfirmation = false;
            live.Questions.EndOwn(question);
        }

        // A question that could not be sent has the answer of a client that failed.
        async Task<ConfirmationChoice> SendAsync()
        {
            try
            {
                await exchange.Questions.ToClient.SendAsync(asking, cancellation).ConfigureAwait(false);
            }
            catch (IOException)
            {
                return ConfirmationChoice.Failed;
            }

            return await question.Answer.ConfigureAwait(false);
        }
    }

    private static ValidatedMessage? Written(JsonRpcId id, string text)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        JsonRpcWriter.WriteRequest(buffer, id, ConfirmationForm.Method, ConfirmationForm.WriteParameters(text));
        return Valid(buffer);
    }

    // MCP, cancellation: a party that waits no longer says so, and a client can close the question.
    private static ValidatedMessage? Withdrawn(JsonRpcId id)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        JsonRpcWriter.WriteNotification(buffer, "notifications/cancelled",
            [.. "{\"requestId\":"u8, .. id.Raw.Span, .. ",\"reason\":"u8, .. JsonText.Encode("No answer came in time."), (byte)'}']);
        return Valid(buffer);
    }

    private static ValidatedMessage? Valid(ArrayBufferWriter<byte> buffer) =>
        MessageValidator.TryValidate(buffer.WrittenMemory, MessageLimits.Default, out var message, out _) ? message : null;
}

/// <summary>
/// The result of asking for a confirmation: an answer, the refusal by which the client is asked, or a reason why it cannot be asked.
/// </summary>
/// <param name="Answer">The answer; null where there is none.</param>
/// <param name="Asking">The refusal that asks the client for input; null where it is not asked so.</param>
/// <param name="WhyNot">The reason why it cannot be asked, as a word for the record; null where it was asked.</param>
internal readonly record struct ConfirmationStep(ApprovalAnswer? Answer, Refusal? Asking, string? WhyNot)
{
    public static ConfirmationStep Of(ApprovalAnswer answer) => new(answer, null, null);

    public static ConfirmationStep Of(Refusal asking) => new(null, asking, null);

    public static ConfirmationStep Not(string why) => new(null, null, why);
}
