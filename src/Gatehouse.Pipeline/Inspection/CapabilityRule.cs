using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Inspection;

/// <summary>
/// The answer to <c>initialize</c> and <c>server/discover</c> offers only what is policed here: extensions other than
/// the known ones are taken out, MCP Apps among them (X10, T32, ST-09).
/// </summary>
internal sealed class CapabilityRule : IResponseRule
{
    // Tasks are policed by ResultTypeRule and by the checks of task ids.
    private const string Tasks = "io.modelcontextprotocol/tasks";

    public string Name => "capabilities";

    public ResponseVerdict Judge(Exchange exchange, ProvenMessage message)
    {
        if (message.Kind != MessageKind.Result
            || exchange.Message?.Method is not ("initialize" or "server/discover")
            || !message.IsObject(Slot.ResultCapabilities))
        {
            return ResponseVerdict.Pass(message);
        }

        var bytes = message.Bytes.Span;
        if (!JsonWalk.TryFindMember(bytes, message.Range(Slot.ResultCapabilities), "extensions"u8, out var extensions)
            || bytes[extensions.Start] != (byte)'{')
        {
            return ResponseVerdict.Pass(message);
        }

        return Filter(exchange, message, extensions);
    }

    private static ResponseVerdict Filter(Exchange exchange, ProvenMessage message, ByteRange extensions)
    {
        var bytes = message.Bytes.Span;
        ByteRange? tasks = null;
        var others = 0;
        foreach (var extension in JsonWalk.Members(bytes, extensions))
        {
            if (JsonWalk.String(bytes, extension.Name) == Tasks) tasks = extension.Value;
            else others++;
        }

        if (others == 0) return ResponseVerdict.Pass(message);
        exchange.Record.Add(new Audit.AuditPart("change", "removed", "extensions", null, others));
        var splice = new MessageSplice(message);
        splice.Replace(extensions, Kept(bytes, tasks));
        return ResponseVerdict.Pass(splice.ApplyAndProve(ResponseLimits.Of(exchange)));
    }

    private static byte[] Kept(ReadOnlySpan<byte> bytes, ByteRange? tasks) =>
        tasks is { } range ? [.. "{\"io.modelcontextprotocol/tasks\":"u8, .. range.Of(bytes), (byte)'}'] : "{}"u8.ToArray();
}
