using System.Buffers;
using Gatehouse.Pipeline.Schemas;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Pipeline.Conversations;

/// <summary>
/// A request of a session that was sent to the server, with the parts by which its answer is judged when it arrives on a resumed stream. Arguments
/// and names are left out, so that the stored form stays small.
/// </summary>
/// <param name="Request">The request in short form: id, method, task, progress token.</param>
/// <param name="Stream">Name of the stream that it opened.</param>
/// <param name="Tool">Definition of the tool that it calls; null for other methods.</param>
internal sealed record AwaitedResponse(ValidatedMessage Request, string Stream, ToolDefinition? Tool)
{
    private const int MaxBytes = 1024;

    /// <summary>The last progress of the gateway's own that the client got for the request; null for none.</summary>
    public decimal? ProgressSent { get; init; }

    /// <summary>
    /// Returns the stored form of a request. Null when the message is none, or when the form is longer than the bound; then the answer does not pass
    /// later.
    /// </summary>
    public static AwaitedResponse? Of(ValidatedMessage? message, string stream, ToolDefinition? tool)
    {
        if (message is not { Kind: MessageKind.Request } request) return null;
        var form = new ArrayBufferWriter<byte>(256);
        form.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        form.Write(request.Id.Raw.Span);
        form.Write(",\"method\":"u8);
        form.Write(request.Raw(EnvelopeMember.Method));
        form.Write(",\"params\":{\"_meta\":{"u8);
        WriteMember(form, "\"progressToken\":"u8, request, EnvelopeMember.MetaProgressToken);
        form.Write("}"u8);
        WriteMember(form, ",\"taskId\":"u8, request, EnvelopeMember.ParamsTaskId);
        if (request.Has(EnvelopeMember.ParamsTask)) form.Write(",\"task\":{}"u8);
        form.Write("}}"u8);
        return form.WrittenCount <= MaxBytes && MessageValidator.TryValidate(form.WrittenSpan.ToArray(), MessageLimits.Default, out var small, out _)
            ? new AwaitedResponse(small, stream, tool)
            : null;
    }

    private static void WriteMember(ArrayBufferWriter<byte> form, ReadOnlySpan<byte> name, ValidatedMessage request, EnvelopeMember slot)
    {
        if (!request.Has(slot) || request.Range(slot).Length > MaxBytes) return;
        form.Write(name);
        form.Write(request.Raw(slot));
    }
}
