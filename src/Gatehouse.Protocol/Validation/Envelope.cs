using Gatehouse.Protocol.Json;

namespace Gatehouse.Protocol.Validation;

/// <summary>The rules of a JSON-RPC 2.0 message as MCP narrows them (JSON-RPC 2.0 sections 4 and 5; MCP basic, Messages).</summary>
internal static class Envelope
{
    /// <summary>Finds the kind of a message, or the fault that keeps it from being one.</summary>
    public static ValidationFailure Judge(ReadOnlySpan<byte> bytes, in EnvelopeIndex slots, MessageLimits limits, out MessageKind kind)
    {
        kind = default;
        var version = slots[(int)EnvelopeMember.JsonRpc];
        if (!version.Of(bytes).SequenceEqual("\"2.0\""u8))
            return new ValidationFailure(MessageFault.NotJsonRpc, version.Start);
        var hasMethod = !slots[(int)EnvelopeMember.Method].IsAbsent;
        var hasResult = !slots[(int)EnvelopeMember.Result].IsAbsent;
        var hasError = !slots[(int)EnvelopeMember.Error].IsAbsent;
        if ((hasMethod ? 1 : 0) + (hasResult ? 1 : 0) + (hasError ? 1 : 0) != 1)
            return new ValidationFailure(MessageFault.NotJsonRpc, 0);
        if (hasMethod)
            return JudgeCall(bytes, in slots, limits, out kind);
        kind = hasResult ? MessageKind.Result : MessageKind.Error;
        return hasResult ? JudgeResult(bytes, in slots, limits) : JudgeError(bytes, in slots, limits);
    }

    private static ValidationFailure JudgeCall(ReadOnlySpan<byte> bytes, in EnvelopeIndex slots, MessageLimits limits, out MessageKind kind)
    {
        var id = slots[(int)EnvelopeMember.Id];
        kind = id.IsAbsent ? MessageKind.Notification : MessageKind.Request;
        var method = slots[(int)EnvelopeMember.Method];
        if (method.Length <= 2 || bytes[method.Start] != '"')
            return new ValidationFailure(MessageFault.InvalidMethod, method.Start);
        var parameters = slots[(int)EnvelopeMember.Params];
        if (!parameters.IsAbsent && bytes[parameters.Start] != '{')
            return new ValidationFailure(MessageFault.InvalidParams, parameters.Start);
        return id.IsAbsent || JsonRpcId.IsValid(id.Of(bytes), limits) ? default : new ValidationFailure(MessageFault.InvalidId, id.Start);
    }

    private static ValidationFailure JudgeResult(ReadOnlySpan<byte> bytes, in EnvelopeIndex slots, MessageLimits limits)
    {
        var id = slots[(int)EnvelopeMember.Id];
        if (!JsonRpcId.IsValid(id.Of(bytes), limits))
            return new ValidationFailure(MessageFault.InvalidId, id.Start);
        if (!slots[(int)EnvelopeMember.Params].IsAbsent)
            return new ValidationFailure(MessageFault.InvalidResponse, slots[(int)EnvelopeMember.Params].Start);
        var result = slots[(int)EnvelopeMember.Result];
        return bytes[result.Start] == '{' ? default : new ValidationFailure(MessageFault.InvalidResponse, result.Start);
    }

    private static ValidationFailure JudgeError(ReadOnlySpan<byte> bytes, in EnvelopeIndex slots, MessageLimits limits)
    {
        // The id is null or left out where the request's own could not be read (JSON-RPC 2.0 section 5).
        var id = slots[(int)EnvelopeMember.Id];
        if (!id.IsAbsent && !id.Of(bytes).SequenceEqual("null"u8) && !JsonRpcId.IsValid(id.Of(bytes), limits))
            return new ValidationFailure(MessageFault.InvalidId, id.Start);
        if (!slots[(int)EnvelopeMember.Params].IsAbsent)
            return new ValidationFailure(MessageFault.InvalidResponse, slots[(int)EnvelopeMember.Params].Start);
        var text = slots[(int)EnvelopeMember.ErrorMessage];
        var wellFormed = JsonRpcId.IsSafeInteger(slots[(int)EnvelopeMember.ErrorCode].Of(bytes)) && !text.IsAbsent && bytes[text.Start] == '"';
        return wellFormed ? default : new ValidationFailure(MessageFault.InvalidResponse, slots[(int)EnvelopeMember.Error].Start);
    }
}
